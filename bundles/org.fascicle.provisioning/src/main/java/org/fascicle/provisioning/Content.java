package org.fascicle.provisioning;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fascicle.provision.ProvisioningException;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;
import org.osgi.resource.Resource;
import org.osgi.service.repository.ContentNamespace;
import org.osgi.service.repository.RepositoryContent;

/**
 * What a resource is called, and where its bytes come from. Immutable.
 *
 * @param size -1 if it is not told
 * @param direct where a repository service gives the bytes itself
 */
record Content(String bundle, Version version, URI url, String sha256, long size, Optional<RepositoryContent> direct) {
    /** {@link ProvisioningException} if it is not told well enough to be installed. */
    static Content of(Resource r, boolean service) {
        String who = name(r) + " " + version(r);
        List<Capability> contents = r.getCapabilities(ContentNamespace.CONTENT_NAMESPACE);
        if (contents.isEmpty()) throw new ProvisioningException(who + ": the index tells no content");
        var a = contents.get(0).getAttributes();
        String hash = String.valueOf(a.get(ContentNamespace.CONTENT_NAMESPACE)).toLowerCase(Locale.ROOT);
        if (!hash.matches("[0-9a-f]{64}"))
            throw new ProvisioningException(who + ": the index tells no SHA-256 of its content");
        Optional<RepositoryContent> direct =
                service && r instanceof RepositoryContent c ? Optional.of(c) : Optional.empty();
        try {
            URI url = new URI(String.valueOf(a.get(ContentNamespace.CAPABILITY_URL_ATTRIBUTE)));
            long size = a.get(ContentNamespace.CAPABILITY_SIZE_ATTRIBUTE) instanceof Number n ? n.longValue() : -1;
            return new Content(name(r), version(r), url, hash, size, direct);
        } catch (URISyntaxException e) {
            throw new ProvisioningException(who + ": the index tells no URL of its content", e);
        }
    }

    static String name(Resource r) {
        return String.valueOf(identity(r).getAttributes().get("osgi.identity"));
    }

    static Version version(Resource r) {
        return identity(r).getAttributes().get("version") instanceof Version v ? v : Version.emptyVersion;
    }

    static String type(Resource r) {
        return identity(r).getAttributes().get("type") instanceof String t ? t : "osgi.bundle";
    }

    private static Capability identity(Resource r) {
        List<Capability> all = r.getCapabilities("osgi.identity");
        if (all.isEmpty()) throw new ProvisioningException("a resource without an identity: " + r);
        return all.get(0);
    }

    /** The bytes, hashed: what is returned is what is to be installed. */
    byte[] read(String repository, Download download, int most) {
        String what = "repository " + repository + ": " + bundle + " " + version;
        byte[] bytes;
        if (direct.isPresent()) {
            try (InputStream in = direct.get().getContent()) {
                bytes = download.bounded(what, in, most);
            } catch (IOException | RuntimeException e) {
                if (e instanceof ProvisioningException p) throw p;
                throw new ProvisioningException(what + " cannot be read: " + Download.reason(e), e);
            }
        } else {
            bytes = download.read(what, url, most);
        }
        String got = Download.sha256(bytes);
        if (!got.equals(sha256))
            throw new ProvisioningException(what + ": hash mismatch: the index says SHA-256 " + sha256 + ", " + url
                    + " has " + got + "; the file is damaged or was replaced");
        return bytes;
    }
}
