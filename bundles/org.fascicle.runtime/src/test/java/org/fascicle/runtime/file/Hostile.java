package org.fascicle.runtime.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files that are almost models: header and numbers can be anything. */
final class Hostile {
    static final String SPEC =
            "{\"inputs\":{\"x\":[3]},\"layers\":[{\"id\":\"d\",\"type\":\"dense\",\"units\":2,\"activation\":\"tanh\",\"inputs\":[\"x\"]}],\"outputs\":[\"d\"]}";

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private int bytes;

    /** A good file with one dense layer: kernel [2, 3], then bias [2]. */
    Hostile() {
        metadata.put("format", "fascicle/1");
        metadata.put("spec", SPEC);
        metadata.put("provenance", "{\"seed\":7}");
        header.put("__metadata__", metadata);
        tensor("d.kernel", List.of(2, 3), 0, 24);
        tensor("d.bias", List.of(2), 24, 32);
        bytes = 32;
    }

    Hostile metadata(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    Hostile without(String key) {
        header.remove(key);
        metadata.remove(key);
        return this;
    }

    Hostile put(String key, Object value) {
        header.put(key, value);
        return this;
    }

    Hostile tensor(String name, List<?> shape, Object from, Object to) {
        Map<String, Object> t = new LinkedHashMap<>();
        t.put("dtype", "F32");
        t.put("shape", shape);
        t.put("data_offsets", List.of(from, to));
        header.put(name, t);
        return this;
    }

    Hostile numbers(int count) {
        bytes = count;
        return this;
    }

    String header() {
        return JsonTree.write(header);
    }

    byte[] build() {
        return file(header().getBytes(StandardCharsets.UTF_8), bytes);
    }

    static byte[] text(String header) {
        return file(header.getBytes(StandardCharsets.UTF_8), 0);
    }

    static byte[] file(byte[] header, int numbers) {
        return file(header.length, header, numbers);
    }

    /** A file that claims a header of this length; its numbers are 1, 2, 3, …. */
    static byte[] file(long length, byte[] header, int numbers) {
        ByteBuffer b = ByteBuffer.allocate(8 + header.length + numbers)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header);
        for (int i = 0; b.remaining() >= 4; i++) b.putFloat(i + 1);
        return b.array();
    }

    static Path write(Path directory, byte[] bytes) {
        try {
            return Files.write(directory.resolve("model.safetensors"), bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
