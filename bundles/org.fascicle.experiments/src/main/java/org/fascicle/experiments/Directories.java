package org.fascicle.experiments;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fascicle.data.DataException;
import org.fascicle.data.Sources;

/** Directories in which data sets look for files. Immutable. */
record Directories(List<Path> directories) implements Sources {
    private static final String REMEDY =
            "; name the directory that has it (--data DIR, or the environment variable FASCICLE_DATA)";

    Directories {
        directories = List.copyOf(directories);
    }

    /** These; then those of {@code FASCICLE_DATA}, separated as in {@code PATH}; then {@code .fascicle/data} of the home directory. */
    static Directories of(List<Path> given, Optional<String> environment, Path home) {
        Set<Path> all = new LinkedHashSet<>(given);
        for (String d : Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(environment.orElse(""))
                .toList()) {
            if (!d.isBlank()) all.add(path(d));
        }
        all.add(home.resolve(".fascicle/data"));
        return new Directories(List.copyOf(all));
    }

    @Override
    public Path find(String... names) {
        for (Path d : directories) {
            for (String n : names) {
                Path file = inside(d, n);
                if (Files.isRegularFile(file)) return file;
            }
        }
        String places =
                directories.stream().map(d -> d.resolve(names[0]).toString()).collect(Collectors.joining(", "));
        String others = names.length == 1
                ? ""
                : " (nor " + String.join(", ", List.of(names).subList(1, names.length)) + ")";
        throw new DataException("data: found none of " + places + others + REMEDY);
    }

    /** A name never leads out of the directory: an experiment may come from elsewhere. */
    private static Path inside(Path directory, String name) {
        Path file = directory.resolve(path(name)).normalize();
        if (path(name).isAbsolute() || !file.startsWith(directory.normalize())) {
            throw new DataException(
                    "data: a file's name must be relative and stay in its directory, got " + name + REMEDY);
        }
        return file;
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new DataException("data: no file can be called " + name, e);
        }
    }
}
