package org.fascicle.runtime.golden;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A file of golden numbers. */
record GoldenFile(String group, List<GoldenCase> cases) {
    private static final String PROPERTY = "fascicle.shared";
    /** The JSON model drops the sign of zero, so it is read as a text. */
    private static final Pattern NEGATIVE_ZERO = Pattern.compile("(?<=[\\[, ])-0\\.0(?=[,\\]])");

    /** All files of the directory that the build names. */
    static List<GoldenFile> all() {
        String shared = System.getProperty(PROPERTY);
        Path directory = shared == null ? null : Path.of(shared, "golden");
        if (directory == null || !Files.isDirectory(directory)) {
            throw new IllegalStateException("golden numbers: system property " + PROPERTY
                    + " must name the directory that has golden/ in it, got "
                    + (shared == null ? "nothing" : shared + ", where there is none")
                    + "; run by Maven, or give -D" + PROPERTY + "=…");
        }
        try (Stream<Path> files = Files.list(directory)) {
            return resolved(files.filter(f -> f.toString().endsWith(".json"))
                    .sorted()
                    .map(GoldenFile::read)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GoldenFile read(Path file) {
        try (JsonReader reader = Json.createReader(
                new StringReader(NEGATIVE_ZERO.matcher(Files.readString(file)).replaceAll("\"-0.0\"")))) {
            JsonObject o = reader.readObject();
            if (o.getInt("format") != 1)
                throw new IllegalStateException(file + ": format 1 was expected, got " + o.getInt("format"));
            String group = o.getString("group");
            return new GoldenFile(
                    group,
                    o.getJsonArray("cases").stream()
                            .map(c -> GoldenCase.read(group, c.asJsonObject()))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the cases whose inputs stand in another file their inputs. */
    private static List<GoldenFile> resolved(List<GoldenFile> files) {
        Map<String, GoldenCase> byReference = files.stream()
                .flatMap(f -> f.cases.stream())
                .collect(Collectors.toMap(c -> c.group() + ".json#" + c.name(), Function.identity()));
        return files.stream()
                .map(f -> new GoldenFile(
                        f.group,
                        f.cases.stream()
                                .map(c -> c.inputsIn()
                                        .map(r -> c.inputs(byReference.get(r).inputs()))
                                        .orElse(c))
                                .toList()))
                .toList();
    }
}
