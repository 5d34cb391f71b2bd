package org.fascicle.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @Test
    void valuesBecomeWhatTheyAre() {
        Document d = Json.read(
                "x",
                "{\"a\": 1, \"b\": 1.0, \"c\": 10000000000, \"d\": 1e-6, \"e\": \"t\\\"x\", \"f\": [true, null, {}], \"g\": 1e2}");
        assertThat(d.tree())
                .containsEntry("a", 1)
                .containsEntry("b", 1.0)
                .containsEntry("c", 10_000_000_000L)
                .containsEntry("d", 1e-6)
                .containsEntry("e", "t\"x");
        assertThat(d.tree().get("f")).isEqualTo(Arrays.asList(true, null, Map.of()));
        assertThat(((Number) d.tree().get("g")).doubleValue()).isEqualTo(100);
    }

    @Test
    void placesOfKeysAreKnown() {
        Document d = Json.read("x", "{\n  \"a\\\"b\": 1,\n  \"list\": [\n    {\"key\" : 2}]}");
        assertThat(d.places())
                .containsEntry(List.of("a\"b"), new Document.Place(2, 3))
                .containsEntry(List.of("list"), new Document.Place(3, 3))
                .containsEntry(List.of("list", "0", "key"), new Document.Place(4, 6));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            {"a": 1, "b": {"c": 1, "c": 2}} | x, line 1, column 24: key b.c stands twice, first at line 1, column 16
            {"a": }                         | x, line 1, column
            {"a": 1                         | x, line 1, column
            {"a": 1} {}                     | x, line 1, column
            [1, 2]                          | x: must be an object { … }, got [1, 2]
            {"a": 1e999}                    | is too large
            {'a': 1}                        | x, line 1, column
            {"a": 01}                       | x, line 1, column
            {"a": NaN}                      | x, line 1, column
            """)
    void wrongJsonIsToldWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> Json.read("x", text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void emptyTextIsNoJson() {
        assertThatThrownBy(() -> Json.read("x", "")).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @CsvSource({"63, true", "65, false", "500, false", "100000, false"})
    void depthIsBounded(int depth, boolean accepted) {
        String text = "{\"a\": " + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
        if (accepted) assertThat(Json.read("x", text).tree()).containsKey("a");
        else
            assertThatThrownBy(() -> Json.read("x", text))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("deeper than 64");
    }

    @Test
    void sizeAndEncodingOfFilesAreChecked(@TempDir Path dir) throws Exception {
        Path large = Files.writeString(dir.resolve("large.json"), " ".repeat((8 << 20) + 1));
        assertThatThrownBy(() -> Json.read(large))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at most");
        Path latin = Files.write(dir.resolve("latin.json"), "{\"a\": \"ä\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Json.read(latin))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> Json.read(dir.resolve("none.json")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "2, java.lang.Integer",
        "0.5, java.lang.Double",
        "true, java.lang.Boolean",
        "tanh, java.lang.String",
        "2x, java.lang.String",
        "'', java.lang.String"
    })
    void settingIsJsonOrText(String text, Class<?> type) {
        assertThat(Json.lenient("x", text)).isInstanceOf(type);
    }

    @Test
    void brokenListIsNoText() {
        assertThatThrownBy(() -> Json.lenient("x", "[1, 2")).isInstanceOf(ConfigException.class);
    }

    @Test
    void hashCountsValuesAndNotTheirOrder() {
        String a =
                Tree.hash(Json.read("x", "{\"a\": 1, \"b\": [1, \"2\", null]}").tree());
        assertThat(a)
                .hasSize(64)
                .isEqualTo(Tree.hash(
                        Json.read("x", "{\"b\": [1.0, \"2\", null], \"a\": 1}").tree()));
        assertThat(a)
                .isNotEqualTo(Tree.hash(
                        Json.read("x", "{\"b\": [1, 2, null], \"a\": 1}").tree()));
    }
}
