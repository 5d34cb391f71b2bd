package org.fascicle.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.fascicle.data.Column;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.plugin.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated sets: the same for the same seed, and of the shape their names say. */
class GeneratedTest {
    private static final Offset<Double> EXACT = within(1e-6);

    private static Table clean(String name, Object... more) {
        Map<String, Object> options = new HashMap<>(Map.of("noise", 0, "test", 0));
        for (int i = 0; i < more.length; i += 2) options.put((String) more[i], more[i + 1]);
        return Loaded.load(name, options).train();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xor", "moons", "circles", "spirals", "blobs", "sine"})
    void anotherSeedDrawsOthersAndAllSamplesAreInOnePart(String name) {
        Map<String, Object> options = Map.of("samples", 101, "noise", 0.1, "seed", 3, "test", 0.3);
        Splits first = Loaded.load(name, options);
        Map<String, Object> other = new HashMap<>(options);
        other.put("seed", 4);
        Splits different = Loaded.load(name, other);
        assertThat(Loaded.values(different.train(), 0)).isNotEqualTo(Loaded.values(first.train(), 0));
        assertThat(first.train().size() + first.test().size()).isEqualTo(101);
        assertThat(first.test().size()).isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource({"moons, 400", "circles, 400", "spirals, 400", "blobs, 300"})
    void classesAreOfEqualSizeInBothParts(String name, int samples) {
        Splits splits = Loaded.load(name, Map.of());
        Column label = splits.train().columns().get(1);
        int classes = label.classes().size();
        assertThat(label).isEqualTo(Column.label("label", label.classes()));
        assertThat(Loaded.counts(splits.train())).containsOnly(samples * 4 / 5 / classes);
        assertThat(Loaded.counts(splits.test())).containsOnly(samples / 5 / classes);
    }

    @ParameterizedTest
    @CsvSource({"moons, 0.1", "circles, 0.3", "spirals, 0.02", "blobs, 1", "sine, 0.5", "xor, 0.2"})
    void noiseHasTheDeviationGiven(String name, double noise) {
        Map<String, Object> options = Map.of("samples", 20_000, "noise", noise, "test", 0);
        // Sine adds its noise to y, all others to x.
        int column = name.equals("sine") ? 1 : 0;
        float[] noisy = Loaded.values(Loaded.load(name, options).train(), column);
        float[] clean = Loaded.values(clean(name, "samples", 20_000), column);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < noisy.length; i++) {
            double e = noisy[i] - clean[i];
            sum += e;
            squares += e * e;
        }
        assertThat(sum / noisy.length).isCloseTo(0, within(0.03 * noise));
        assertThat(Math.sqrt(squares / noisy.length)).isCloseTo(noise, within(0.02 * noise));
    }

    @Test
    void xorIsTheFourCornersToTrainAndToTest() {
        Splits splits = Loaded.load("xor", Map.of());
        for (Table t : new Table[] {splits.train(), splits.test()}) {
            assertThat(t.columns()).containsExactly(Column.feature("x", Column.Type.FLOAT32, 2), Column.target("y", 1));
            assertThat(Loaded.values(t, 0)).containsExactly(0, 0, 0, 1, 1, 0, 1, 1);
            assertThat(Loaded.values(t, 1)).containsExactly(0, 1, 1, 0);
        }
    }

    @Test
    void moreXorIsSplitByCorner() {
        Splits splits = Loaded.load("xor", Map.of("samples", 40, "test", 0.25));
        float[] x = Loaded.values(splits.test(), 0);
        float[] y = Loaded.values(splits.test(), 1);
        int[] corners = new int[4];
        for (int i = 0; i < y.length; i++) {
            corners[(int) (2 * x[2 * i] + x[2 * i + 1])]++;
            assertThat(y[i]).isEqualTo(Math.abs(x[2 * i] - x[2 * i + 1]));
        }
        assertThat(y).hasSize(10);
        assertThat(corners).contains(2, 3).doesNotContain(0, 1, 4);
    }

    @Test
    void moonsLieOnTheirHalfCircles() {
        Table t = clean("moons");
        float[] x = Loaded.values(t, 0);
        float[] label = Loaded.values(t, 1);
        for (int i = 0; i < label.length; i++) {
            boolean upper = label[i] == 0;
            double dx = x[2 * i] - (upper ? 0 : 1);
            double dy = x[2 * i + 1] - (upper ? 0 : 0.5);
            assertThat(Math.hypot(dx, dy)).isCloseTo(1, EXACT);
            assertThat(upper ? dy : -dy).isGreaterThan(-1e-6);
        }
    }

    @Test
    void circlesHaveTheirRadii() {
        Table t = clean("circles", "factor", 0.3);
        float[] x = Loaded.values(t, 0);
        float[] label = Loaded.values(t, 1);
        for (int i = 0; i < label.length; i++) {
            assertThat(Math.hypot(x[2 * i], x[2 * i + 1])).isCloseTo(label[i] == 0 ? 1 : 0.3, EXACT);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 0.5", "5, 2"})
    void spiralsTurnAsToldAndClassesAreTurnedCopies(int classes, double turns) {
        Table t = clean("spirals", "classes", classes, "turns", turns, "samples", 60 * classes);
        float[] x = Loaded.values(t, 0);
        float[] label = Loaded.values(t, 1);
        for (int i = 0; i < label.length; i++) {
            double radius = Math.hypot(x[2 * i], x[2 * i + 1]);
            double angle = 2 * Math.PI * (turns * radius + label[i] / classes);
            assertThat(radius).isBetween(0.1 - 1e-6, 1 + 1e-6);
            assertThat((double) x[2 * i]).isCloseTo(radius * Math.cos(angle), within(1e-5));
            assertThat((double) x[2 * i + 1]).isCloseTo(radius * Math.sin(angle), within(1e-5));
        }
    }

    @Test
    void blobsWithoutNoiseAreTheirCentres() {
        Table t = clean("blobs", "classes", 4, "features", 5, "samples", 20);
        float[] x = Loaded.values(t, 0);
        float[] label = Loaded.values(t, 1);
        Map<Float, float[]> centres = new HashMap<>();
        for (int i = 0; i < label.length; i++) {
            float[] point = Arrays.copyOfRange(x, 5 * i, 5 * i + 5);
            assertThat(centres.computeIfAbsent(label[i], c -> point)).isEqualTo(point);
            for (float v : point) assertThat(v).isBetween(-1f, 1f);
        }
        assertThat(centres).hasSize(4);
        assertThat(t.columns().get(0)).isEqualTo(Column.feature("x", Column.Type.FLOAT32, 5));
    }

    @Test
    void sineIsASineFromMinusPiToPi() {
        Table t = clean("sine");
        float[] x = Loaded.values(t, 0);
        float[] y = Loaded.values(t, 1);
        assertThat(x).hasSize(200).contains((float) Math.PI, (float) -Math.PI);
        for (int i = 0; i < x.length; i++) {
            assertThat((double) x[i]).isBetween(-Math.PI - 1e-6, Math.PI + 1e-6);
            assertThat((double) y[i]).isCloseTo(Math.sin(x[i]), EXACT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "xor, samples, 3",
        "moons, samples, 2000000",
        "moons, noise, -1",
        "sine, test, 1",
        "circles, factor, 1",
        "circles, factor, 0",
        "spirals, classes, 1",
        "spirals, turns, -1",
        "spirals, classes, 500",
        "blobs, features, 0",
        "blobs, classes, 301",
        "digits, test, 1",
        "digits, scale, 0",
        "iris, seed, -1"
    })
    void impossibleOptionsAreRefused(String name, String option, double value) {
        assertThatThrownBy(() -> Loaded.load(name, Map.of(option, value))).isInstanceOf(ConfigException.class);
    }
}
