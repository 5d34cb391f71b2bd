package org.fascicle.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class ContentHashTest {
    private final ContentHash hash = new ContentHash();

    private static InputStream text(String s) {
        return new ByteArrayInputStream(s.getBytes(StandardCharsets.UTF_8));
    }

    private static String of(String... namesAndTexts) throws IOException {
        ContentHash h = new ContentHash();
        for (int i = 0; i < namesAndTexts.length; i += 2) h.entry(namesAndTexts[i], text(namesAndTexts[i + 1]));
        return h.hex();
    }

    /** printf 'a\0' and 'b/c\0', each followed by the sha256sum of its content as bytes, through sha256sum. */
    @Test
    void itIsTheHashOfSortedNamesAndHashes() throws IOException {
        assertThat(of("b/c", "two", "a", "one"))
                .isEqualTo("9068dea19135bfe17cb42f74f83a120ad79e14aed20ebb7f5b2d7f81cecae0b7")
                .isEqualTo(of("/a", "one", "b/", "", "/b/c", "two"));
    }

    @Test
    void whatBelongsToWhichNameMatters() throws IOException {
        assertThat(of("a", "one", "b", "two"))
                .isNotEqualTo(of("a", "two", "b", "one"))
                .isNotEqualTo(of("a", "one", "c", "two"))
                .isNotEqualTo(of("a", "one"));
    }

    @Test
    void aDirectoryWithContentIsRefused() {
        assertThatThrownBy(() -> hash.entry("org/Hidden.class/", text("x")))
                .isInstanceOf(ZipException.class)
                .hasMessage("entry org/Hidden.class/ is a directory with content");
    }

    @Test
    void aNameThatComesTwiceIsRefused() throws IOException {
        hash.entry("a", text("x"));
        assertThatThrownBy(() -> hash.entry("/a", text("x"))).hasMessage("entry a is there twice");
    }
}
