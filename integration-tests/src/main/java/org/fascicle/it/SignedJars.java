package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Keys and signed jars, made as people make them: with keytool and jarsigner. Confined to one thread. */
final class SignedJars {
    static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path keys;

    SignedJars(Path directory) {
        this.directory = directory;
        keys = directory.resolve("keys.p12");
    }

    SignedJars key(String alias, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-keyalg", "RSA", "-dname"));
        command.add("CN=" + alias);
        command.addAll(Arrays.asList(more));
        run("keytool", command);
        return this;
    }

    /** A key store that trusts these. */
    Path trusting(String... aliases) throws Exception {
        KeyStore all = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (String a : aliases) trusted.setCertificateEntry(a, all.getCertificate(a));
        Path file = directory.resolve("trusted.p12");
        try (var out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    byte[] sign(byte[] jar, String alias, String... more) throws Exception {
        Path file = Files.createTempFile(directory, "story", ".jar");
        Files.write(file, jar);
        List<String> command = new ArrayList<>(Arrays.asList(more));
        command.addAll(List.of(file.toString(), alias));
        run("jarsigner", command);
        return Files.readAllBytes(file);
    }

    private void run(String tool, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-keystore", keys.toString(), "-storepass", PASSWORD));
        command.addAll(arguments);
        Path log = directory.resolve("tool.log");
        Process p = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(p.waitFor(Await.LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(p.exitValue()).as(Files.readString(log)).isZero();
    }

    /** The jar with one more entry. */
    static byte[] with(byte[] jar, String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(e.getName()));
                in.transferTo(out);
            }
            out.putNextEntry(new ZipEntry(name));
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
