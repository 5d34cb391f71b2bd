package org.fascicle.datasets.idx;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.fascicle.data.DataException;

/**
 * An open IDX file of unsigned bytes, plain or gzip, as its first bytes tell: big-endian magic {@code 0x0000080r} for r dimensions,
 * the dimensions as 32-bit numbers, the bytes (Y. LeCun, C. Cortes, "The MNIST database", file formats).
 *
 * <p>The file is treated as hostile: memory grows with what is really there, never with what a header promises, no more is inflated
 * than was promised, and whatever is wrong is a {@link DataException}. Confined to one thread.
 */
final class IdxFile implements AutoCloseable {
    /** No real image is larger, and n · rows · columns stays below 2^63. */
    private static final int LONGEST_SIDE = 65_535;

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 16;
    private static final int FIRST_CHUNK = 1 << 16;
    private static final String AGAIN = "; fetch the file again";

    private final Path path;
    private final InputStream in;
    /** The length of the file on disk. */
    private final long length;

    private final boolean compressed;
    private final int[] dims;

    private IdxFile(Path path, InputStream in, long length, boolean compressed, int rank) throws IOException {
        this.path = path;
        this.in = in;
        this.length = length;
        this.compressed = compressed;
        dims = header(rank);
    }

    /** Opens a file of images: count, rows, columns. */
    static IdxFile images(Path path) {
        return open(path, 3);
    }

    /** Opens a file of labels: count. */
    static IdxFile labels(Path path) {
        return open(path, 1);
    }

    private static IdxFile open(Path path, int rank) {
        InputStream in = null;
        try {
            if (!Files.isRegularFile(path)) throw new DataException(path + ": must be a regular file");
            long length = Files.size(path);
            in = new BufferedInputStream(Files.newInputStream(path), FIRST_CHUNK);
            in.mark(2);
            boolean compressed = in.read() == 0x1F && in.read() == 0x8B;
            in.reset();
            if (compressed) in = new Gunzip(in);
            return new IdxFile(path, in, length, compressed, rank);
        } catch (IOException e) {
            throw close(in, unreadable(path, e, "in the header"));
        } catch (DataException e) {
            throw close(in, e);
        }
    }

    private static DataException close(InputStream in, DataException e) {
        try {
            if (in != null) in.close();
        } catch (IOException suppressed) {
            e.addSuppressed(suppressed);
        }
        return e;
    }

    private int[] header(int rank) throws IOException {
        byte[] bytes = new byte[4 + 4 * rank];
        int n = in.readNBytes(bytes, 0, bytes.length);
        int magic = 0x800 | rank;
        if (n >= 4 && word(bytes, 0) != magic) {
            throw new DataException("%s: magic number must be 0x%08x (%s of unsigned bytes), got 0x%08x%s"
                    .formatted(
                            path, magic, rank == 3 ? "images" : "labels", word(bytes, 0), hint(word(bytes, 0), rank)));
        }
        if (n < bytes.length)
            throw new DataException(path + ": cut short: the header has " + bytes.length + " bytes, got " + n + AGAIN);
        int[] d = new int[rank];
        long total = 1;
        for (int i = 0; i < rank; i++) {
            long dim = word(bytes, 4 + 4 * i) & 0xFFFFFFFFL;
            long most = i == 0 ? LARGEST_ARRAY : LONGEST_SIDE;
            if (dim < 1 || dim > most) {
                throw new DataException(
                        path + ": dimension " + i + " of the header must be 1 to " + most + ", got " + dim + AGAIN);
            }
            d[i] = (int) dim;
            total *= dim;
        }
        if (total > LARGEST_ARRAY) {
            throw new DataException(path + ": the header's " + text(d) + " = " + total + " bytes must be at most "
                    + LARGEST_ARRAY + "; fetch the file again or split it");
        }
        if (!compressed) {
            long promised = bytes.length + total;
            if (length < promised) throw cutShort(total, d, length - bytes.length);
            if (length > promised) throw tooLong(total, d, length - bytes.length + " bytes");
        }
        return d;
    }

    private static String hint(int got, int rank) {
        int other = rank == 3 ? 0x801 : 0x803;
        if (got == other) return "; images and labels are mixed up";
        return got >>> 8 == 0x8
                ? "; only " + (rank == 3 ? "three dimensions" : "one dimension") + " can be read"
                : "; is it an IDX file?";
    }

    /** How many images or labels there are. */
    int count() {
        return dims[0];
    }

    int rows() {
        return dims[1];
    }

    int columns() {
        return dims[2];
    }

    /** The first {@code items} images or labels; if that is all of them, the file must end there. Call it once. */
    byte[] read(int items) {
        int each = 1;
        for (int i = 1; i < dims.length; i++) each *= dims[i];
        int wanted = items * each;
        // What is compressed is at least a quarter of what it holds in most files: a start, not a promise.
        byte[] bytes = new byte[(int) Math.min(wanted, Math.max(FIRST_CHUNK, compressed ? 4 * length : length))];
        int n = 0;
        try {
            while (true) {
                n += fill(bytes, n);
                if (n < bytes.length) throw cutShort((long) dims[0] * each, dims, n);
                if (n == wanted) break;
                bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, 2L * bytes.length));
            }
            // Reading on also makes gzip compare its checksum.
            if (items == dims[0] && in.read() >= 0) throw tooLong(wanted, dims, "more");
            return bytes;
        } catch (EOFException e) {
            throw cutShort((long) dims[0] * each, dims, n);
        } catch (IOException e) {
            throw unreadable(path, e, "after " + n + " bytes");
        }
    }

    private int fill(byte[] bytes, int from) throws IOException {
        return in.readNBytes(bytes, from, bytes.length - from);
    }

    private DataException cutShort(long total, int[] d, long got) {
        return new DataException(
                path + ": cut short: the header promises " + text(d) + " = " + total + " bytes, got " + got + AGAIN);
    }

    private DataException tooLong(long total, int[] d, String got) {
        return new DataException(
                path + ": too long: the header promises " + text(d) + " = " + total + " bytes, got " + got + AGAIN);
    }

    private static DataException unreadable(Path path, IOException e, String where) {
        if (e instanceof EOFException) {
            return new DataException(path + ": cut short: a whole gzip file was expected, it ends " + where + AGAIN, e);
        }
        if (e instanceof ZipException)
            return new DataException(path + ": damaged gzip file " + where + ": " + e.getMessage() + AGAIN, e);
        return new DataException(path + ": cannot be read: " + e + "; check that it is a file you may read", e);
    }

    private static String text(int[] dims) {
        StringBuilder s = new StringBuilder().append(dims[0]);
        for (int i = 1; i < dims.length; i++) s.append(" x ").append(dims[i]);
        return s.toString();
    }

    private static int word(byte[] b, int at) {
        return (b[at] & 0xFF) << 24 | (b[at + 1] & 0xFF) << 16 | (b[at + 2] & 0xFF) << 8 | (b[at + 3] & 0xFF);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw unreadable(path, e, "at its end");
        }
    }
}
