package org.fascicle.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fascicle.data.DataException;
import org.fascicle.model.CorruptFileException;
import org.fascicle.plugin.FascicleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file is believed nothing: whatever it says, reading it gives a model or one line that says what is wrong, soon and in little memory. */
class HostileFileTest {
    /** What reading may allocate, besides what JSON of single digits takes as numbers. */
    private static final long MEMORY = 1 << 20;

    private static final long PER_BYTE = 100;

    private static final int LONGEST_MESSAGE = 600;

    @TempDir
    Path directory;

    private static Hostile good() {
        return new Hostile();
    }

    private static byte[] bytes(String header) {
        return header.getBytes(StandardCharsets.UTF_8);
    }

    private static Arguments of(String what, byte[] file, String message) {
        return Arguments.of(what, file, message);
    }

    private static Arguments of(String what, Hostile file, String message) {
        return Arguments.of(what, file.build(), message);
    }

    private static Stream<Arguments> lengths() {
        byte[] header = bytes(good().header());
        return Stream.of(
                of("empty", new byte[0], " is cut short: it has 0 bytes, a model has more than 8"),
                of("shorter than eight bytes", new byte[7], " is cut short: it has 7 bytes"),
                of(
                        "nothing but a length",
                        Hostile.file(0, new byte[0], 0),
                        ": the header's length must be 2 to 0 bytes, the file says 0; it is no model, or damaged"),
                of("length zero", Hostile.file(0, header, 32), ": the header's length must be 2 to "),
                of(
                        "length beyond the file",
                        Hostile.file(header.length + 33L, header, 32),
                        ": the header's length must be 2 to "),
                of("length 2^40", Hostile.file(1L << 40, header, 32), "the file says 1099511627776"),
                of("length negative", Hostile.file(-1, header, 32), "the file says 18446744073709551615"),
                of("length smallest", Hostile.file(Long.MIN_VALUE, header, 32), "the file says 9223372036854775808"),
                of("length too short", Hostile.file(header.length - 1L, header, 32), ": header: no valid JSON"),
                of(
                        "length into the numbers",
                        Hostile.file(header.length + 4L, header, 32),
                        ": the header is no UTF-8"));
    }

