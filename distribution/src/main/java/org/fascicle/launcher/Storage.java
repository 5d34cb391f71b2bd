package org.fascicle.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory for the framework, held by a lock that the system releases however the process ends. A temporary one is
 * removed when closed; what a killed process left behind is removed by the next one. Thread-safe.
 */
final class Storage implements AutoCloseable {
    private static final String PREFIX = "fascicle-";
    private static final String LOCK = "lock";
    private static final int ATTEMPTS = 5;
    /** A directory without a lock file may be one that is just being made. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private final Path directory;
    private final FileChannel channel;
    private final boolean temporary;

    private Storage(Path directory, FileChannel channel, boolean temporary) {
        this.directory = directory;
        this.channel = channel;
        this.temporary = temporary;
    }

    /** A new directory in {@code parent} that only this process uses. */
    static Storage temporary(Path parent) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path d = Files.createTempDirectory(parent, PREFIX), lock = d.resolve(LOCK);
            Optional<FileChannel> c = lock(lock, StandardOpenOption.CREATE);
            if (c.isEmpty()) continue;
            if (Files.exists(lock)) {
                Storage s = new Storage(d, c.get(), true);
                s.clean(parent);
                return s;
            }
            // Between making and locking, another process took it for one that was left behind.
            c.get().close();
        }
        throw new LaunchException("cannot lock a new directory in " + parent);
    }

    /** The directory of the interactive shell; emptied if it was made by another version of the distribution. */
    static Storage shell(Path directory, String hash) throws IOException {
        Files.createDirectories(directory);
        Path pid = directory.resolve("pid");
        FileChannel c = lock(directory.resolve(LOCK), StandardOpenOption.CREATE)
                .orElseThrow(() -> new LaunchException("another shell" + holder(pid) + " uses " + directory
                        + "; end it, or name another directory: FASCICLE_HOME=DIR fascicle shell"));
        Files.writeString(pid, Long.toString(ProcessHandle.current().pid()));
        Path known = directory.resolve("hash");
        if (!Files.exists(known) || !Files.readString(known).equals(hash)) {
            delete(directory.resolve("framework"));
            delete(directory.resolve("fileinstall"));
            Files.writeString(known, hash);
        }
        return new Storage(directory, c, false);
    }

    private static String holder(Path pid) {
        try {
            return " (process " + Files.readString(pid).strip() + ")";
        } catch (IOException e) {
            return "";
        }
    }

    /** Where the framework keeps its bundles. */
    Path framework() {
        return directory.resolve("framework");
    }

    /** A subdirectory of its own for someone else. */
    Path make(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private static Optional<FileChannel> lock(Path file, StandardOpenOption... more) throws IOException {
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.WRITE, more);
        FileChannel c = FileChannel.open(file, options);
        try {
            FileLock lock = c.tryLock();
            if (lock != null) return Optional.of(c);
        } catch (OverlappingFileLockException e) {
            // Held by this very process, as when tests start several.
        }
        c.close();
        return Optional.empty();
    }

    /** Removes what processes that were killed left behind. */
    private void clean(Path parent) throws IOException {
        List<Path> others;
        try (Stream<Path> files = Files.list(parent)) {
            others = files.filter(f -> f.getFileName().toString().startsWith(PREFIX)
                            && Files.isDirectory(f)
                            && !f.equals(directory))
                    .toList();
        }
        for (Path other : others) {
            try {
                Path lock = other.resolve(LOCK);
                if (!Files.exists(lock)) {
                    boolean ours = Files.exists(other.resolve("framework")) || isEmpty(other);
                    FileTime t = Files.getLastModifiedTime(other);
                    if (ours && t.toInstant().isBefore(Instant.now().minus(YOUNG))) delete(other);
                    continue;
                }
                // Never made here: its owner may be removing the directory just now.
                Optional<FileChannel> c = lock(lock);
                if (c.isEmpty()) continue;
                try (FileChannel held = c.get()) {
                    delete(other);
                }
            } catch (IOException e) {
                // Another user's, or another process was faster: theirs to clean.
            }
        }
    }

    private static boolean isEmpty(Path d) throws IOException {
        try (Stream<Path> files = Files.list(d)) {
            return files.findAny().isEmpty();
        }
    }

    /** Removes a file or directory, links themselves and not what they lead to. */
    static void delete(Path p) throws IOException {
        if (!Files.exists(p, java.nio.file.LinkOption.NOFOLLOW_LINKS)) return;
        Files.walkFileTree(p, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path f, BasicFileAttributes a) throws IOException {
                Files.deleteIfExists(f);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path d, IOException e) throws IOException {
                Files.deleteIfExists(d);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() {
        try {
            if (temporary) delete(directory);
            else Files.deleteIfExists(directory.resolve("pid"));
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }
}
