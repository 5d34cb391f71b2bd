package org.fascicle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    @TempDir
    Path directory;

    @Test
    void aTemporaryStorageIsGoneWhenClosed() throws IOException {
        Path framework;
        try (Storage s = Storage.temporary(directory)) {
            framework = s.framework();
            Files.createDirectories(framework.resolve("bundle1"));
            assertThat(framework.toString()).startsWith(directory.toString());
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatKilledProcessesLeftIsRemovedAndWhatOthersHoldIsNot() throws IOException {
        Path killed = Files.createDirectories(directory.resolve("fascicle-1/framework/bundle0"));
        Files.createFile(directory.resolve("fascicle-1/lock"));
        Path early = Files.createDirectory(directory.resolve("fascicle-2"));
        Files.setLastModifiedTime(early, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        Path young = Files.createDirectory(directory.resolve("fascicle-3"));
        Path foreign = Files.createDirectories(directory.resolve("fascicle-notes/texts"));
        Files.setLastModifiedTime(
                foreign.getParent(), FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        try (Storage held = Storage.temporary(directory);
                Storage s = Storage.temporary(directory)) {
            assertThat(killed).doesNotExist();
            assertThat(early).doesNotExist();
            assertThat(young).exists();
            assertThat(foreign).exists();
            assertThat(held.framework().getParent()).exists();
            assertThat(s.framework().getParent()).exists();
        }
    }

    @Test
    void aSecondShellIsToldWhoHoldsTheStorage() throws IOException {
        try (Storage first = Storage.shell(directory, "a")) {
            assertThatThrownBy(() -> Storage.shell(directory, "a"))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining(
                            "another shell (process " + ProcessHandle.current().pid() + ") uses " + directory);
            assertThat(first.make("fileinstall")).isDirectory();
        }
        Storage.shell(directory, "a").close();
    }

    @Test
    void aShellsStorageIsKeptUntilTheDistributionChanges() throws IOException {
        Path kept = directory.resolve("framework/bundle1");
        try (Storage s = Storage.shell(directory, "a")) {
            Files.createDirectories(kept);
            assertThat(s.framework()).exists();
        }
        Storage.shell(directory, "a").close();
        assertThat(kept).exists();
        Storage.shell(directory, "b").close();
        assertThat(kept).doesNotExist();
    }
}
