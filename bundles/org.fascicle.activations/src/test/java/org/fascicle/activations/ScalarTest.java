package org.fascicle.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values and slopes at special points. */
class ScalarTest {
    private static final Map<String, Activation> ACTIVATIONS = Map.ofEntries(
            Map.entry("step", new Step(1, false)),
            Map.entry("step at half", new Step(0.5f, false)),
            Map.entry("step straight through", new Step(1, true)),
            Map.entry("linear", new Linear(0.5f, 0.25f)),
            Map.entry("sigmoid", new Sigmoid()),
            Map.entry("tanh", new Tanh()),
            Map.entry("relu", new Relu()),
            Map.entry("leaky_relu", new LeakyRelu(0.3f)),
            Map.entry("leaky_relu negative", new LeakyRelu(-0.5f)),
            Map.entry("elu", new Elu(0.5f)),
            Map.entry("softplus", new Softplus(1)),
            Map.entry("softplus of 2", new Softplus(2)));

    @ParameterizedTest(name = "{0} of {1} is {2}, slope {3}")
    @CsvSource({
        "step, -1, 0, 0",
        "step, -0.0, 1, 0",
        "step, 0, 1, 0",
        "step, 1e-40, 1, 0",
        "step, NaN, 0, 0",
        "step at half, 0, 0.5, 0",
        "step straight through, -3, 0, 1",
        "step straight through, 0.5, 1, 1",
        "linear, 2, 1.25, 0.5",
        "sigmoid, 0, 0.5, 0.25",
        "sigmoid, 1000, 1, 0",
        "sigmoid, -1000, 0, 0",
        "sigmoid, NaN, NaN, NaN",
        "tanh, 0, 0, 1",
        "tanh, -1000, -1, 0",
        "relu, 0, 0, 0",
        "relu, -0.0, 0, 0",
        "relu, 1e-40, 1e-40, 1",
        "relu, 1e30, 1e30, 1",
        "relu, Infinity, Infinity, 1",
        "relu, -Infinity, 0, 0",
        "relu, NaN, NaN, NaN",
        "leaky_relu, 0, 0, 0.3",
        "leaky_relu, -10, -3, 0.3",
        "leaky_relu, 1e-40, 1e-40, 1",
        "leaky_relu, Infinity, Infinity, 1",
        "leaky_relu, -Infinity, -Infinity, 0.3",
        "leaky_relu, NaN, NaN, NaN",
        "leaky_relu negative, -2, 1, -0.5",
        "leaky_relu negative, 2, 2, 1",
        "elu, 0, 0, 0.5",
        "elu, 3, 3, 1",
        "elu, Infinity, Infinity, 1",
        "elu, -Infinity, -0.5, 0",
        "elu, -0.6931472, -0.25, 0.25",
        "elu, NaN, NaN, NaN",
        "softplus, 0, 0.6931472, 0.5",
        "softplus, 10000, 10000, 1",
        "softplus, -10000, 0, 0",
        "softplus of 2, 0, 0.3465736, 0.5",
        "softplus of 2, NaN, NaN, NaN",
    })
    void valuesAndSlopesAtSpecialPoints(String name, float x, float value, float slope) {
        Activation a = ACTIVATIONS.get(name);
        float y = a.apply(x), s = a.slope(a.slopeNeedsInput() ? x : Float.NaN, y);
        assertClose(y, value);
        assertClose(s, slope);
    }

    private static void assertClose(float actual, float expected) {
        if (Float.isFinite(expected))
            assertThat(actual).isCloseTo(expected, within(1e-6f * Math.max(1, Math.abs(expected))));
        else assertThat((Object) actual).isEqualTo(expected);
    }

    @Test
    void slopeAboveZeroIsOneToTheSmallestNumber() {
        assertThat(Signs.positive(Float.MIN_VALUE)).isOne();
        assertThat(Signs.positive(Float.MAX_VALUE)).isOne();
        assertThat(Signs.positive(-0f)).isZero();
        assertThat(new LeakyRelu(0.3f).slope(Float.NaN, Float.MIN_VALUE)).isOne();
    }

    @Test
    void theIdentityIsAView() {
        Shapes in = Shapes.of(Shape.of(4, 3));
        Plan identity = new Linear(1, 0).plan(in), other = new Linear(2, 0).plan(in);
        assertThat(identity.traits()).contains(Trait.VIEW);
        assertThat(other.traits()).containsExactly(Trait.IN_PLACE);
    }

    @Test
    void leakyReluKeepsItsInputOnlyIfItMust() {
        Shapes in = Shapes.of(Shape.of(4, 3));
        assertThat(new LeakyRelu(0.3f).plan(in).readInputs()).isEmpty();
        assertThat(new LeakyRelu(0).plan(in).readInputs()).containsExactly(0);
        assertThat(new LeakyRelu(-1).plan(in).readInputs()).containsExactly(0);
    }
}
