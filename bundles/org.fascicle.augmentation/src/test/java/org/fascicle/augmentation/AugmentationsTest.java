package org.fascicle.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.data.Augmentation;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Case;
import org.fascicle.tck.Parts;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationsTest {
    private static final Map<String, Augmentation.Factory> FACTORIES = Map.of(
            "random_flip", new RandomFlip.Factory(),
            "random_translation", new RandomTranslation.Factory(),
            "random_erasing", new RandomErasing.Factory(),
            "gaussian_noise", new GaussianNoise.Factory(),
            "rescaling", new Rescaling.Factory(),
            "normalization", new Normalization.Factory(),
            "center_crop", new CenterCrop.Factory());

    /** Draws that were written down: element i is the i-th, and 0 behind them. */
    private record Given(float... values) implements Draws {
        @Override
        public float uniform(long element) {
            return element < values.length ? values[(int) element] : 0;
        }

        @Override
        public float normal(long element) {
            return uniform(element);
        }
    }

    private static Augmentation make(String name, Object... options) {
        return (Augmentation) Parts.make(Kind.AUGMENTATION, FACTORIES.get(name), Case.options(options));
    }

    private static float[] apply(Augmentation a, Shape in, Draws draws, float... x) {
        float[] y = new float[a.shape(in).size()];
        a.apply(draws, in, x, 0, y, 0);
        return y;
    }

    /** 0, 1, 2, … */
    private static float[] count(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) x[i] = i;
        return x;
    }

    static Stream<Arguments> known() {
        Shape two = Shape.of(2, 2, 3), row = Shape.of(1, 4), square = Shape.of(1, 3, 3);
        return Stream.of(
                row(make("random_flip"), two, given(0.49f), 2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9),
                row(make("random_flip"), two, given(0.5f), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
                row(make("random_flip", "axis", -2), two, given(0), 3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8),
                row(make("random_flip", "axis", 0), two, given(0), 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5),
                // 0.99 of seven shifts is 3 to the right, 0 is 3 to the left; the row shift is drawn first.
                row(translation("reflect", 3), row, given(0, 0.99f), 2, 1, 0, 0),
                row(translation("reflect", 3), row, given(0, 0), 3, 3, 2, 1),
                row(translation("nearest", 3), row, given(0, 0.99f), 0, 0, 0, 0),
                row(translation("nearest", 3), row, given(0, 0), 3, 3, 3, 3),
                row(translation("wrap", 3), row, given(0, 0.99f), 1, 2, 3, 0),
                row(translation("wrap", 3), row, given(0, 0), 3, 0, 1, 2),
                row(translation("constant", 3), row, given(0, 0.99f), 9, 9, 9, 0),
                row(translation("constant", 1), row, given(0, 0.5f), 0, 1, 2, 3),
                // One row up, one column to the right.
                row(
                        make("random_translation", "pixels", 1, "fill_mode", "constant", "fill_value", 9),
                        square,
                        given(0, 0.99f),
                        9,
                        3,
                        4,
                        9,
                        6,
                        7,
                        9,
                        9,
                        9),
                // 4/9 of nine pixels is 2 by 2, at row 1 of 0 and 1, and at column 0.
                row(erasing(4 / 9.0), square, given(0, 0, 0, 0, 0, 0, 0.6f, 0.1f), 0, 1, 2, 9, 9, 5, 9, 9, 8),
                row(erasing(1), square, given(0), 9, 9, 9, 9, 9, 9, 9, 9, 9),
                row(erasing(4 / 9.0), square, given(0.99f), 0, 1, 2, 3, 4, 5, 6, 7, 8),
                row(make("gaussian_noise", "stddev", 0.5), row, given(1, -1, 2, 0), 0.5, 0.5, 3, 3),
                row(make("rescaling", "scale", 2, "offset", -1), row, given(), -1, 1, 3, 5),
                row(make("normalization", "mean", 1, "stddev", 2), row, given(), -0.5, 0, 0.5, 1),
                row(
                        make("normalization", "mean", List.of(1, 7), "stddev", List.of(1, 2)),
                        Shape.of(2, 1, 2),
                        given(),
                        -1,
                        0,
                        -2.5,
                        -2),
                row(make("center_crop", "size", List.of(1, 2)), Shape.of(1, 3, 4), given(), 5, 6),
                row(make("center_crop", "size", 2), Shape.of(1, 3, 3), given(), 0, 1, 3, 4));
    }

    private static Augmentation translation(String mode, int columns) {
        return make("random_translation", "pixels", List.of(0, columns), "fill_mode", mode, "fill_value", 9);
    }

    private static Augmentation erasing(double part) {
        return make(
                "random_erasing", "rate", 0.9, "scale", List.of(part, part), "ratio", List.of(1, 1), "fill_value", 9);
    }

    private static Draws given(float... values) {
        return new Given(values);
    }

    private static Arguments row(Augmentation a, Shape in, Draws draws, double... expected) {
        return Arguments.of(a, in, draws, expected);
    }

    @ParameterizedTest
    @MethodSource("known")
    void theResultIsTheHandComputedOne(Augmentation a, Shape in, Draws draws, double[] expected) {
        float[] y = apply(a, in, draws, count(in.size()));
        assertThat(y).hasSize(expected.length);
        for (int i = 0; i < y.length; i++)
            assertThat((double) y[i]).as("element " + i).isCloseTo(expected[i], within(1e-6));
    }

    /** Over many samples of a run. */
    @Test
    void everyShiftIsAsLikely() {
        Augmentation a = translation("wrap", 3);
        Philox draws = Philox.of(1, "augmentation", 0, 0, 0);
        int[] shifts = new int[7];
        for (int sample = 0; sample < 7000; sample++) {
            float[] y = apply(a, Shape.of(1, 7), draws.instance(sample), count(7));
            shifts[(int) y[0]]++;
        }
        for (int n : shifts) assertThat(n).isBetween(850, 1150);
    }

    @Test
    void halfOfTheSamplesAreFlipped() {
        Philox draws = Philox.of(1, "augmentation", 0, 0, 0);
        int flipped = 0;
        for (int sample = 0; sample < 10_000; sample++)
            if (apply(make("random_flip"), Shape.of(2), draws.instance(sample), 0, 1)[0] == 1) flipped++;
        assertThat(flipped).isBetween(4800, 5200);
    }

    @Test
    void theErasedPartIsWithinItsScaleAndRatio() {
        Augmentation a = make("random_erasing", "rate", 1, "fill_value", 9);
        Philox draws = Philox.of(1, "augmentation", 0, 0, 0);
        double sum = 0;
        for (int sample = 0; sample < 2000; sample++) {
            float[] y = apply(a, Shape.of(1, 100, 100), draws.instance(sample), new float[10_000]);
            int erased = 0, rows = 0;
            for (int i = 0; i < 100; i++) {
                int before = erased;
                for (int j = 0; j < 100; j++) if (y[100 * i + j] == 9) erased++;
                if (erased > before) rows++;
            }
            double columns = (double) erased / rows;
            assertThat(erased / 10_000.0).isBetween(0.017, 0.34);
            assertThat(rows / columns).isBetween(0.27, 3.7);
            sum += erased / 10_000.0;
        }
        // The rectangles that do not fit are large, so the mean lies a little below (0.02 + 0.33) / 2.
        assertThat(sum / 2000).isBetween(0.16, 0.18);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(ConfigException.class, "option pixels must be given", Shape.of(1, 4, 4), "random_translation"),
                mistake(
                        ShapeException.class,
                        "random_translation: pixels 5, 5 must not be more than rows and columns of [1, 4, 4]; shift less",
                        Shape.of(1, 4, 4),
                        "random_translation",
                        "pixels",
                        5),
                mistake(
                        ShapeException.class,
                        "random_flip: axis 1 is not among the 1 axes of [4]",
                        Shape.of(4),
                        "random_flip",
                        "axis",
                        1),
                mistake(
                        ShapeException.class,
                        "sample must be [channels, rows, columns], got [4]",
                        Shape.of(4),
                        "random_erasing"),
                mistake(
                        ConfigException.class,
                        "option scale must be two numbers, the smaller first, got [0.5, 0.1]",
                        Shape.of(4),
                        "random_erasing",
                        "scale",
                        List.of(0.5, 0.1)),
                mistake(
                        ConfigException.class,
                        "option stddev must be one number, or 3 as of mean, got [1.0, 2.0]",
                        Shape.of(4),
                        "normalization",
                        "mean",
                        List.of(1, 2, 3),
                        "stddev",
                        List.of(1, 2)),
                mistake(ConfigException.class, "option stddev", Shape.of(4), "normalization", "stddev", 0),
                mistake(
                        ShapeException.class,
                        "normalization: mean and stddev are for 3 channels, got [1, 4, 4]; give one number for all, or 1",
                        Shape.of(1, 4, 4),
                        "normalization",
                        "mean",
                        List.of(1, 2, 3)),
                mistake(
                        ShapeException.class,
                        "center_crop: size 5, 5 must not be more than rows and columns of [1, 4, 4]; crop less",
                        Shape.of(1, 4, 4),
                        "center_crop",
                        "size",
                        5));
    }

    private static Arguments mistake(
            Class<? extends FascicleException> type, String message, Shape in, String name, Object... options) {
        return Arguments.of(type, message, in, name, (Object) options);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreToldWithTheirRemedy(
            Class<? extends FascicleException> type, String message, Shape in, String name, Object[] options) {
        assertThatThrownBy(() -> make(name, options).shape(in))
                .isInstanceOf(type)
                .hasMessageContaining(message);
    }

    /** Draws that allocate nothing themselves. */
    private static final class Counter implements Draws {
        @Override
        public float uniform(long element) {
            return (element * 37 % 64) / 64f;
        }

        @Override
        public float normal(long element) {
            return uniform(element) - 0.5f;
        }
    }

    @Test
    void samplesAreMadeWithoutAllocation() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Shape in = Shape.of(3, 16, 16);
        float[] x = count(in.size()), y = new float[in.size()];
        Draws draws = new Counter();
        for (Augmentation a : List.of(
                make("random_flip"),
                make("random_translation", "pixels", 3),
                make("random_erasing", "rate", 1),
                make("gaussian_noise", "stddev", 0.1),
                make("rescaling", "scale", 2),
                make("normalization"),
                make("center_crop", "size", 8))) {
            for (int i = 0; i < 100; i++) a.apply(draws, in, x, 0, y, 0);
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) a.apply(draws, in, x, 0, y, 0);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as(a.toString())
                    .isLessThan(1000);
        }
    }
}
