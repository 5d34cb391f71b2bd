package org.fascicle.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.data.DataException;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tck.Parts;
import org.fascicle.tck.Samples;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LossesTest {
    private static final Weights NONE = Weights.of();
    /** -log of the smallest normal number: what a class of probability 0 costs. */
    private static final float MOST = 87.33655f;

    private static final float STEEPEST = 1 / Float.MIN_NORMAL;

    @ParameterizedTest(name = "{0} for {1}: {2}, slope {3}")
    @CsvSource({"2, 2, 0, 0", "2, 0, 4, 4", "-1, 2, 9, -6"})
    void squaredError(float prediction, float target, float value, float slope) {
        assertThat(new MeanSquaredError().value(prediction, target)).isEqualTo(value);
        assertThat(new MeanSquaredError().slope(prediction, target)).isEqualTo(slope);
    }

    @ParameterizedTest(name = "{0} for {1}: {2}, slope {3}")
    @CsvSource({"2, 2, 0, 0", "2, 0, 2, 1", "-1, 2, 3, -1", "NaN, 2, NaN, NaN"})
    void absoluteError(float prediction, float target, float value, float slope) {
        assertThat((Object) new MeanAbsoluteError().value(prediction, target)).isEqualTo(value);
        assertThat((Object) new MeanAbsoluteError().slope(prediction, target)).isEqualTo(slope);
    }

    static Stream<Arguments> binary() {
        return Stream.of(
                arguments(false, 0.5, 1, Math.log(2), -2),
                arguments(false, 0.25, 0, -Math.log(0.75), 4 / 3.0),
                arguments(false, 1, 1, 0, -1),
                arguments(false, 0, 0, 0, 1),
                arguments(false, 0, 1, MOST, -STEEPEST),
                arguments(false, 1, 0, MOST, STEEPEST),
                arguments(false, -0.5, 1, Double.NaN, 2),
                arguments(true, 0, 1, Math.log(2), -0.5),
                arguments(true, 0, 0.5, Math.log(2), 0),
                arguments(true, 1000, 1, 0, 0),
                arguments(true, 1000, 0, 1000, 1),
                arguments(true, -1000, 1, 1000, -1),
                arguments(true, -20, 0, Math.log1p(Math.exp(-20)), 1 / (1 + Math.exp(20))));
    }

    @ParameterizedTest(name = "from logits {0}: {1} for {2}: {3}, slope {4}")
    @MethodSource("binary")
    void binaryCrossentropyAtSpecialPoints(
            boolean fromLogits, double prediction, double target, double value, double slope) {
        Run run = Run.of(new BinaryCrossentropy(fromLogits, 0, NONE), row(prediction), row(target));
        assertClose(run.value().data()[0], value);
        assertClose(run.dx().data()[0], slope);
    }

    static Stream<Arguments> categorical() {
        double[] third = {1 / 3.0, 1 / 3.0, 1 / 3.0};
        return Stream.of(
                arguments(false, new double[] {0.5, 0.25, 0.25}, 1, Math.log(4), new double[] {0, -4, 0}),
                arguments(false, new double[] {1, 0, 0}, 0, 0, new double[] {-1, 0, 0}),
                arguments(false, new double[] {1, 0, 0}, 1, MOST, new double[] {0, -STEEPEST, 0}),
                arguments(true, new double[] {0, 0, 0}, 2, Math.log(3), new double[] {third[0], third[0], -2 / 3.0}),
                arguments(true, new double[] {1000, 0, -1000}, 0, 0, new double[] {0, 0, 0}),
                arguments(true, new double[] {-1000, -1000, 1000}, 1, 2000, new double[] {0, -1, 1}),
                arguments(
                        true, new double[] {0, Double.NEGATIVE_INFINITY, 0}, 0, Math.log(2), new double[] {-0.5, 0, 0.5
                        }));
    }

    @ParameterizedTest(name = "from logits {0}: {1} for {2}: {3}")
    @MethodSource("categorical")
    void categoricalCrossentropiesAtSpecialPoints(
            boolean fromLogits, double[] prediction, int target, double value, double[] slope) {
        double[] oneHot = new double[3];
        oneHot[target] = 1;
        Run dense = Run.of(new CategoricalCrossentropy(fromLogits, 0, -1), row(prediction), row(oneHot));
        Run sparse = Run.of(sparse(fromLogits, 0, NONE, -1), row(prediction), row(target));
        for (Run run : new Run[] {dense, sparse}) {
            assertClose(run.value().data()[0], value);
            for (int i = 0; i < 3; i++) assertClose(run.dx().data()[i], slope[i]);
        }
    }

    @Test
    void smoothingSpreadsTheTargetOverAllClasses() {
        Tensor x = Samples.normal(4, 3), indices = Samples.indices(3, 4), smooth = Tensor.zeros(4, 3);
        for (int i = 0; i < 12; i++) smooth.data()[i] = (i % 3 == indices.data()[i / 3] ? 0.7f : 0) + 0.1f;
        Run sparse = Run.of(sparse(true, 0.3f, NONE, -1), x, indices);
        Run dense = Run.of(new CategoricalCrossentropy(true, 0, -1), x, smooth);
        assertThat(sparse.value().data()).containsExactly(dense.value().data(), within(1e-6f));
        assertThat(sparse.dx().data()).containsExactly(dense.dx().data(), within(1e-6f));
    }

    @Test
    void divisorIsTheClassWeightAndZeroForWhatIsIgnored() {
        Tensor x = Samples.normal(4, 3), target = Tensor.of(Shape.of(4), 2, -100, 0, 1);
        Run plain = Run.of(sparse(true, 0, NONE, -1), x, target),
                weighted = Run.of(sparse(true, 0, Weights.of(1, 2, 0.5), -1), x, target);
        assertThat(plain.divisor().orElseThrow().data()).containsExactly(1, 0, 1, 1);
        assertThat(weighted.divisor().orElseThrow().data()).containsExactly(0.5f, 0, 1, 2);
        float[] v = plain.value().data();
        assertThat(v[1]).isZero();
        assertThat(weighted.value().data()).containsExactly(new float[] {v[0] / 2, 0, v[2], v[3] * 2}, within(1e-6f));
        assertThat(weighted.dx().data()).startsWith(plain.dx().data()[0] / 2).containsSequence(0, 0, 0);
    }

    /** More rows and classes than a tile, and than a chunk. */
    @ParameterizedTest(name = "[{0}, {1}, {2}]")
    @CsvSource({"2, 3, 4", "3, 40, 70", "2, 5000, 9"})
    void channelsFirstIsTheSameAsChannelsLast(int n, int classes, int length) {
        Tensor first = Samples.normal(n, classes, length),
                last = swapped(first),
                target = Samples.indices(classes, n, length);
        Run a = Run.of(sparse(true, 0.1f, NONE, 1), first, target),
                b = Run.of(sparse(true, 0.1f, NONE, -1), last, target);
        assertThat(a.value().data()).isEqualTo(b.value().data());
        assertThat(swapped(a.dx()).data()).isEqualTo(b.dx().data());
        Tensor t = Samples.uniform(0, 1, n, classes, length);
        Run c = Run.of(new CategoricalCrossentropy(true, 0, 1), first, t);
        Run d = Run.of(new CategoricalCrossentropy(true, 0, -1), last, swapped(t));
        assertThat(c.value().data()).isEqualTo(d.value().data());
        assertThat(swapped(c.dx()).data()).isEqualTo(d.dx().data());
    }

    @Test
    void theFormFromLogitsIsOfferedForTheRightActivationOnly() {
        assertThat(new BinaryCrossentropy(false, 0.1f, NONE).fromLogits("sigmoid"))
                .contains(new BinaryCrossentropy(true, 0.1f, NONE));
        assertThat(new BinaryCrossentropy(false, 0, NONE).fromLogits("softmax")).isEmpty();
        assertThat(new BinaryCrossentropy(true, 0, NONE).fromLogits("sigmoid")).isEmpty();
        assertThat(new CategoricalCrossentropy(false, 0.1f, -1).fromLogits("softmax"))
                .contains(new CategoricalCrossentropy(true, 0.1f, -1));
        assertThat(new CategoricalCrossentropy(false, 0, 1).fromLogits("softmax"))
                .isEmpty();
        assertThat(new CategoricalCrossentropy(false, 0, -1).fromLogits("sigmoid"))
                .isEmpty();
        assertThat(sparse(false, 0, NONE, -1).fromLogits("softmax")).contains(sparse(true, 0, NONE, -1));
        assertThat(sparse(true, 0, NONE, -1).fromLogits("softmax")).isEmpty();
        assertThat(new MeanSquaredError().fromLogits("softmax")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3", "-1", "0.5", "NaN", "1e9"})
    void targetsThatAreNoClassAreTold(float wrong) {
        assertThatThrownBy(() -> Run.of(
                        sparse(true, 0, NONE, -1), Samples.normal(2, 2, 3), Tensor.of(Shape.of(2, 2), 0, 1, wrong, 2)))
                .isInstanceOf(DataException.class)
                .hasMessage("target [1, 0] must be a class, a whole number from 0 to 2, or ignore_index = -100, got "
                        + wrong + "; mend the labels or give the prediction more classes");
    }

    static Stream<Arguments> misfits() {
        Shape table = Shape.of(4, 3), image = Shape.of(4, 3, 2, 2);
        Loss dense = new CategoricalCrossentropy(false, 0, -1), sparse = sparse(false, 0, NONE, -1);
        return Stream.of(
                arguments(
                        new MeanSquaredError(),
                        table,
                        Shape.of(4),
                        "prediction [4, 3] and target [4] must have the same shape"),
                arguments(new BinaryCrossentropy(false, 0, NONE), table, Shape.of(3, 4), "must have the same shape"),
                arguments(
                        new BinaryCrossentropy(false, 0, Weights.of(1, 2)),
                        table,
                        table,
                        "pos_weight has 2 numbers, expected one for each channel of axis 1 of prediction [4, 3], or a single one"),
                arguments(dense, table, Shape.of(4), "take sparse_categorical_crossentropy for class indices"),
                arguments(dense, Shape.of(4), Shape.of(4), "axis = -1 of prediction [4] is the batch"),
                arguments(
                        sparse,
                        table,
                        table,
                        "target [4, 3] must be class indices [4] for prediction [4, 3] with classes on axis -1; take categorical_crossentropy"),
                arguments(sparse, image, Shape.of(4, 2, 2), "; set axis = 1 for channels first"),
                arguments(
                        sparse(false, 0, Weights.of(1, 2), -1),
                        table,
                        Shape.of(4),
                        "class_weight has 2 numbers, expected one for each of the 3 classes"));
    }

    @ParameterizedTest(name = "{0} of {1} and {2}")
    @MethodSource("misfits")
    void shapesThatDoNotFitAreTold(Loss loss, Shape prediction, Shape target, String message) {
        assertThatThrownBy(() -> loss.plan(Shapes.of(prediction, target)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> defaults() {
        return Stream.of(
                arguments(new BinaryCrossentropy.Factory(), new BinaryCrossentropy(false, 0, NONE)),
                arguments(new CategoricalCrossentropy.Factory(), new CategoricalCrossentropy(false, 0, -1)),
                arguments(new SparseCategoricalCrossentropy.Factory(), sparse(false, 0, NONE, -1)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("defaults")
    void optionsHaveDefaults(Layer.Factory factory, Loss expected) {
        assertThat(new Parts().child("n", "n", factory, Map.of()).layer()).isEqualTo(expected);
        assertThatThrownBy(() -> new Parts().child("n", "n", factory, Map.of("label_smoothing", 1.5)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("label_smoothing");
    }

    private static SparseCategoricalCrossentropy sparse(
            boolean fromLogits, float smoothing, Weights weights, int axis) {
        return new SparseCategoricalCrossentropy(fromLogits, smoothing, weights, -100, axis);
    }

    private static Tensor row(double... values) {
        Tensor t = Tensor.zeros(1, values.length);
        for (int i = 0; i < values.length; i++) t.data()[i] = (float) values[i];
        return t;
    }

    /** [N, A, B] as [N, B, A]. */
    private static Tensor swapped(Tensor t) {
        int a = t.dim(1), b = t.dim(2);
        Tensor r = Tensor.zeros(t.dim(0), b, a);
        for (int i = 0; i < t.size(); i++) r.data()[i / (a * b) * a * b + i % b * a + i / b % a] = t.data()[i];
        return r;
    }

    private static void assertClose(float actual, double expected) {
        if (Double.isNaN(expected)) assertThat(actual).isNaN();
        else assertThat((double) actual).isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
    }
}
