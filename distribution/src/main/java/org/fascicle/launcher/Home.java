package org.fascicle.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The directory of the distribution: {@code framework/}, {@code bundles/<group>/}, {@code conf/}. Immutable. */
record Home(Path directory) {
    /** Where the launcher's own jar lies in {@code framework/}. */
    static Home find() {
        try {
            Path jar = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path home = jar.getParent().getParent();
            if (Files.isDirectory(home.resolve("bundles"))) return new Home(home);
            throw new LaunchException("there are no bundles in " + home + "; build the distribution: ./fascicle build");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The jars of a group in the order of their names; none if there is no such group. */
    List<Path> bundles(String group) {
        return files(directory.resolve("bundles").resolve(group), ".jar");
    }

    /** Initial configurations. */
    List<Path> configurations() {
        return files(directory.resolve("conf"), ".json");
    }

    private static List<Path> files(Path d, String suffix) {
        if (!Files.isDirectory(d)) return List.of();
        try (Stream<Path> files = Files.list(d)) {
            return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 of everything that is started. */
    String hash() {
        try {
            MessageDigest all = MessageDigest.getInstance("SHA-256");
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path f : files.filter(f -> f.toString().endsWith(".jar"))
                        .sorted()
                        .toList()) {
                    all.update(directory.relativize(f).toString().getBytes(StandardCharsets.UTF_8));
                    all.update((byte) 0);
                    MessageDigest one = MessageDigest.getInstance("SHA-256");
                    try (InputStream in = Files.newInputStream(f)) {
                        byte[] buffer = new byte[1 << 16];
                        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) one.update(buffer, 0, n);
                    }
                    all.update(one.digest());
                }
            }
            return HexFormat.of().formatHex(all.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
