package org.fascicle.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.fascicle.data.DataException;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is written can be read, by us and by anybody who knows the format, and is written as a whole or not at all. */
class ModelFileTest {
    @TempDir
    Path directory;

    private static ModelFile sample(int scale) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("inputs", Map.of("x", Arrays.asList(null, 3)));
        tree.put(
                "layers",
                List.of(
                        Map.of(
                                "type",
                                "dense",
                                "units",
                                4,
                                "activation",
                                Map.of("type", "leaky_relu", "negative_slope", 0.1)),
                        Map.of("type", "reshape", "id", "r", "target_shape", List.of(-1, 2)),
                        Map.of("type", "dense", "id", "out", "units", 1, "use_bias", false)));
        tree.put("losses", List.of(Map.of("type", "mean_squared_error", "weight", 0.25, "reduction", "sum")));
        ModelSpec spec = SpecReader.read("spec", tree);
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("experiment", "größe \"quoted\" \\ \n\t\u0001 \ud83e\udde0");
        provenance.put("seed", Long.MAX_VALUE >> 10);
        provenance.put("accuracy", 0.1 + 0.2);
        provenance.put("small", 1e-300);
        provenance.put("final", true);
        provenance.put("note", null);
        provenance.put("steps", List.of(1L, List.of(2L), Map.of()));
        Map<String, Tensor> numbers = new LinkedHashMap<>();
        Random random = new Random(scale);
        Tensor large = Tensor.zeros(7, 3001);
        for (int i = 0; i < large.size(); i++) large.data()[i] = Float.intBitsToFloat(random.nextInt());
        numbers.put("z.kernel", large);
        numbers.put(
                "a.bias", Tensor.of(Shape.of(6), 0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, scale));
        numbers.put("empty", Tensor.zeros(0, 4));
        numbers.put("scalar", Tensor.of(Shape.of(), 5));
        // An array longer than the tensor: only what belongs to it is written.
        numbers.put("part", Tensor.of(Shape.of(2), 1, 2, 3, 4));
        return new ModelFile(spec, provenance, numbers);
    }

    private static int[] bits(Tensor t) {
        int[] b = new int[t.size()];
        for (int i = 0; i < b.length; i++) b[i] = Float.floatToRawIntBits(t.data()[i]);
        return b;
    }

    @Test
    void everyBitComesBackInOrder() {
        Path file = directory.resolve("new/folders/m.safetensors");
        ModelFile m = sample(1);
        ModelFile.write(file, m);
        ModelFile r = ModelFile.read(file);
        assertThat(List.copyOf(r.numbers().keySet()))
                .filteredOn(n -> !n.equals("empty"))
                .isEqualTo(m.numbers().keySet().stream()
                        .filter(n -> !n.equals("empty"))
                        .toList());
        m.numbers().forEach((name, t) -> {
            assertThat(r.numbers().get(name).shape()).as(name).isEqualTo(t.shape());
            assertThat(bits(r.numbers().get(name))).as(name).isEqualTo(bits(t));
        });
        assertThat(JsonTree.write(r.spec().tree()))
                .isEqualTo(JsonTree.write(m.spec().tree()));
        assertThat(r.provenance()).isEqualTo(m.provenance());
        assertThat(List.copyOf(r.provenance().keySet()))
                .isEqualTo(List.copyOf(m.provenance().keySet()));
    }

    /** The layout by hand: u64 length, JSON, numbers; what another library does. */
    @Test
    void whoKnowsTheFormatCanReadIt() throws IOException {
        Path file = directory.resolve("m.safetensors");
        ModelFile m = sample(2);
        ModelFile.write(file, m);
        ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(b.getLong());
        assertThat(length % 8).as("numbers begin at a multiple of eight").isZero();
        byte[] json = new byte[length];
        b.get(json);
        assertThat(json[0]).isEqualTo((byte) '{');
        JsonObject header = Json.createReader(new StringReader(new String(json, StandardCharsets.UTF_8)))
                .readObject();
        JsonObject metadata = header.getJsonObject("__metadata__");
        metadata.values()
                .forEach(v -> assertThat(v.getValueType().name())
                        .as("metadata maps texts to texts")
                        .isEqualTo("STRING"));
        assertThat(metadata.getString("format")).isEqualTo("fascicle/1");
        ByteBuffer numbers = b.slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, Integer> ranges = new TreeMap<>();
        assertThat(header.keySet()).hasSize(m.numbers().size() + 1);
        m.numbers().forEach((name, t) -> {
            JsonObject place = header.getJsonObject(name);
            assertThat(place.getString("dtype")).isEqualTo("F32");
            JsonArray shape = place.getJsonArray("shape"), offsets = place.getJsonArray("data_offsets");
            assertThat(shape.stream()
                            .mapToInt(v -> Integer.parseInt(v.toString()))
                            .toArray())
                    .isEqualTo(t.shape().dims());
            int from = offsets.getInt(0), to = offsets.getInt(1);
            assertThat(to - from).isEqualTo(4 * t.size());
            for (int i = 0; i < t.size(); i++)
                assertThat(numbers.getInt(from + 4 * i)).isEqualTo(Float.floatToRawIntBits(t.data()[i]));
            if (to > from) ranges.put(from, to);
        });
        int at = 0;
        for (Map.Entry<Integer, Integer> r : ranges.entrySet()) {
            assertThat(r.getKey()).as("no gaps, no overlaps").isEqualTo(at);
            at = r.getValue();
        }
        assertThat(at).isEqualTo(numbers.capacity());
    }

    private List<String> names() throws IOException {
        try (var s = Files.list(directory)) {
            return s.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writingReplacesAFileAndLeavesNothingElse() throws IOException {
        Path file = directory.resolve("m.safetensors");
        ModelFile.write(file, sample(1));
        ModelFile.write(file, sample(2));
        assertThat(ModelFile.read(file).numbers().get("a.bias").data()[5]).isEqualTo(2);
        assertThat(names()).containsExactly("m.safetensors");
    }

    @Test
    void othersMayReadAModelAsTheyMayReadAnyNewFile() throws IOException {
        Path file = directory.resolve("m.safetensors"), any = Files.createFile(directory.resolve("any"));
        ModelFile.write(file, sample(1));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(any)));
    }

    @Test
    void whereAFileStandsForAFolderNothingIsWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "something");
        Path model = file.resolve("m.safetensors");
        assertThatThrownBy(() -> ModelFile.write(model, sample(1)))
                .isExactlyInstanceOf(DataException.class)
                .hasMessage(
                        "model file " + model + " cannot be written: " + file + " is no folder; choose another place");
        assertThat(Files.readString(file)).isEqualTo("something");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void aFolderIsNotReplaced() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("m.safetensors"));
        Files.writeString(folder.resolve("inside"), "something");
        assertThatThrownBy(() -> ModelFile.write(folder, sample(1)))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageStartingWith("model file " + folder + " cannot be written: ")
                .hasMessageEndingWith("; choose another place");
        assertThat(Files.readString(folder.resolve("inside"))).isEqualTo("something");
        assertThat(names()).containsExactly("m.safetensors");
    }

    /** What fails in the middle leaves the file that was there. */
    @Test
    void aFailureHalfWayLeavesWhatWasThere() throws IOException {
        Path file = directory.resolve("m.safetensors");
        ModelFile.write(file, sample(1));
        byte[] before = Files.readAllBytes(file);
        Map<String, Tensor> bad = new LinkedHashMap<>(sample(2).numbers());
        bad.put("gone", null);
        assertThatThrownBy(() -> ModelFile.write(file, new ModelFile(sample(2).spec(), Map.of(), bad)))
                .isInstanceOf(RuntimeException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(names()).containsExactly("m.safetensors");
    }

    /** A folder that takes no new files, not even from who may everything. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whereNothingCanBeMadeTheReasonIsSaid() {
        Path model = Path.of("/proc/self/m.safetensors");
        assertThatThrownBy(() -> ModelFile.write(model, sample(1)))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageStartingWith("model file " + model + " cannot be written: ")
                .hasMessageEndingWith("; choose another place");
    }
}
