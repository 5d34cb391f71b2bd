package org.fascicle.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.fascicle.data.Column;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Digits and iris are the published data, whole and unchanged. */
class EmbeddedTest {
    /** One line a sample: the numbers and the class, as the CSV has them. */
    private static List<String> csv(String name, int features) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(Loaded.shared(name + ".csv")).stream()
                .skip(1)
                .toList()) {
            String[] cells = line.split(",", -1);
            float[] row = new float[features + 1];
            for (int i = 0; i <= features; i++) row[i] = Float.parseFloat(cells[i]);
            lines.add(Arrays.toString(row) + cells[features + 1]);
        }
        return lines;
    }

    private static void addLines(Table t, List<String> lines) {
        int features = t.columns().get(0).shape().size();
        float[] row = new float[features + 1];
        for (int i = 0; i < t.size(); i++) {
            t.read(0, i, row, 0);
            t.read(1, i, row, features);
            lines.add(Arrays.toString(row) + t.columns().get(1).classes().get((int) row[features]));
        }
    }

    @ParameterizedTest
    @CsvSource({"digits, 64, scale, 1", "iris, 4, standardise, false"})
    void everySampleOfTheCsvIsInExactlyOnePart(String name, int features, String option, String value)
            throws IOException {
        Object given = value.equals("false") ? (Object) false : Integer.valueOf(value);
        Splits splits = Loaded.load(name, Map.of(option, given));
        List<String> lines = new ArrayList<>();
        addLines(splits.train(), lines);
        addLines(splits.test(), lines);
        assertThat(lines).containsExactlyInAnyOrderElementsOf(csv(name, features));
    }

    /** Of the resources that the scripts in tools/ write: they are never to change by accident. */
    @ParameterizedTest
    @CsvSource({"digits.bin, 44643, f2829bb8", "iris.bin, 750, 815200d1"})
    void resourcesAreAsPacked(String name, int length, String sum) {
        byte[] bytes = Resource.bytes(name);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        assertThat(bytes).hasSize(length);
        assertThat(Long.toHexString(crc.getValue())).isEqualTo(sum);
    }

    @Test
    void digitsAreImagesFromZeroToOneWithNamedClasses() {
        Splits splits = Loaded.load("digits", Map.of());
        assertThat(splits.train().columns())
                .containsExactly(
                        Column.feature("image", Column.Type.UINT8, 1, 8, 8),
                        Column.label("label", List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")));
        for (float v : Loaded.values(splits.train(), 0)) {
            assertThat(v).isBetween(0f, 1f);
            assertThat(v * 16).isEqualTo(Math.round(v * 16));
        }
    }

    @Test
    void digitsSplitIsStratified() {
        Splits splits = Loaded.load("digits", Map.of());
        assertThat(splits.train().size()).isEqualTo(1438);
        assertThat(splits.test().size()).isEqualTo(359);
        int[] train = Loaded.counts(splits.train());
        int[] test = Loaded.counts(splits.test());
        int[] all = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
        for (int c = 0; c < all.length; c++) {
            assertThat(train[c] + test[c]).isEqualTo(all[c]);
            assertThat((double) test[c]).isCloseTo(0.2 * all[c], within(1.0));
        }
    }

    /** A change here changes what every published number was trained on. */
    @Test
    void theDefaultSplitOfDigitsStaysAsItIs() {
        float[] labels = Loaded.values(Loaded.load("digits", Map.of()).test(), 1);
        assertThat(Arrays.copyOf(labels, 10)).containsExactly(2, 5, 9, 7, 9, 2, 5, 4, 1, 9);
    }

    @Test
    void irisIsStandardisedByItsTrainingPart() {
        Splits splits = Loaded.load("iris", Map.of());
        Splits raw = Loaded.load("iris", Map.of("standardise", false));
        assertThat(splits.train().size()).isEqualTo(112);
        assertThat(splits.test().size()).isEqualTo(38);
        assertThat(splits.train().columns())
                .containsExactly(
                        Column.feature("features", Column.Type.FLOAT32, 4),
                        Column.label("label", List.of("setosa", "versicolor", "virginica")));
        float[] x = Loaded.values(splits.train(), 0);
        float[] cm = Loaded.values(raw.train(), 0);
        float[] y = Loaded.values(splits.test(), 0);
        float[] testCm = Loaded.values(raw.test(), 0);
        for (int f = 0; f < 4; f++) {
            double[] standard = moments(x, f);
            assertThat(standard[0]).isCloseTo(0, within(1e-6));
            assertThat(standard[1]).isCloseTo(1, within(1e-6));
            double[] of = moments(cm, f);
            for (int i = f; i < y.length; i += 4)
                assertThat((double) y[i]).isCloseTo((testCm[i] - of[0]) / of[1], within(1e-5));
        }
    }

    private static double[] moments(float[] x, int feature) {
        double sum = 0;
        double squares = 0;
        int n = x.length / 4;
        for (int i = feature; i < x.length; i += 4) {
            sum += x[i];
            squares += (double) x[i] * x[i];
        }
        double mean = sum / n;
        return new double[] {mean, Math.sqrt(squares / n - mean * mean)};
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "iris"})
    void theTrainingPartIsNotSortedByClass(String name) {
        float[] labels = Loaded.values(Loaded.load(name, Map.of()).train(), 1);
        int changes = 0;
        for (int i = 1; i < labels.length; i++) if (labels[i] != labels[i - 1]) changes++;
        assertThat(changes).isGreaterThan(labels.length / 2);
    }
}
