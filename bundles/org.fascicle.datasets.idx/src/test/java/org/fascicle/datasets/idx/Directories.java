package org.fascicle.datasets.idx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fascicle.data.DataException;
import org.fascicle.data.Sources;

/** Sources for tests. */
record Directories(List<Path> directories) implements Sources {
    static Directories of(Path... directories) {
        return new Directories(List.of(directories));
    }

    /** The data that are shared by all builds; without them nothing can be tested. */
    static Path shared() {
        String shared = System.getProperty("fascicle.shared");
        if (shared == null || !Files.isDirectory(Path.of(shared, "data"))) {
            throw new IllegalStateException(
                    "system property fascicle.shared must name the directory that holds data/, got " + shared);
        }
        return Path.of(shared, "data");
    }

    @Override
    public Path find(String... names) {
        List<Path> tried = new ArrayList<>();
        for (Path directory : directories) {
            for (String name : names) {
                Path path = directory.resolve(name);
                if (Files.exists(path)) return path;
                tried.add(path);
            }
        }
        throw new DataException("data: no such file, looked for " + tried + "; say where it is with --data DIR");
    }
}
