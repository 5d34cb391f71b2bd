package org.fascicle.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.fascicle.data.DataException;
import org.fascicle.nn.Metric;
import org.fascicle.plugin.Options;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsTest {
    private static final Tensor SCORES =
            tensor(shape(4, 3), 0.1, 0.7, 0.2, 0.5, 0.3, 0.2, 0.2, 0.3, 0.5, 0.4, 0.4, 0.2);
    private static final Tensor LABELS = tensor(shape(4), 1, 2, 2, 1);
    private static final Tensor ONE_HOT = tensor(shape(4, 3), 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0);
    private static final Tensor BINARY = tensor(shape(5, 1), 0.9, 0.2, 0.5, 0.6, 0.1);
    private static final Tensor TRUTH = tensor(shape(5), 1, 0, 1, 0, 0);

    // The numbers of scikit-learn for the same 20 labels.
    private static final int[] TARGET = {0, 2, 1, 1, 0, 2, 0, 2, 1, 2, 1, 2, 2, 2, 1, 2, 0, 1, 0, 0};
    private static final int[] PREDICTED = {2, 2, 1, 2, 2, 2, 1, 1, 0, 2, 1, 1, 0, 2, 1, 2, 0, 1, 2, 0};

    static Stream<Arguments> values() {
        Tensor image = tensor(shape(1, 2, 1, 3), 0.9, 0.4, 0.2, 0.1, 0.6, 0.8);
        Tensor pixels = tensor(shape(1, 1, 3), 0, 0, 1);
        Tensor ignoring = tensor(shape(4), 1, 255, 255, 1);
        return Stream.of(
                arguments("sparse targets", new Accuracy(0.5, -100, -1), SCORES, LABELS, 0.5),
                arguments("sparse targets [N, 1]", new Accuracy(0.5, -100, -1), SCORES, LABELS.reshape(4, 1), 0.5),
                arguments("one-hot targets", new Accuracy(0.5, -100, -1), SCORES, ONE_HOT, 0.5),
                arguments("binary targets", new Accuracy(0.5, -100, -1), BINARY, TRUTH, 0.6),
                arguments("binary without class axis", new Accuracy(0.5, -100, -1), BINARY.reshape(5), TRUTH, 0.6),
                arguments("channels first", new Accuracy(0.5, -100, 1), image, pixels, 2 / 3.0),
                arguments("ignored targets", new Accuracy(0.5, 255, -1), SCORES, ignoring, 0.5),
                arguments("at the threshold is 0", new BinaryAccuracy(0.5), BINARY, TRUTH, 0.6),
                arguments("a lower threshold", new BinaryAccuracy(0.4), BINARY, TRUTH, 0.8),
                arguments("categorical", new CategoricalAccuracy(-1), SCORES, ONE_HOT, 0.5),
                arguments("sparse", new SparseCategoricalAccuracy(-100, -1), SCORES, LABELS, 0.5),
                arguments("best of 1, a tie is right", new TopKCategoricalAccuracy(1, -1), SCORES, ONE_HOT, 0.75),
                arguments("best of 2", new SparseTopKCategoricalAccuracy(2, -100, -1), SCORES, LABELS, 0.75),
                arguments("best of all", new SparseTopKCategoricalAccuracy(3, -100, -1), SCORES, LABELS, 1.0),
                arguments("confusion, sparse", new ConfusionMatrix(0.5, -100, -1), SCORES, LABELS, 0.5),
                arguments("confusion, one-hot", new ConfusionMatrix(0.5, -100, -1), SCORES, ONE_HOT, 0.5),
                arguments("confusion, binary", new ConfusionMatrix(0.5, -100, -1), BINARY, TRUTH, 0.6),
                arguments("squared", new MeanSquaredError(), BINARY, TRUTH, (0.01 + 0.04 + 0.25 + 0.36 + 0.01) / 5),
                arguments("absolute", new MeanAbsoluteError(), BINARY, TRUTH, (0.1 + 0.2 + 0.5 + 0.6 + 0.1) / 5),
                arguments(
                        "root",
                        new RootMeanSquaredError(),
                        BINARY,
                        TRUTH,
                        Math.sqrt((0.01 + 0.04 + 0.25 + 0.36 + 0.01) / 5)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("values")
    void valuesAreThoseComputedByHand(String name, Metric metric, Tensor prediction, Tensor target, double expected) {
        assertThat(value(metric, prediction, target)).isCloseTo(expected, within(1e-7));
    }

    @Test
    void confusionMatrixHasTheTruthAsRows() {
        Tensor prediction = Tensor.zeros(20, 3), target = Tensor.zeros(20);
        for (int i = 0; i < 20; i++) {
            prediction.data()[3 * i + PREDICTED[i]] = 1;
            target.data()[i] = TARGET[i];
        }
        var metric = new ConfusionMatrix(0.5, -100, -1);
        double[] sum = new double[metric.size(prediction.shape(), target.shape())];
        metric.add(sum, prediction, target);
        assertThat(metric.value(sum)).isEqualTo(0.55);
        assertThat(metric.table(sum).orElseThrow()).isDeepEqualTo(new double[][] {{2, 1, 3}, {1, 4, 1}, {1, 2, 5}});
    }

    @Test
    void binaryConfusionHasTwoRows() {
        var metric = new ConfusionMatrix(0.5, -100, -1);
        double[] sum = new double[metric.size(BINARY.shape(), TRUTH.shape())];
        metric.add(sum, BINARY, TRUTH);
        assertThat(metric.table(sum).orElseThrow()).isDeepEqualTo(new double[][] {{2, 1}, {1, 1}});
    }

    @Test
    void aScoreThatIsNoNumberIsNotAmongTheBest() {
        Tensor prediction = tensor(shape(1, 3), Double.NaN, 0, 1);
        assertThat(value(new SparseTopKCategoricalAccuracy(3, -100, -1), prediction, tensor(shape(1), 0)))
                .isZero();
    }

    @Test
    void errorsAreBetterWhenSmaller() {
        assertThat(List.of(new MeanSquaredError(), new MeanAbsoluteError(), new RootMeanSquaredError()))
                .noneMatch(Metric::increasing);
        assertThat(new Accuracy(0.5, -100, -1).increasing()).isTrue();
    }

    static Stream<Arguments> misfits() {
        Metric any = new Accuracy(0.5, -100, -1);
        return Stream.of(
                arguments(any, shape(4, 3), shape(5), "target [5] must be classes [4] or one-hot [4, 3]"),
                arguments(any, shape(4, 3, 2, 2), shape(4, 2, 2), "; set axis = 1 for channels first"),
                arguments(
                        any, shape(4, 1), shape(4, 2), "prediction [4, 1] and target [4, 2] must have the same shape"),
                arguments(
                        new CategoricalAccuracy(-1), shape(4, 3), shape(4), "take the sparse metric for class indices"),
                arguments(
                        new SparseCategoricalAccuracy(-100, -1),
                        shape(4, 3),
                        shape(4, 3),
                        "take the metric without sparse"),
                arguments(new SparseCategoricalAccuracy(-100, 0), shape(4, 3), shape(4, 3), "is the batch"),
                arguments(new MeanSquaredError(), shape(4, 3), shape(3, 4), "must have the same shape"));
    }

    @ParameterizedTest(name = "{0} of {1} and {2}")
    @MethodSource("misfits")
    void shapesThatDoNotFitAreTold(Metric metric, Shape prediction, Shape target, String message) {
        assertThatThrownBy(() -> metric.size(prediction, target))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> indexMetrics() {
        return Stream.of(
                arguments(new Accuracy(0.5, -100, -1)),
                arguments(new SparseCategoricalAccuracy(-100, -1)),
                arguments(new SparseTopKCategoricalAccuracy(2, -100, -1)),
                arguments(new ConfusionMatrix(0.5, -100, -1)));
    }

    @ParameterizedTest
    @MethodSource("indexMetrics")
    void targetsThatAreNoClassAreTold(Metric metric) {
        for (double wrong : new double[] {3, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> value(metric, SCORES, tensor(shape(4), 0, 1, wrong, 2)))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(
                            "target [2] must be a class, a whole number from 0 to 2, or ignore_index = -100, got "
                                    + (float) wrong);
        }
    }

    static Stream<Arguments> defaults() {
        return Stream.of(
                arguments(new Accuracy.Factory(), new Accuracy(0.5, -100, -1)),
                arguments(new BinaryAccuracy.Factory(), new BinaryAccuracy(0.5)),
                arguments(new CategoricalAccuracy.Factory(), new CategoricalAccuracy(-1)),
                arguments(new SparseCategoricalAccuracy.Factory(), new SparseCategoricalAccuracy(-100, -1)),
                arguments(new TopKCategoricalAccuracy.Factory(), new TopKCategoricalAccuracy(5, -1)),
                arguments(new SparseTopKCategoricalAccuracy.Factory(), new SparseTopKCategoricalAccuracy(5, -100, -1)),
                arguments(new ConfusionMatrix.Factory(), new ConfusionMatrix(0.5, -100, -1)));
    }

    @ParameterizedTest
    @MethodSource("defaults")
    void defaultsAreThoseOfKeras(Metric.Factory factory, Metric expected) {
        // Every method that has a fallback gives it back.
        Options fallbacks = (Options) Proxy.newProxyInstance(
                Options.class.getClassLoader(),
                new Class<?>[] {Options.class},
                (proxy, method, arguments) -> arguments[1]);
        assertThat(factory.create(fallbacks)).isEqualTo(expected);
    }

    private static double value(Metric metric, Tensor prediction, Tensor target) {
        double[] sum = new double[metric.size(prediction.shape(), target.shape())];
        metric.add(sum, prediction, target);
        return metric.value(sum);
    }

    private static Shape shape(int... dims) {
        return Shape.of(dims);
    }

    private static Tensor tensor(Shape shape, double... values) {
        float[] data = new float[values.length];
        for (int i = 0; i < data.length; i++) data[i] = (float) values[i];
        return Tensor.of(shape, data);
    }
}
