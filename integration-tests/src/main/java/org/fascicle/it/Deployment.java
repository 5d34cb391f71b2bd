package org.fascicle.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The directory that is watched for jars; {@link #close} takes away what was dropped. Confined to one thread. */
final class Deployment implements AutoCloseable {
    private final BundleContext context;
    private final Path directory;
    private final Set<String> dropped = new TreeSet<>();

    Deployment(BundleContext context) {
        this.context = context;
        directory = Path.of(context.getProperty("felix.fileinstall.dir"));
    }

    /** Writes a jar beside the directory and renames it into place, perhaps in the place of another. */
    void drop(String file, byte[] jar) {
        Path beside = directory.resolveSibling(file + ".part");
        try {
            Files.createDirectories(directory);
            Files.write(beside, jar);
            Files.move(
                    beside,
                    directory.resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        dropped.add(file);
    }

    void remove(String file) {
        try {
            Files.deleteIfExists(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        dropped.remove(file);
    }

    @Override
    public void close() {
        Set.copyOf(dropped).forEach(this::remove);
        Await.until(
                "what was dropped is uninstalled",
                () -> Arrays.stream(context.getBundles()).noneMatch(this::fromHere));
    }

    private boolean fromHere(Bundle bundle) {
        return bundle.getLocation().contains(directory.getFileName() + "/");
    }
}
