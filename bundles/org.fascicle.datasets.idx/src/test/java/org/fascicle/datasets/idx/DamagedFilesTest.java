package org.fascicle.datasets.idx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.fascicle.data.DataException;
import org.fascicle.data.Dataset;
import org.fascicle.data.Splits;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a file gives one clear line, at once and without much memory. */
class DamagedFilesTest {
    /** Twelve images of 2 x 3. */
    private static final byte[] IMAGES = images(12, 2, 3, 72);

    private static final byte[] LABELS = labels(12, 12);
    private static final long MOST_BYTES_ALLOCATED = 4 << 20;

    @TempDir
    private Path directory;

    private static byte[] images(int n, int rows, int columns, int content) {
        ByteBuffer b = ByteBuffer.allocate(16 + content)
                .putInt(0x803)
                .putInt(n)
                .putInt(rows)
                .putInt(columns);
        while (b.hasRemaining()) b.put((byte) (3 * b.position()));
        return b.array();
    }

    private static byte[] labels(int n, int content) {
        ByteBuffer b = ByteBuffer.allocate(8 + content).putInt(0x801).putInt(n);
        while (b.hasRemaining()) b.put((byte) (b.position() % 10));
        return b.array();
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] cut(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] cutEnd(byte[] bytes, int less) {
        return Arrays.copyOf(bytes, bytes.length - less);
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at < 0 ? copy.length + at : at] = (byte) value;
        return copy;
    }

    private static byte[] word(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        ByteBuffer.wrap(copy).putInt(at, value);
        return copy;
    }

    private Dataset dataset(byte[] images, byte[] labels, Map<String, Object> more) throws IOException {
        Files.write(directory.resolve("images"), images);
        Files.write(directory.resolve("labels"), labels);
        return dataset(more);
    }

    private static Dataset dataset(Map<String, Object> more) {
        Map<String, Object> options = new HashMap<>(more);
        options.put("train_images", "images");
        options.put("train_labels", "labels");
        return (Dataset) Parts.make(Kind.DATASET, new Idx.Factory(), options);
    }

    private Splits load(Dataset dataset) {
        return dataset.load(Directories.of(directory));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void soundFilesAreReadPlainAndCompressed(boolean compressedImages, boolean compressedLabels) throws IOException {
        Splits splits = load(dataset(
                compressedImages ? gzip(IMAGES) : IMAGES,
                compressedLabels ? gzip(LABELS) : LABELS,
                Map.of("scale", 1)));
        float[] x = new float[7];
        splits.train().read(0, 11, x, 0);
        splits.train().read(1, 11, x, 6);
        for (int i = 0; i < 6; i++) assertThat(x[i]).isEqualTo(IMAGES[16 + 66 + i] & 0xFF);
        assertThat(x[6]).isEqualTo(LABELS[19]);
    }

    @Test
    void gzipHeadersWithAllFieldsAreRead() throws IOException {
        byte[] plain = gzip(IMAGES);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3});
        out.write(new byte[] {3, 0, 1, 2, 3, 'n', 'a', 'm', 'e', 0, 'c', 0, 17, 34});
        out.write(plain, 10, plain.length - 10);
        assertThat(load(dataset(out.toByteArray(), LABELS, Map.of())).train().size())
                .isEqualTo(12);
    }

    static Stream<Arguments> damages() {
        byte[] zip = gzip(IMAGES);
        byte[] labelZip = gzip(LABELS);
        return Stream.of(
                images("an empty file", new byte[0], "cut short: the header has 16 bytes, got 0"),
                images("a text", "<html>not found</html>".getBytes(UTF_8), "got 0x3c68746d; is it an IDX file"),
                images(
                        "labels in place of images",
                        LABELS,
                        "magic number must be 0x00000803",
                        "got 0x00000801; images and labels are mixed up"),
                labels("images in place of labels", IMAGES, "magic number must be 0x00000801", "mixed up"),
                images("another element type", word(IMAGES, 0, 0xD03), "got 0x00000d03"),
                images("four dimensions", word(IMAGES, 0, 0x804), "got 0x00000804; only three dimensions"),
                images("little-endian", word(IMAGES, 0, 0x03080000), "got 0x03080000"),
                images("cut in the magic number", cut(IMAGES, 3), "cut short: the header has 16 bytes, got 3"),
                images("cut in the header", cut(IMAGES, 11), "cut short: the header has 16 bytes, got 11"),
                images("cut after the header", cut(IMAGES, 16), "promises 12 x 2 x 3 = 72 bytes, got 0"),
                images("cut in an image", cut(IMAGES, 50), "promises 12 x 2 x 3 = 72 bytes, got 34"),
                images("cut by one byte", cutEnd(IMAGES, 1), "got 71"),
                labels("labels cut", cutEnd(LABELS, 5), "cut short: the header promises 12 = 12 bytes, got 7"),
                images("one byte more", cut(IMAGES, IMAGES.length + 1), "too long", "72 bytes, got 73 bytes"),
                labels("one label more", cut(LABELS, LABELS.length + 1), "too long", "12 bytes, got 13 bytes"),
                images(
                        "one byte more, compressed",
                        gzip(cut(IMAGES, IMAGES.length + 1)),
                        "too long",
                        "72 bytes, got more"),
                images("compressed, then cut in the magic", cut(zip, 2), "cut short", "in the header"),
                images("compressed, then cut in the gzip header", cut(zip, 7), "cut short", "in the header"),
                images("compressed, then cut in the IDX header", cut(zip, 14), "cut short", "in the header"),
                images("compressed, then cut in the data", cut(zip, zip.length - 20), "cut short"),
                images("compressed, then cut in the checksum", cutEnd(zip, 6), "cut short"),
                images("compressed, then cut in the length", cutEnd(zip, 1), "cut short"),
                labels("compressed labels, cut", cut(labelZip, labelZip.length - 9), "cut short"),
                images(
                        "cut, then compressed",
                        gzip(cutEnd(IMAGES, 10)),
                        "cut short: the header promises 12 x 2 x 3 = 72 bytes, got 62"),
                images(
                        "wrong checksum",
                        with(zip, -8, zip[zip.length - 8] + 1),
                        "damaged gzip file",
                        "checksum must be"),
                images("wrong length", with(zip, -4, 1), "damaged gzip file", "length modulo 2^32 must be 1, got 88"),
                images("bytes after gzip", cut(zip, zip.length + 1), "damaged gzip file", "bytes follow the end"),
                images("gzip twice", gzip(zip), "magic number must be 0x00000803", "got 0x1f8b0800"),
                images("another compression method", with(zip, 2, 7), "damaged gzip file", "method must be 8, got 7"),
                images("damaged deflate data", with(zip, 10, 0xFF), "damaged gzip file"),
                images("no images", images(0, 28, 28, 0), "dimension 0 of the header must be 1 to", "got 0"),
                images("no rows", images(12, 0, 28, 0), "dimension 1 of the header must be 1 to 65535, got 0"),
                images("minus one image", images(-1, 28, 28, 16), "dimension 0", "got 4294967295"),
                images("endless rows", images(12, -1, 28, 16), "dimension 1", "got 4294967295"),
                images("huge images", images(12, 65_535, 65_535, 16), "must be at most 2147483631"),
                images(
                        "all dimensions huge",
                        images(Integer.MAX_VALUE - 16, 65_535, 65_535, 0),
                        "must be at most 2147483631"),
                images("two gigabytes promised", images(12, 10_000, 17_000, 16), "= 2040000000 bytes, got 16"),
                images(
                        "two gigabytes promised, compressed",
                        gzip(images(12, 10_000, 17_000, 1000)),
                        "= 2040000000 bytes, got 1000"),
                labels(
                        "two gigabytes of labels promised",
                        gzip(labels(2_000_000_000, 100)),
                        "must have as many labels",
                        "12, got 2000000000"),
                labels("one label less", labels(11, 11), "must have as many labels as", "has images, 12, got 11"),
                labels("one label more than images", gzip(labels(13, 13)), "has images, 12, got 13"),
                labels("a label of 10", with(LABELS, 8 + 7, 10), "label of sample 7 must be 0 to 9, got 10"),
                labels("a label of 255", with(LABELS, -1, 255), "label of sample 11 must be 0 to 9, got 255"));
    }

    private static Arguments images(String what, byte[] bytes, String... parts) {
        return Arguments.of(what, "images", bytes, parts);
    }

    private static Arguments labels(String what, byte[] bytes, String... parts) {
        return Arguments.of(what, "labels", bytes, parts);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void damageIsToldInOneLineAndCheaply(String what, String file, byte[] bytes, String[] parts) throws IOException {
        boolean images = file.equals("images");
        Dataset dataset = dataset(images ? bytes : IMAGES, images ? LABELS : bytes, Map.of());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Throwable thrown = catchThrowable(() -> load(dataset));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(thrown)
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(directory.resolve(file) + ": ")
                .hasMessageContainingAll(parts)
                .message()
                .hasLineCount(1);
        assertThat(allocated).as("bytes allocated").isLessThan(MOST_BYTES_ALLOCATED);
    }

    @Test
    void aBombIsInflatedNoFurtherThanPromised() throws IOException {
        byte[] bomb = gzip(cut(IMAGES, 40_000_000));
        Dataset dataset = dataset(bomb, LABELS, Map.of());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(catchThrowable(() -> load(dataset)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("too long");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES_ALLOCATED);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void everyCutIsADataException(boolean compressed) throws IOException {
        byte[] sound = compressed ? gzip(IMAGES) : IMAGES;
        for (int length = 0; length < sound.length; length++) {
            Dataset dataset = dataset(cut(sound, length), LABELS, Map.of());
            assertThat(catchThrowable(() -> load(dataset)))
                    .as("cut to " + length)
                    .isInstanceOf(DataException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, images", "false, labels", "true, images", "true, labels"})
    void everyDamagedByteIsADataExceptionOrHarmless(boolean compressed, String file) throws IOException {
        Dataset dataset = dataset(compressed ? gzip(IMAGES) : IMAGES, compressed ? gzip(LABELS) : LABELS, Map.of());
        byte[] sound = Files.readAllBytes(directory.resolve(file));
        for (int at = 0; at < sound.length; at++) {
            for (int change : new int[] {1, 0x80, 0xFF}) {
                Files.write(directory.resolve(file), with(sound, at, sound[at] ^ change));
                Throwable thrown = catchThrowable(() -> load(dataset));
                if (thrown != null)
                    assertThat(thrown)
                            .as("byte " + at + " changed by " + change)
                            .isInstanceOf(DataException.class);
            }
        }
    }

    @Test
    void testImagesMustHaveTheSizeOfTrainingImages() throws IOException {
        Files.write(directory.resolve("test-images"), images(12, 3, 2, 72));
        Files.write(directory.resolve("test-labels"), LABELS);
        Dataset dataset = dataset(IMAGES, LABELS, Map.of("test_images", "test-images", "test_labels", "test-labels"));
        assertThat(catchThrowable(() -> load(dataset)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("images must be [1, 2, 3]")
                .hasMessageContaining("got [1, 3, 2]");
    }

    @Test
    void aDirectoryInPlaceOfAFileIsADataException() throws IOException {
        Files.createDirectory(directory.resolve("images"));
        Files.write(directory.resolve("labels"), LABELS);
        assertThat(catchThrowable(() -> load(dataset(Map.of()))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("regular file");
    }

    @ParameterizedTest
    @CsvSource({"test_images, x", "test_labels, x", "classes, 0", "classes, 257", "scale, 0", "limit_train, -1"})
    void impossibleOptionsAreRefused(String key, String value) {
        Object given = key.startsWith("test_") ? value : Integer.valueOf(value);
        assertThat(catchThrowable(() -> dataset(Map.of(key, given)))).isInstanceOf(ConfigException.class);
    }
}
