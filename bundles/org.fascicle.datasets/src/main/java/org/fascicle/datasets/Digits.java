package org.fascicle.datasets;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * 1,797 handwritten digits of 8 × 8 pixels, embedded in the bundle: column {@code image} [1, 8, 8] of bytes 0 to 16, delivered
 * times {@code scale}, and {@code label}, 0 to 9. From E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI
 * Machine Learning Repository, 1998, doi:10.24432/C50P49 (its test part).
 *
 * <p>The split is stratified and depends on {@code test} and {@code seed} alone: 1,438 to train and 359 to test by default.
 * Immutable and thread-safe.
 *
 * @param scale what pixels are multiplied with, 1/16 by default; 1 delivers them as they are stored
 * @param test the share of samples to test on, 0.2 by default
 * @param seed of the split, 0 by default
 */
public record Digits(double scale, double test, int seed) implements Dataset {
    private static final String RESOURCE = "digits.bin";
    private static final int SAMPLES = 1797;
    private static final int PIXELS = 64;
    private static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    @Override
    public Splits load(Sources sources) {
        byte[] pixels = new byte[SAMPLES * PIXELS];
        int[] labels = new int[SAMPLES];
        unpack(pixels, labels);
        Split split = Split.of(labels, CLASSES.size(), test, seed);
        return new Splits(table(split.train(), pixels, labels), table(split.test(), pixels, labels));
    }

    private ByteTable table(int[] rows, byte[] pixels, int[] labels) {
        byte[] bytes = new byte[rows.length * PIXELS];
        byte[] classes = new byte[rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(pixels, rows[i] * PIXELS, bytes, i * PIXELS, PIXELS);
            classes[i] = (byte) labels[rows[i]];
        }
        List<Column> columns =
                List.of(Column.feature("image", Column.Type.UINT8, 1, 8, 8), Column.label("label", CLASSES));
        return new ByteTable(columns, bytes, classes, scale);
    }

    /** Bits as tools/pack_digits.py writes them: 4 of label, then per pixel 0, or 1 and 4 of the pixel less one. */
    private static void unpack(byte[] pixels, int[] labels) {
        Bits bits = new Bits(Resource.bytes(RESOURCE));
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = bits.next(4);
            for (int p = i * PIXELS; p < (i + 1) * PIXELS; p++)
                pixels[p] = (byte) (bits.next(1) == 0 ? 0 : bits.next(4) + 1);
        }
        if (bits.bytesRead() != bits.bytes.length)
            throw Resource.damaged(RESOURCE, bits.bytesRead() + " bytes", bits.bytes.length);
    }

    /** Reads bits, the highest of a byte first; zeros after the end. */
    private static final class Bits {
        private final byte[] bytes;
        private int position;

        Bits(byte[] bytes) {
            this.bytes = bytes;
        }

        int next(int count) {
            int word = 0;
            for (int i = 0; i < count; i++, position++) {
                int at = position >> 3;
                int bit = at < bytes.length ? bytes[at] >> (7 - (position & 7)) & 1 : 0;
                word = word << 1 | bit;
            }
            return word;
        }

        int bytesRead() {
            return (position + 7) >> 3;
        }
    }

    /** Makes digits. */
    @Component
    @FascicleDataset("digits")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            return new Digits(
                    o.real("scale", 1 / 16.0, Range.POSITIVE),
                    o.real("test", 0.2, Range.BELOW_ONE),
                    o.integer("seed", 0, Range.NOT_NEGATIVE));
        }
    }
}
