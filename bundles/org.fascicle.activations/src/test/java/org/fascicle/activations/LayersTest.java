package org.fascicle.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tck.Parts;
import org.fascicle.tck.Samples;
import org.fascicle.tensor.Channels;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LayersTest {
    /** Windows of one line and of many, cut inside and at the edges, in one chunk and in several. */
    static Stream<Arguments> sizes() {
        return Stream.of(
                arguments(-1, Shape.of(3, 7)),
                arguments(-1, Shape.of(700, 3)),
                arguments(-1, Shape.of(2, 9000)),
                arguments(-1, Shape.of(1000, 100)),
                arguments(1, Shape.of(2, 5, 3)),
                arguments(1, Shape.of(2, 3, 600)),
                arguments(1, Shape.of(2, 5000, 9)),
                arguments(1, Shape.of(3, 100, 30, 20)),
                arguments(2, Shape.of(2, 3, 4, 1)));
    }

    @ParameterizedTest(name = "axis {0} of {1}")
    @MethodSource("sizes")
    void softmaxAndLogSoftmaxAgreeWithTheDefinitionOfAnySize(int axis, Shape shape) {
        Tensor x = Samples.normal(shape.dims()), dy = Samples.uniform(-1, 1, shape.dims());
        Run softmax = Run.of(new Softmax(axis), true, x, dy), log = Run.of(new LogSoftmax(axis), true, x, dy);
        Channels g = shape.channels(axis);
        for (int o = 0; o < g.outer(); o++) {
            for (int i = 0; i < g.inner(); i++) {
                int first = o * g.channels() * g.inner() + i, end = first + g.channels() * g.inner();
                double sum = 0, dot = 0, total = 0;
                for (int k = first; k < end; k += g.inner()) sum += Math.exp(x.data()[k]);
                for (int k = first; k < end; k += g.inner()) {
                    dot += Math.exp(x.data()[k]) / sum * dy.data()[k];
                    total += dy.data()[k];
                }
                for (int k = first; k < end; k += g.inner()) {
                    double y = Math.exp(x.data()[k]) / sum;
                    if (Math.abs(softmax.y().data()[k] - y) > 1e-6
                            || Math.abs(log.y().data()[k] - Math.log(y)) > 2e-6 * Math.max(1, -Math.log(y))
                            || Math.abs(softmax.dx().data()[k] - y * (dy.data()[k] - dot)) > 1e-6
                            || Math.abs(log.dx().data()[k] - (dy.data()[k] - y * total)) > 1e-5) {
                        throw new AssertionError("at " + k + ": y " + y + ", softmax "
                                + softmax.y().data()[k] + " " + softmax.dx().data()[k] + ", log "
                                + log.y().data()[k] + " " + log.dx().data()[k]);
                    }
                }
            }
        }
    }

    @Test
    void softmaxDoesNotOverflow() {
        Tensor x = Tensor.of(Shape.of(2, 3), 1000, 0, -1000, -1000, -1000, -1000),
                dy = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        Run softmax = Run.of(new Softmax(-1), true, x, dy), log = Run.of(new LogSoftmax(-1), true, x, dy);
        assertThat(softmax.y().data()).containsExactly(new float[] {1, 0, 0, 1 / 3f, 1 / 3f, 1 / 3f}, within(1e-7f));
        assertThat(softmax.dx().data()).containsExactly(new float[] {0, 0, 0, -1 / 3f, 0, 1 / 3f}, within(1e-6f));
        assertThat(log.y().data())
                .containsExactly(new float[] {0, -1000, -2000, -1.0986123f, -1.0986123f, -1.0986123f}, within(1e-6f));
        assertThat(log.dx().data()).containsExactly(new float[] {-5, 2, 3, -1, 0, 1}, within(1e-5f));
    }

    @Test
    void maskedLogitsGetNoProbabilityAndNoGradient() {
        Tensor x = Tensor.of(Shape.of(1, 3), 0, Float.NEGATIVE_INFINITY, 0), dy = Tensor.of(Shape.of(1, 3), 1, 2, 3);
        Run run = Run.of(new Softmax(-1), true, x, dy);
        assertThat(run.y().data()).containsExactly(0.5f, 0, 0.5f);
        assertThat(run.dx().data()).containsExactly(-0.5f, 0, 0.5f);
    }

    @Test
    void maxoutGivesTheGradientToTheFirstOfEquals() {
        Tensor x = Tensor.of(Shape.of(1, 6), 1, 1, 1, 2, 3, 3), dy = Tensor.of(Shape.of(1, 2), 5, 7);
        Run run = Run.of(new Maxout(3, 1), true, x, dy);
        assertThat(run.y().data()).containsExactly(1, 3);
        assertThat(run.dx().data()).containsExactly(5, 0, 0, 0, 7, 0);
    }

    @Test
    void maxoutTakesNeighbouringChannels() {
        Tensor x = Tensor.of(Shape.of(1, 4, 2), 1, 8, 2, 7, 3, 6, 4, 5), dy = Tensor.of(Shape.of(1, 2, 2), 1, 2, 3, 4);
        Run run = Run.of(new Maxout(2, 1), true, x, dy);
        assertThat(run.y().data()).containsExactly(2, 8, 4, 6);
        assertThat(run.dx().data()).containsExactly(0, 2, 1, 0, 0, 4, 3, 0);
    }

    @Test
    void rreluDrawsSlopesWithinItsBoundsAndUsesTheSameInBackward() {
        int n = 40_000;
        Tensor x = Tensor.zeros(2, n / 2), dy = Tensor.zeros(2, n / 2);
        x.fill(-1);
        dy.fill(1);
        Run run = Run.of(new Rrelu(0.125f, 0.375f), true, x, dy);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            assertThat(run.y().data()[i]).isEqualTo(-run.dx().data()[i]);
            if (run.dx().data()[i] < 0.125f || run.dx().data()[i] >= 0.375f)
                throw new AssertionError("slope " + run.dx().data()[i]);
            sum += run.dx().data()[i];
        }
        assertThat(sum / n).isCloseTo(0.25, within(0.002));
    }

    @Test
    void rreluTakesTheMeanSlopeInInference() {
        Run run = Run.of(
                new Rrelu(0.125f, 0.375f),
                false,
                Tensor.of(Shape.of(1, 3), -4, 0, 4),
                Tensor.of(Shape.of(1, 3), 1, 1, 1));
        assertThat(run.y().data()).containsExactly(-1, 0, 4);
        assertThat(run.dx().data()).containsExactly(0.25f, 0.25f, 1);
    }

    @Test
    void preluStartsAsLeakyReluAndMpeluAsElu() {
        Tensor x = Samples.apart(3, 4, 5), dy = Samples.normal(3, 4, 5);
        Run prelu = Run.of(new Prelu(0.25f, false), true, x, dy), leaky = Run.of(new LeakyRelu(0.25f), true, x, dy);
        assertThat(prelu.y().data()).containsExactly(leaky.y().data());
        assertThat(prelu.dx().data()).containsExactly(leaky.dx().data());
        Run mpelu = Run.of(new Mpelu(1, 1), true, x, dy), elu = Run.of(new Elu(1), true, x, dy);
        assertThat(mpelu.y().data()).containsExactly(elu.y().data(), within(1e-6f));
        assertThat(mpelu.dx().data()).containsExactly(elu.dx().data(), within(1e-6f));
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                arguments(
                        new Maxout(3, 1),
                        Shape.of(2, 4),
                        "axis 1 of input [2, 4] must be a multiple of pieces = 3, got 4; change pieces"),
                arguments(
                        new Maxout(2, 0),
                        Shape.of(2, 4),
                        "axis = 0 of input [2, 4] is the batch, expected an axis of the sample; set axis from 1 to 1"),
                arguments(new Softmax(-1), Shape.of(5), "axis = -1 of input [5] is the batch"),
                arguments(new Softmax(0), Shape.of(5, 3), "is the batch"),
                arguments(new LogSoftmax(3), Shape.of(5, 3), "axis 3 of [5, 3]: there is no such axis"),
                arguments(new Prelu(0.25f, false), Shape.of(5), "input must be [N, C, …], got [5]"),
                arguments(new Mpelu(1, 1), Shape.of(5), "input must be [N, C, …], got [5]"));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("misfits")
    void shapesThatDoNotFitAreTold(Layer layer, Shape x, String message) {
        assertThatThrownBy(() -> layer.plan(Shapes.of(x)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> wrongOptions() {
        return Stream.of(
                arguments(new Rrelu.Factory(), Map.of("lower", 0.5, "upper", 0.25), "upper"),
                arguments(new Elu.Factory(), Map.of("alpha", -1), "alpha"),
                arguments(new Softplus.Factory(), Map.of("beta", 0), "beta"),
                arguments(new Step.Factory(), Map.of("at_zero", 2), "at_zero"),
                arguments(new Maxout.Factory(), Map.of("pieces", 0), "pieces"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongOptions")
    void optionsOutOfRangeAreTold(Layer.Factory factory, Map<String, ?> options, String name) {
        assertThatThrownBy(() -> new Parts().child("n", "n", factory, options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(name);
    }

    static Stream<Arguments> defaults() {
        return Stream.of(
                arguments(new Step.Factory(), new Step(1, false)),
                arguments(new Linear.Factory(), new Linear(1, 0)),
                arguments(new LeakyRelu.Factory(), new LeakyRelu(0.3f)),
                arguments(new Prelu.Factory(), new Prelu(0.25f, false)),
                arguments(new Rrelu.Factory(), new Rrelu(1 / 8f, 1 / 3f)),
                arguments(new Elu.Factory(), new Elu(1)),
                arguments(new Mpelu.Factory(), new Mpelu(1, 1)),
                arguments(new Softplus.Factory(), new Softplus(1)),
                arguments(new Maxout.Factory(), new Maxout(2, 1)),
                arguments(new Softmax.Factory(), new Softmax(-1)),
                arguments(new LogSoftmax.Factory(), new LogSoftmax(-1)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("defaults")
    void optionsHaveDefaults(Layer.Factory factory, Layer expected) {
        assertThat(new Parts().child("n", "n", factory, Map.of()).layer()).isEqualTo(expected);
    }
}
