package org.fascicle.runtime.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.fascicle.data.DataException;
import org.fascicle.model.CorruptFileException;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/**
 * A model in a safetensors file (the format of Hugging Face's safetensors, version 0.4): eight bytes with the header's
 * length, the header in JSON, then the numbers, little-endian float32. Specification and provenance stand as JSON texts in
 * {@code __metadata__}. Files are written beside their place, forced and renamed; they are read as hostile.
 */
public record ModelFile(ModelSpec spec, Map<String, Object> provenance, Map<String, Tensor> numbers) {
    private static final String FORMAT = "fascicle/1";
    private static final long LONGEST_HEADER = 16 << 20;
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_MESSAGE = 400;

    private record Place(String name, Shape shape, long from, long to) {}

    /** Writes a file, or leaves what was there; {@link DataException} if it cannot be written. */
    public static void write(Path file, ModelFile m) {
        Path target = file.toAbsolutePath();
        try {
            if (target.getParent() != null) Files.createDirectories(target.getParent());
            // No createTempFile: the model is to have the permissions of any other file of the user.
            Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
            try {
                try (FileChannel c =
                        FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                    m.write(c);
                    c.force(true);
                }
                move(temporary, target);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new DataException(
                    "model file " + file + " cannot be written: " + reason(e) + "; choose another place", e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("this file system cannot replace a file in one step", e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) return "permission denied";
        if (e instanceof FileAlreadyExistsException) return e.getMessage() + " is no folder";
        return e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
    }

    private void write(FileChannel c) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>(), metadata = new LinkedHashMap<>();
        metadata.put("format", FORMAT);
        metadata.put("spec", JsonTree.write(spec.tree()));
        metadata.put("provenance", JsonTree.write(provenance));
        header.put("__metadata__", metadata);
        long at = 0;
        for (Map.Entry<String, Tensor> e : numbers.entrySet()) {
            long end = at + 4L * e.getValue().size();
            Map<String, Object> place = new LinkedHashMap<>();
            place.put("dtype", "F32");
            place.put(
                    "shape",
                    java.util.Arrays.stream(e.getValue().shape().dims()).boxed().toList());
            place.put("data_offsets", List.of(at, end));
            header.put(e.getKey(), place);
            at = end;
        }
        byte[] json = JsonTree.write(header).getBytes(StandardCharsets.UTF_8);
        int padding = (8 - json.length % 8) % 8; // numbers begin at a multiple of 8
        ByteBuffer start = ByteBuffer.allocate(8 + json.length + padding).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(json.length + padding).put(json);
        while (start.hasRemaining()) start.put((byte) ' ');
        full(c, start.flip());
        ByteBuffer b = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (Tensor t : numbers.values()) {
            for (int i = 0, n = t.size(); i < n; ) {
                b.clear();
                int k = Math.min(BUFFER / 4, n - i);
                b.asFloatBuffer().put(t.data(), i, k);
                full(c, b.limit(4 * k));
                i += k;
            }
        }
    }

    private static void full(FileChannel c, ByteBuffer b) throws IOException {
        while (b.hasRemaining()) c.write(b);
    }

    /** Reads a file: all of it, or an exception. */
    public static ModelFile read(Path file) {
        String where = "model file " + file;
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(where, c);
        } catch (CorruptFileException e) {
            throw new CorruptFileException(line(where, e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new DataException(where + " does not exist", e);
        } catch (IOException e) {
            throw new DataException(where + " cannot be read: " + reason(e), e);
        }
    }

    @SuppressWarnings("unchecked")
    private static ModelFile read(String where, FileChannel c) throws IOException {
        long size = c.size();
        if (size < 8)
            throw new CorruptFileException(where + " is cut short: it has " + size + " bytes, a model has more than 8");
        long length = buffer(c, 0, 8).getLong();
        if (length < 2 || length > LONGEST_HEADER || length > size - 8) {
            throw new CorruptFileException(where + ": the header's length must be 2 to "
                    + Math.min(LONGEST_HEADER, size - 8) + " bytes, the file says " + Long.toUnsignedString(length)
                    + "; it is no model, or damaged");
        }
        Map<String, Object> header = JsonTree.read(where + ": header", text(where, buffer(c, 8, (int) length)));
        if (!(header.remove("__metadata__") instanceof Map<?, ?> m) || !FORMAT.equals(m.get("format"))) {
            throw new CorruptFileException(
                    where + ": it is no model of Fascicle: __metadata__.format must be " + FORMAT);
        }
        List<Place> places = places(where, header, size - 8 - length);
        Map<String, Tensor> numbers = new LinkedHashMap<>();
        for (Place p : places) numbers.put(p.name(), numbers(c, 8 + length + p.from(), p.shape()));
        try {
            ModelSpec spec = SpecReader.read("spec", JsonTree.read("spec", String.valueOf(m.get("spec"))));
            return new ModelFile(spec, JsonTree.read("provenance", String.valueOf(m.get("provenance"))), numbers);
        } catch (FascicleException e) {
            throw new CorruptFileException(where + ": " + e.getMessage(), e);
        }
    }

    /** What was read of a file does not fit together. */
    public static CorruptFileException damaged(Path file, FascicleException why) {
        String where = "model file " + file;
        return new CorruptFileException(line(where, where + ": " + why.getMessage()), why);
    }

    /** One line of a message that quotes the file: no control characters, and of its length only what a person reads. */
    private static String line(String where, String message) {
        int end = Math.min(message.length(), where.length() + LONGEST_MESSAGE);
        String s = message.substring(0, end).replaceAll("\\p{Cntrl}", "?");
        return end < message.length() ? s + "…" : s;
    }

    private static String text(String where, ByteBuffer b) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(b).toString();
        } catch (CharacterCodingException e) {
            throw new CorruptFileException(where + ": the header is no UTF-8; it is no model, or damaged", e);
        }
    }

    /** Where each tensor lies: together exactly the bytes there are, so nothing overlaps and nothing is allocated on a promise. */
    private static List<Place> places(String where, Map<String, Object> header, long bytes) {
        List<Place> places = new ArrayList<>();
        header.forEach((name, v) -> places.add(place(where + ": tensor " + name, name, v, bytes)));
        places.sort(Comparator.comparingLong(Place::from).thenComparingLong(Place::to));
        long at = 0;
        for (Place p : places) {
            if (p.from() != at) {
                throw new CorruptFileException(where + ": tensor " + p.name() + " must begin at byte " + at
                        + " of the numbers, got " + p.from() + "; tensors must neither overlap nor leave gaps");
            }
            at = p.to();
        }
        if (at != bytes)
            throw new CorruptFileException(where + " has " + bytes + " bytes of numbers, its header speaks of " + at
                    + "; it is cut short, or damaged");
        return places;
    }

    private static Place place(String where, String name, Object v, long bytes) {
        if (!(v instanceof Map<?, ?> m) || !"F32".equals(m.get("dtype")))
            throw new CorruptFileException(where + ": must be an object with dtype F32, got " + v);
        long[] dims = longs(where + ": shape", m.get("shape")),
                offsets = longs(where + ": data_offsets", m.get("data_offsets"));
        if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > bytes) {
            throw new CorruptFileException(
                    where + ": data_offsets must be two numbers from 0 to " + bytes + ", got " + m.get("data_offsets"));
        }
        long size = 1;
        int[] shape = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] < 0 || dims[i] > Integer.MAX_VALUE || (dims[i] > 0 && size > Integer.MAX_VALUE / dims[i])) {
                throw new CorruptFileException(where + ": shape is out of range: " + m.get("shape"));
            }
            shape[i] = (int) dims[i];
            size *= dims[i];
        }
        if (4 * size != offsets[1] - offsets[0]) {
            throw new CorruptFileException(where + ": shape " + m.get("shape") + " needs " + 4 * size
                    + " bytes, data_offsets give " + (offsets[1] - offsets[0]));
        }
        return new Place(name, Shape.of(shape), offsets[0], offsets[1]);
    }

    private static long[] longs(String where, Object o) {
        if (!(o instanceof List<?> l) || !l.stream().allMatch(Long.class::isInstance))
            throw new CorruptFileException(where + ": must be a list of whole numbers, got " + o);
        return l.stream().mapToLong(x -> (Long) x).toArray();
    }

    private static Tensor numbers(FileChannel c, long at, Shape shape) throws IOException {
        Tensor t = Tensor.zeros(shape);
        for (int i = 0, n = t.size(); i < n; ) {
            int k = Math.min(BUFFER / 4, n - i);
            buffer(c, at + 4L * i, 4 * k).asFloatBuffer().get(t.data(), i, k);
            i += k;
        }
        return t;
    }

    private static ByteBuffer buffer(FileChannel c, long at, int length) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (b.hasRemaining()) {
            if (c.read(b, at + b.position()) < 0)
                throw new EOFException("it ends at byte " + (at + b.position()) + " while being read");
        }
        return b.flip();
    }
}