    private static Stream<Arguments> headers() {
        return Stream.of(
                of("no JSON", Hostile.text("no JSON at all"), ": header: no valid JSON: "),
                of(
                        "not UTF-8",
                        Hostile.file(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}, 0),
                        ": the header is no UTF-8; it is no model, or damaged"),
                of("an array", Hostile.text("[1, 2]"), ": header: must be a JSON object"),
                of("a text", Hostile.text("\"model\""), ": header: must be a JSON object"),
                of("cut short", Hostile.text("{\"a\": {"), ": header: no valid JSON: "),
                of("spaces only", Hostile.text("    "), ": header: no valid JSON: "),
                of("two objects", Hostile.text("{} {}"), ": header: "),
                of("a comma too many", Hostile.text("{\"a\": 1,}"), ": header: no valid JSON: "),
                of("a key that is none", Hostile.text("{1: 2}"), ": header: no valid JSON: "),
                of(
                        "nested 100,000 deep",
                        Hostile.text("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"),
                        ": header: nested more than 64 deep"),
                of("objects nested deep", Hostile.text("{\"a\":".repeat(50_000)), ": header: nested more than 64 deep"),
                of(
                        "duplicate keys",
                        Hostile.text("{\"a\": 1, \"b\": 2, \"a\": 3}"),
                        ": header: the key \"a\" stands twice in one object"),
                of("a number too large", Hostile.text("{\"a\": 1e999999999}"), ": header: "),
                of("a number beyond all exponents", Hostile.text("{\"a\": 1e99999999999999999999}"), ": header: "),
                of("a number too small", Hostile.text("{\"a\": 1e-999999999}"), ": header: "),
                of("a number of 100,000 digits", Hostile.text("{\"a\": " + "9".repeat(100_000) + "}"), ": header: "),
                of(
                        "empty object",
                        Hostile.text("{}"),
                        ": it is no model of Fascicle: __metadata__.format must be fascicle/1"),
                of("no metadata", good().without("__metadata__"), ": it is no model of Fascicle"),
                of("metadata is no object", good().put("__metadata__", 5), ": it is no model of Fascicle"),
                of("no format", good().without("format"), ": it is no model of Fascicle"),
                of("another format", good().metadata("format", "pt"), ": it is no model of Fascicle"),
                of("format is a number", good().metadata("format", 1), ": it is no model of Fascicle"));
    }

    private static Stream<Arguments> tensors() {
        String huge = "[" + "1,".repeat(200_000) + "1]";
        return Stream.of(
                of("no object", good().put("d.bias", 3), ": tensor d.bias: must be an object with dtype F32, got 3"),
                of("null", good().put("d.bias", null), ": tensor d.bias: must be an object with dtype F32, got null"),
                of(
                        "wrong dtype",
                        good().put(
                                        "d.bias",
                                        Map.of("dtype", "F16", "shape", List.of(2), "data_offsets", List.of(24, 28))),
                        ": tensor d.bias: must be an object with dtype F32, got "),
                of(
                        "no shape",
                        good().put("d.bias", Map.of("dtype", "F32", "data_offsets", List.of(24, 32))),
                        ": tensor d.bias: shape: must be a list of whole numbers, got null"),
                of(
                        "no offsets",
                        good().put("d.bias", Map.of("dtype", "F32", "shape", List.of(2))),
                        ": tensor d.bias: data_offsets: must be a list of whole numbers, got null"),
                of(
                        "shape is a text",
                        good().put("d.bias", Map.of("dtype", "F32", "shape", "2", "data_offsets", List.of(24, 32))),
                        ": tensor d.bias: shape: must be a list of whole numbers, got 2"),
                of(
                        "shape of halves",
                        good().tensor("d.bias", List.of(2.5), 24, 32),
                        ": tensor d.bias: shape: must be a list of whole numbers, got [2.5]"),
                of(
                        "shape of nulls",
                        good().tensor("d.bias", Arrays.asList((Object) null), 24, 32),
                        ": tensor d.bias: shape: must be a list of whole numbers, got [null]"),
                of(
                        "three offsets",
                        good().put(
                                        "d.bias",
                                        Map.of(
                                                "dtype",
                                                "F32",
                                                "shape",
                                                List.of(2),
                                                "data_offsets",
                                                List.of(24, 28, 32))),
                        ": tensor d.bias: data_offsets must be two numbers from 0 to 32, got [24, 28, 32]"),
                of(
                        "overlapping",
                        good().tensor("d.bias", List.of(2), 20, 28).numbers(28),
                        ": tensor d.bias must begin at byte 24 of the numbers, got 20; tensors must neither overlap nor leave gaps"),
                of(
                        "the same bytes twice",
                        good().tensor("d.bias", List.of(2, 3), 0, 24).numbers(24),
                        "must begin at byte 24 of the numbers, got 0"),
                of(
                        "a gap",
                        good().tensor("d.bias", List.of(2), 28, 36).numbers(36),
                        ": tensor d.bias must begin at byte 24 of the numbers, got 28"),
                of(
                        "a gap in front",
                        good().without("d.kernel"),
                        ": tensor d.bias must begin at byte 0 of the numbers, got 24"),
                of(
                        "beyond the end",
                        good().tensor("d.bias", List.of(2), 1 << 20, (1 << 20) + 8),
                        ": tensor d.bias: data_offsets must be two numbers from 0 to 32, got "),
                of(
                        "reversed",
                        good().tensor("d.bias", List.of(2), 32, 24),
                        ": tensor d.bias: data_offsets must be two numbers from 0 to 32, got [32, 24]"),
                of(
                        "negative offset",
                        good().tensor("d.bias", List.of(2), -8, 0),
                        ": tensor d.bias: data_offsets must be two numbers from 0 to 32, got [-8, 0]"),
                of(
                        "offsets near 2^63",
                        good().tensor("d.bias", List.of(2), Long.MAX_VALUE - 8, Long.MAX_VALUE),
                        ": tensor d.bias: data_offsets"),
                of(
                        "shape and bytes differ",
                        good().tensor("d.bias", List.of(3), 24, 32),
                        ": tensor d.bias: shape [3] needs 12 bytes, data_offsets give 8"),
                of(
                        "negative dimension",
                        good().tensor("d.bias", List.of(-2), 24, 32),
                        ": tensor d.bias: shape is out of range: [-2]"),
                of(
                        "two negative dimensions",
                        good().tensor("d.bias", List.of(-2, -1), 24, 32),
                        ": tensor d.bias: shape is out of range: [-2, -1]"),
                of(
                        "overflowing dimensions",
                        good().tensor("d.bias", List.of(65536, 65536), 24, 32),
                        ": tensor d.bias: shape is out of range: [65536, 65536]"),
                of(
                        "dimensions that overflow to the right size",
                        good().tensor("d.bias", List.of(1L << 32, (1L << 32) + 2), 24, 32),
                        ": tensor d.bias: shape is out of range"),
                of(
                        "a huge promise",
                        good().tensor("d.bias", List.of(500_000_000), 24, 32),
                        ": tensor d.bias: shape [500000000] needs 2000000000 bytes, data_offsets give 8"),
                of(
                        "200,000 dimensions",
                        Hostile.file(
                                bytes("{\"a\":{\"dtype\":\"F32\",\"shape\":" + huge
                                        + ",\"data_offsets\":[0,8]},\"__metadata__\":{\"format\":\"fascicle/1\"}}"),
                                8),
                        ": tensor a: shape "),
                of(
                        "bytes left over",
                        good().numbers(36),
                        " has 36 bytes of numbers, its header speaks of 32; it is cut short, or damaged"),
                of(
                        "cut short",
                        good().numbers(28),
                        ": tensor d.bias: data_offsets must be two numbers from 0 to 28, got [24, 32]"),
                of(
                        "no numbers at all",
                        good().numbers(0),
                        ": tensor d.kernel: data_offsets must be two numbers from 0 to 0"),
                of("a name of several lines", good().tensor("a\nb\u001b[31m", List.of(2), 24, 31), ": tensor a"));
    }

    private static Stream<Arguments> specs() {
        return Stream.of(
                of("no spec", good().without("spec"), ": spec: must be a JSON object"),
                of("spec is a number", good().metadata("spec", 5), ": spec: must be a JSON object"),
                of("spec is no JSON", good().metadata("spec", "dense"), ": spec: no valid JSON"),
                of("spec is an array", good().metadata("spec", "[]"), ": spec: must be a JSON object"),
                of("spec is empty", good().metadata("spec", "{}"), ": spec: inputs must be an object, got nothing"),
                of(
                        "unknown key",
                        good().metadata("spec", Hostile.SPEC.replace("\"outputs\"", "\"exits\"")),
                        ": spec: unknown key exits; known are [inputs, layers, losses, outputs]"),
                of(
                        "no layers",
                        good().metadata("spec", "{\"inputs\":{\"x\":[3]},\"layers\":[]}"),
                        ": spec: layers: a model needs at least one layer"),
                of(
                        "a layer without a type",
                        good().metadata("spec", "{\"inputs\":{\"x\":[3]},\"layers\":[{}]}"),
                        ": spec: layer 1 has no type"),
                of(
                        "a class name for an id",
                        good().metadata("spec", Hostile.SPEC.replace("\"d\"", "\"java.lang.Runtime\"")),
                        ": spec: layer: a name must be a letter"),
                of(
                        "a dimension of 1e300",
                        good().metadata("spec", Hostile.SPEC.replace("[3]", "[1e300]")),
                        ": spec: input x: a dimension must be a positive whole number"),
                of(
                        "a message of several lines",
                        good().metadata("spec", Hostile.SPEC.replace("\"outputs\"", "\"a\\n\\u0007b\"")),
                        ": spec: unknown key a"),
                of(
                        "an endless key",
                        good().metadata("spec", Hostile.SPEC.replace("\"outputs\"", "\"" + "k".repeat(100_000) + "\"")),
                        ": spec: unknown key k"),
                of(
                        "spec nested deep",
                        good().metadata("spec", "{\"inputs\":" + "[".repeat(5000) + "]".repeat(5000) + "}"),
                        ": spec: nested more than 64 deep"),
                of("no provenance", good().without("provenance"), ": provenance: must be a JSON object"),
                of("provenance is no JSON", good().metadata("provenance", "yes"), ": provenance: no valid JSON"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"lengths", "headers", "tensors", "specs"})
    void isRefusedInOneLine(String what, byte[] file, String message) {
        Path path = Hostile.write(directory, file);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        assertThat(catchThrowable(() -> ModelFile.read(path))).isNotNull(); // classes are loaded
        long before = threads.getThreadAllocatedBytes(id);
        Throwable t = catchThrowable(() -> ModelFile.read(path));
        long allocated = threads.getThreadAllocatedBytes(id) - before;
        assertThat(t).isExactlyInstanceOf(CorruptFileException.class);
        assertThat(t.getMessage()).startsWith("model file " + path).contains(message);
        assertThat(t.getMessage().chars().filter(Character::isISOControl).count())
                .as(t.getMessage())
                .isZero();
        assertThat(t.getMessage().length() - path.toString().length()).isLessThan(LONGEST_MESSAGE);
        assertThat(allocated).as("bytes allocated").isLessThan(MEMORY + PER_BYTE * file.length);
    }

    @Test
    void theGoodFileIsRead() {
        ModelFile m = ModelFile.read(Hostile.write(directory, good().build()));
        assertThat(m.numbers()).containsOnlyKeys("d.kernel", "d.bias");
        assertThat(m.numbers().get("d.kernel").data()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(m.numbers().get("d.bias").data()).containsExactly(7, 8);
        assertThat(m.provenance()).isEqualTo(Map.of("seed", 7L));
        assertThat(m.spec().outputs()).containsExactly("d");
    }

    /** What the format allows: any order in the header, empty tensors and scalars, spaces around, keys we do not know. */
    @Test
    void whatTheFormatAllowsIsRead() {
        String header =
                "  {\"b\":{\"data_offsets\":[4,12],\"shape\":[2],\"dtype\":\"F32\"}, \"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                        + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[4,4]},\n \"__metadata__\":{\"format\":\"fascicle/1\",\"other\":\"text\",\"spec\":"
                        + JsonTree.write(Map.of("s", Hostile.SPEC))
                                .replaceFirst("^\\{\"s\":", "")
                                .replaceFirst("}$", "")
                        + ",\"provenance\":\"{}\"}}   \n ";
        ModelFile m = ModelFile.read(Hostile.write(directory, Hostile.file(bytes(header), 12)));
        assertThat(m.numbers().get("s").data()).containsExactly(1);
        assertThat(m.numbers().get("b").data()).containsExactly(2, 3);
        assertThat(m.numbers().get("e").shape().dims()).containsExactly(0, 3);
    }

    @Test
    void aFileThatIsNotThereOrADirectoryCannotBeRead() throws Exception {
        Path nix = directory.resolve("nix");
        assertThatThrownBy(() -> ModelFile.read(nix))
                .isExactlyInstanceOf(DataException.class)
                .hasMessage("model file " + nix + " does not exist");
        Path folder = Files.createDirectory(directory.resolve("folder"));
        assertThatThrownBy(() -> ModelFile.read(folder))
                .isInstanceOf(FascicleException.class)
                .hasMessageStartingWith("model file " + folder)
                .hasMessageContaining("directory");
    }

    /** Damaged anywhere by one byte, a file gives a model with the same numbers, or an exception of Fascicle. */
    @Test
    void everyDamageOfOneByteIsHarmless() {
        byte[] file = good().build();
        int header = file.length - 32;
        Random random = new Random(1);
        int read = 0;
        for (int at = 0; at < header; at++) {
            for (int k = 0; k < 4; k++) {
                byte[] damaged = file.clone();
                damaged[at] = (byte) (k < 2 ? damaged[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
                Path path = Hostile.write(directory, damaged);
                try {
                    ModelFile m = ModelFile.read(path);
                    read++;
                    assertThat(m.numbers()).hasSize(2);
                    float sum = 0;
                    for (var t : m.numbers().values()) for (float f : t.data()) sum += f;
                    assertThat(sum).isEqualTo(36);
                } catch (FascicleException e) {
                    assertThat(e.getMessage()
                                    .chars()
                                    .filter(Character::isISOControl)
                                    .count())
                            .as(e.getMessage())
                            .isZero();
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("byte " + at + " as " + damaged[at], e);
                }
            }
        }
        assertThat(read).as("names and texts may change").isPositive();
    }

    /** Random pieces removed, doubled, exchanged. */
    @Test
    void everyOtherDamageIsHarmless() {
        byte[] file = good().build();
        for (long seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            byte[] damaged = file.clone();
            for (int i = 0, n = 1 + random.nextInt(4); i < n; i++) {
                int from = random.nextInt(damaged.length), to = Math.min(damaged.length, from + random.nextInt(20));
                byte[] head = Arrays.copyOf(damaged, from),
                        piece = Arrays.copyOfRange(damaged, from, to),
                        tail = Arrays.copyOfRange(damaged, to, damaged.length);
                int times = random.nextInt(3);
                java.nio.ByteBuffer b = java.nio.ByteBuffer.allocate(head.length + times * piece.length + tail.length)
                        .put(head);
                for (int k = 0; k < times; k++) b.put(piece);
                damaged = b.put(tail).array();
                if (damaged.length == 0) break;
                // With a length that fits, damage reaches the JSON.
                if (damaged.length > 40 && random.nextBoolean())
                    damaged = Hostile.file(Arrays.copyOfRange(damaged, 8, damaged.length - 32), 32);
            }
            Path path = Hostile.write(directory, damaged);
            try {
                ModelFile.read(path);
            } catch (FascicleException e) {
                assertThat(e.getMessage()
                                .chars()
                                .filter(Character::isISOControl)
                                .count())
                        .as(e.getMessage())
                        .isZero();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
