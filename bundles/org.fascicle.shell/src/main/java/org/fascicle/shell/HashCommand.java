package org.fascicle.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.ContentHash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells content hashes of bundles. Confined to one command. */
@Command(
        name = "hash",
        description = {
            "Tell the content hash of bundles, as a trust policy lists it: NAME=HASH.",
            "It is taken of names and contents of all files; their order and how they are packed do not matter."
        })
final class HashCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A jar, or a directory with the content of one.")
    private List<Path> files;

    @Mixin
    private JsonOption json;

    HashCommand(Console console) {
        this.console = console;
    }

    /** A manifest's name and version are empty in what is no bundle. */
    private record Hashed(Manifest manifest, String hash) {
        String bundle() {
            return header("Bundle-SymbolicName").split(";", 2)[0].strip();
        }

        String header(String name) {
            Attributes main = manifest.getMainAttributes();
            return main.getValue(name) == null ? "" : main.getValue(name);
        }
    }

    @Override
    public Integer call() {
        for (Path file : files) tell(file, hash(file));
        return Failures.DONE;
    }

    private void tell(Path file, Hashed h) {
        if (json.json) {
            Map<String, Object> m = new LinkedHashMap<>();
            m.put("file", file.toString());
            m.put("bundle", h.bundle());
            m.put("version", h.header("Bundle-Version"));
            m.put("hash", h.hash);
            console.json(m);
        } else {
            console.line(h.bundle().isEmpty() ? h.hash + "  " + file : h.bundle() + "=" + h.hash);
        }
    }

    private Hashed hash(Path path) {
        Path file = console.resolve(path);
        try {
            return Files.isDirectory(file) ? directory(file) : jar(console.file("hash", path));
        } catch (ZipException e) {
            throw new ConfigException("hash: " + path + " is no jar that can be trusted: " + Failures.reason(e), e);
        } catch (IOException e) {
            throw new ConfigException("hash: " + path + " cannot be read: " + Failures.reason(e), e);
        }
    }

    private static Hashed jar(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ContentHash hash = new ContentHash();
            for (ZipEntry e : zip.stream().map(ZipEntry.class::cast).toList()) {
                try (InputStream in = zip.getInputStream(e)) {
                    hash.entry(e.getName(), in);
                }
            }
            ZipEntry manifest = zip.getEntry(JarFile.MANIFEST_NAME);
            try (InputStream in = manifest == null ? InputStream.nullInputStream() : zip.getInputStream(manifest)) {
                return new Hashed(new Manifest(in), hash.hex());
            }
        }
    }

    private static Hashed directory(Path directory) throws IOException {
        ContentHash hash = new ContentHash();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path f : all.filter(Files::isRegularFile).toList()) {
                try (InputStream in = Files.newInputStream(f)) {
                    hash.entry(directory.relativize(f).toString().replace('\\', '/'), in);
                }
            }
        }
        Path manifest = directory.resolve(JarFile.MANIFEST_NAME);
        try (InputStream in =
                Files.isRegularFile(manifest) ? Files.newInputStream(manifest) : InputStream.nullInputStream()) {
            return new Hashed(new Manifest(in), hash.hex());
        }
    }
}
