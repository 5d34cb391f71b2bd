package org.fascicle.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fascicle.plugin.ConfigException;

/**
 * Where a command was called and where it speaks to. Confined to the thread of one command.
 *
 * @param directory against which relative paths are resolved
 * @param in what a person answers
 * @param out for results only
 * @param terminal true if a person watches {@code out}
 * @param shell true in the interactive shell
 * @param columns of the terminal
 * @param home of the distribution, if the commands run in one
 * @param user where details of failures go
 */
record Console(
        Path directory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        boolean shell,
        int columns,
        Optional<Path> home,
        Path user) {
    /** The user's own directory of Fascicle. */
    static Path userDirectory() {
        String own = System.getenv("FASCICLE_HOME");
        return own == null || own.isEmpty()
                ? Path.of(System.getProperty("user.home", "."), ".fascicle")
                : Path.of(own).toAbsolutePath();
    }

    /** True if there is a person who may be asked. */
    boolean asks() {
        return shell && terminal;
    }

    Path resolve(Path p) {
        return directory.resolve(p).normalize();
    }

    List<Path> resolve(List<Path> paths) {
        return paths == null ? List.of() : paths.stream().map(this::resolve).toList();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** One JSON object on a line of its own, visible at once. */
    void json(Map<String, ?> object) {
        out.println(Json.text(object));
        out.flush();
    }

    /** A file that must be there. */
    Path file(String what, Path p) {
        Path file = resolve(p);
        if (Files.isDirectory(file))
            throw new ConfigException(what + ": " + p + " is a directory; name the file in it");
        if (!Files.isRegularFile(file))
            throw new ConfigException(what + ": there is no file " + p + " in " + directory);
        if (!Files.isReadable(file))
            throw new ConfigException(what + ": " + p + " cannot be read; check its permissions");
        return file;
    }

    /** An experiment: a path, or the name of one that is shipped. */
    Path experiment(String name) {
        Path file = resolve(Path.of(name));
        if (Files.isRegularFile(file)) return file("experiment", Path.of(name));
        String plain = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
        Map<String, Path> shipped = shipped();
        Path found = shipped.get(plain);
        if (found != null) return found;
        if (Files.isDirectory(file)) return file("experiment", Path.of(name));
        String known = shipped.isEmpty() ? "" : "; shipped are " + String.join(", ", shipped.keySet());
        throw new ConfigException("experiment: there is no file " + name + " in " + directory
                + Names.nearest(plain, shipped.keySet()) + known);
    }

    /** The experiments of the distribution, by name. */
    Map<String, Path> shipped() {
        Map<String, Path> found = new java.util.TreeMap<>();
        Path experiments =
                home.map(h -> h.resolve("examples").resolve("experiments")).orElse(null);
        if (experiments == null || !Files.isDirectory(experiments)) return found;
        try (Stream<Path> files = Files.list(experiments)) {
            files.filter(f -> f.toString().endsWith(".json") && Files.isRegularFile(f))
                    .sorted()
                    .forEach(f -> {
                        String name = f.getFileName().toString();
                        found.putIfAbsent(name.substring(0, name.length() - 5), f);
                    });
        } catch (IOException e) {
            throw new ConfigException("experiments: " + experiments + " cannot be read: " + e.getMessage(), e);
        }
        return found;
    }

    /** Makes sure that a file can be written there later: makes the directories and tries. */
    Path writable(String what, Path p) {
        Path file = resolve(p);
        try {
            if (Files.isDirectory(file))
                throw new ConfigException(what + ": " + p + " is a directory; name a file in it");
            if (Files.exists(file) && !Files.isWritable(file)) {
                throw new ConfigException(what + ": " + p + " exists and cannot be written; remove it or name another");
            }
            directory(what, file.getParent());
            return file;
        } catch (IOException e) {
            throw new ConfigException(
                    what + ": cannot write to " + file.getParent() + ": " + Failures.reason(e) + "; name another place",
                    e);
        }
    }

    /** Makes sure that files can be written into a directory. */
    Path writableDirectory(String what, Path p) {
        Path d = resolve(p);
        try {
            directory(what, d);
            return d;
        } catch (IOException e) {
            throw new ConfigException(
                    what + ": cannot write to " + p + ": " + Failures.reason(e) + "; name another place", e);
        }
    }

    private void directory(String what, Path d) throws IOException {
        if (Files.exists(d) && !Files.isDirectory(d))
            throw new ConfigException(what + ": " + d + " is a file, not a directory; name another place");
        Files.createDirectories(d);
        Files.delete(Files.createTempFile(d, ".fascicle", ".tmp"));
    }

    /** A path as the caller would write it. */
    String shown(Path p) {
        return p.startsWith(directory) ? directory.relativize(p).toString() : p.toString();
    }
}
