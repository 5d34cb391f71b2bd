package org.fascicle.tck.jar;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.fascicle.model.CorruptFileException;
import org.osgi.framework.Version;

/** A bundle as a build made it, a jar or a folder of classes with a manifest. Immutable; thread-safe. */
public final class BundleFile {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final int LARGEST = 8 << 20;

    private final Path path;
    private final Map<String, String> headers;
    private final Set<String> entries;
    /** The texts among the entries: descriptions of components, golden outputs. */
    private final Map<String, byte[]> texts;

    private BundleFile(Path path, Map<String, String> headers, Set<String> entries, Map<String, byte[]> texts) {
        this.path = path;
        this.headers = headers;
        this.entries = entries;
        this.texts = texts;
    }

    /** Reads a jar or a folder; what is no bundle is a {@link CorruptFileException} that says why. */
    public static BundleFile read(Path path) {
        Map<String, byte[]> texts = new TreeMap<>();
        try {
            Set<String> entries = Files.isDirectory(path) ? folder(path, texts) : jar(path, texts);
            byte[] manifest = texts.get(MANIFEST);
            if (manifest == null)
                throw new CorruptFileException(path + ": has no " + MANIFEST
                        + "; build it by Maven with org.fascicle.plugin.parent as the parent");
            Map<String, String> headers = new LinkedHashMap<>();
            new Manifest(new ByteArrayInputStream(manifest))
                    .getMainAttributes()
                    .forEach((k, v) -> headers.put(k.toString(), v.toString()));
            return new BundleFile(path, headers, entries, texts);
        } catch (IOException e) {
            throw new CorruptFileException(
                    path + ": cannot be read as a jar: "
                            + (Files.exists(path) ? e.getMessage() : "there is no such file"),
                    e);
        }
    }

    private static Set<String> jar(Path path, Map<String, byte[]> texts) throws IOException {
        Set<String> names = new TreeSet<>();
        try (JarFile jar = new JarFile(path.toFile(), false)) {
            for (ZipEntry e : (Iterable<ZipEntry>) jar.stream().<ZipEntry>map(x -> x)::iterator) {
                if (e.isDirectory()) continue;
                names.add(e.getName());
                try (InputStream in = jar.getInputStream(e)) {
                    if (isText(e.getName())) texts.put(e.getName(), bounded(path + "!" + e.getName(), in));
                    else if (e.getName().endsWith(".jar")) names.addAll(inner(e.getName(), in));
                }
            }
        }
        return names;
    }

    /** What lies in a library inside, {@code lib/x.jar!org/x/A.class}. */
    private static Set<String> inner(String name, InputStream in) throws IOException {
        Set<String> names = new TreeSet<>();
        try (JarInputStream jar = new JarInputStream(in, false)) {
            for (ZipEntry e = jar.getNextEntry(); e != null; e = jar.getNextEntry())
                names.add(name + "!" + e.getName());
        }
        return names;
    }

    private static Set<String> folder(Path path, Map<String, byte[]> texts) throws IOException {
        Set<String> names = new TreeSet<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(path)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path f : files) {
            String name = path.relativize(f).toString().replace(File.separatorChar, '/');
            names.add(name);
            if (!isText(name)) continue;
            try (InputStream in = Files.newInputStream(f)) {
                texts.put(name, bounded(f.toString(), in));
            }
        }
        return names;
    }

    private static boolean isText(String entry) {
        return entry.equals(MANIFEST) || entry.endsWith(".xml") || entry.endsWith(".json");
    }

    private static byte[] bounded(String where, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) throw new CorruptFileException(where + ": must be at most " + LARGEST + " bytes");
        return bytes;
    }

    /** Where it was read. */
    public Path path() {
        return path;
    }

    /** All files, those in libraries inside as {@code lib/x.jar!org/x/A.class}. */
    public Set<String> entries() {
        return entries;
    }

    /** The content of a manifest, XML or JSON file. */
    public Optional<byte[]> text(String entry) {
        return Optional.ofNullable(texts.get(entry)).map(byte[]::clone);
    }

    /** A header's value. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** A header's clauses; none if it is not there. */
    public List<Clause> clauses(String header) {
        return Clause.parse(path + ": " + header, headers.getOrDefault(header, ""));
    }

    /** The symbolic name; the file's name where there is none. */
    public String name() {
        List<Clause> name = clauses("Bundle-SymbolicName");
        return name.isEmpty() ? String.valueOf(path.getFileName()) : name.get(0).path();
    }

    /** The bundle's version. */
    public Version version() {
        String v = headers.getOrDefault("Bundle-Version", "0");
        try {
            return Version.parseVersion(v);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(path + ": Bundle-Version is no version: " + v, e);
        }
    }

    /** The components that the header {@code Service-Component} names. */
    public List<Component> components() {
        List<Component> all = new ArrayList<>();
        for (Clause c : clauses("Service-Component")) {
            String file = c.path();
            byte[] xml = texts.get(file);
            if (xml == null)
                throw new CorruptFileException(path + ": Service-Component names " + file + ", which is not there");
            all.addAll(Component.parse(path + "!" + file, file, xml));
        }
        return all;
    }

    @Override
    public String toString() {
        return name() + " " + version();
    }
}
