package org.fascicle.registry.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import jdk.security.jarsigner.JarSigner;

/** Keys, certificates and signed jars, made with the JDK's own tools. Confined to one thread. */
final class Signing {
    static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path store;

    Signing(Path directory) {
        this.directory = directory;
        store = directory.resolve("keys.p12");
    }

    /** A self-signed key. */
    Signing key(String alias, String... more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("-genkeypair", "-alias", alias, "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=" + alias));
        command.addAll(List.of(more));
        keytool(command.toArray(String[]::new));
        return this;
    }

    /** Replaces the certificate of a key by one that another key gives it. */
    Signing issue(String issuer, String alias, String... more) throws Exception {
        Path request = directory.resolve(alias + ".csr"), issued = directory.resolve(alias + ".pem");
        keytool("-certreq", "-alias", alias, "-file", request.toString());
        List<String> command = new ArrayList<>(List.of(
                "-gencert", "-alias", issuer, "-rfc", "-infile", request.toString(), "-outfile", issued.toString()));
        command.addAll(List.of(more));
        keytool(command.toArray(String[]::new));
        keytool("-importcert", "-noprompt", "-alias", alias, "-file", issued.toString());
        return this;
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1"));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Path log = directory.resolve("keytool.log");
        Process p = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(p.exitValue()).as(Files.readString(log)).isZero();
    }

    private KeyStore keys() throws Exception {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    /** A key store that trusts these. */
    Path trusting(String... aliases) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (String a : aliases) trusted.setCertificateEntry(a, keys().getCertificate(a));
        Path file = Files.createTempFile(directory, "trusted", ".p12");
        try (var out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    byte[] sign(byte[] jar, String alias) throws Exception {
        return sign(jar, alias, "SHA-256", "SHA256withRSA");
    }

    byte[] sign(byte[] jar, String alias, String digest, String signature) throws Exception {
        PrivateKey key = (PrivateKey) keys().getKey(alias, PASSWORD.toCharArray());
        List<Certificate> chain = List.of(keys().getCertificateChain(alias));
        Path file = Files.createTempFile(directory, "unsigned", ".jar");
        Files.write(file, jar);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            new JarSigner.Builder(key, CertificateFactory.getInstance("X.509").generateCertPath(chain))
                    .digestAlgorithm(digest)
                    .signatureAlgorithm(signature)
                    .signerName(alias)
                    .build()
                    .sign(zip, out);
        }
        return out.toByteArray();
    }

    static byte[] jar(String... namesAndTexts) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(
                "META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\r\nBundle-Name: plain\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < namesAndTexts.length; i += 2)
            entries.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        return jar(entries);
    }

    static byte[] jar(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var e : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(e.getKey()));
                zip.write(e.getValue());
            }
        }
        return bytes.toByteArray();
    }

    static Map<String, byte[]> entries(byte[] jar) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry())
                entries.put(e.getName(), zip.readAllBytes());
        }
        return entries;
    }

    static byte[] with(byte[] jar, String name, String text) throws IOException {
        Map<String, byte[]> entries = entries(jar);
        entries.put(name, text.getBytes(StandardCharsets.UTF_8));
        return jar(entries);
    }

    static byte[] without(byte[] jar, String name) throws IOException {
        Map<String, byte[]> entries = entries(jar);
        assertThat(entries.remove(name)).isNotNull();
        return jar(entries);
    }

    static Content content(byte[] jar) {
        return to -> {
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
                for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) to.entry(e.getName(), zip);
            }
        };
    }
}
