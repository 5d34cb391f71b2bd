package org.fascicle.registry.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose signatures are accepted: of the holders of these certificates, and of whom they vouch for. Paths are checked by the
 * JDK's PKIX, at the present time, and without asking anybody for revocations. Immutable and thread-safe.
 *
 * @param store where the certificates come from
 */
record Signers(Path store, Set<X509Certificate> anchors) {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_USE = "2.5.29.37.0";

    /** Reads the trusted certificates of a key store; its private keys and their certificates are not trusted. */
    static Signers read(Path store, char[] password) throws IOException, GeneralSecurityException {
        if (!Files.isRegularFile(store)) throw new NoSuchFileException(store.toString(), null, "there is no such file");
        KeyStore keys = KeyStore.getInstance(store.toFile(), password);
        Set<X509Certificate> anchors = new HashSet<>();
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isCertificateEntry(alias) && keys.getCertificate(alias) instanceof X509Certificate c)
                anchors.add(c);
        }
        return new Signers(store, Set.copyOf(anchors));
    }

    /** Why a signer is not accepted; empty if it is. */
    String objection(CodeSigner signer) {
        List<X509Certificate> chain = signer.getSignerCertPath().getCertificates().stream()
                .map(X509Certificate.class::cast)
                .toList();
        X509Certificate own = chain.get(0);
        try {
            if (!signsCode(own)) return "the certificate of " + name(own) + " is not for signing code";
            // What is trusted itself needs no path beyond; whoever is trusted to sign may not vouch for others by that.
            List<X509Certificate> path = anchors.contains(own)
                    ? List.of()
                    : chain.stream()
                            .takeWhile(c -> !anchors.contains(c) || !isAuthority(c))
                            .toList();
            List<X509Certificate> timed = path.isEmpty() ? List.of(own) : path;
            for (X509Certificate c : timed) {
                String objection = objection(c, Instant.now());
                if (!objection.isEmpty()) return objection;
            }
            if (!path.isEmpty()) validate(path, chain);
            return "";
        } catch (CertPathValidatorException e) {
            return e.getReason() == PKIXReason.NO_TRUST_ANCHOR
                    ? "it is signed by " + name(own) + ", for whom no certificate in " + store + " vouches"
                    : "the certificate of " + name(own) + " is not accepted: " + Signatures.oneLine(e);
        } catch (GeneralSecurityException e) {
            return "the certificate of " + name(own) + " cannot be checked: " + Signatures.oneLine(e);
        }
    }

    private void validate(List<X509Certificate> path, List<X509Certificate> chain) throws GeneralSecurityException {
        Set<TrustAnchor> from = (path.size() < chain.size() ? chain.subList(path.size(), path.size() + 1) : anchors)
                .stream()
                        .filter(Signers::isAuthority)
                        .map(c -> new TrustAnchor(c, null))
                        .collect(Collectors.toSet());
        if (from.isEmpty())
            throw new CertPathValidatorException("no authority", null, null, -1, PKIXReason.NO_TRUST_ANCHOR);
        PKIXParameters parameters = new PKIXParameters(from);
        parameters.setRevocationEnabled(false);
        CertPath checked = CertificateFactory.getInstance("X.509").generateCertPath(path);
        CertPathValidator.getInstance("PKIX").validate(checked, parameters);
    }

    private static String objection(X509Certificate c, Instant now) {
        if (now.isAfter(c.getNotAfter().toInstant()))
            return "the certificate of " + name(c) + " expired on " + day(c.getNotAfter())
                    + "; have it signed again with a valid one";
        if (now.isBefore(c.getNotBefore().toInstant()))
            return "the certificate of " + name(c) + " is not valid before " + day(c.getNotBefore());
        return "";
    }

    private static boolean signsCode(X509Certificate c) throws CertificateException {
        boolean[] usage = c.getKeyUsage();
        List<String> extended = c.getExtendedKeyUsage();
        return (usage == null || usage[0])
                && (extended == null || extended.contains(CODE_SIGNING) || extended.contains(ANY_USE));
    }

    private static boolean isAuthority(X509Certificate c) {
        return c.getBasicConstraints() >= 0;
    }

    private static String day(Date d) {
        return d.toInstant().toString().substring(0, "2000-01-01".length());
    }

    static String name(X509Certificate c) {
        return c.getSubjectX500Principal().getName();
    }
}
