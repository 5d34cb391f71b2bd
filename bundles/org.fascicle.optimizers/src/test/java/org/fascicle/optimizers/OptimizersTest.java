package org.fascicle.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Case;
import org.fascicle.tck.Parts;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizersTest {
    private static final Parts PARTS = new Parts()
            .with(Kind.OPTIMIZER, "sgd", new Sgd.Factory())
            .with(Kind.OPTIMIZER, "adam", new Adam.Factory())
            .with(Kind.OPTIMIZER, "adamw", new Adam.DecayedFactory());

    private static Optimizer make(Object... options) {
        return (Optimizer) PARTS.create(Kind.OPTIMIZER, "test", Case.options(options));
    }

    /** A parameter with its slots, stepped by hand. */
    private static final class Weight {
        private final Param param;
        private final Optimizer optimizer;
        private final Map<String, Tensor> slots = new HashMap<>();
        private Tensor w;
        private long step;

        Weight(Optimizer optimizer, Param.Kind kind, float... start) {
            this.optimizer = optimizer;
            param = Param.of("w", Shape.of(start.length), kind, Initializer.ZEROS, 1, 1);
            w = Tensor.of(Shape.of(start.length), start);
            for (Slot s : optimizer.slots(param)) slots.put(s.name(), Tensor.zeros(s.shape()));
        }

        float[] step(double rate, float... gradient) {
            Tensor g = Tensor.of(Shape.of(gradient.length), gradient), next = nan(gradient.length), before = w.copy();
            Map<String, Tensor> nextSlots = new HashMap<>(), slotsBefore = new HashMap<>();
            slots.forEach((name, t) -> {
                nextSlots.put(name, nan(t.size()));
                slotsBefore.put(name, t.copy());
            });
            step++;
            optimizer.update(new Now(param, g, w, next, slots, nextSlots, rate, step));
            assertThat(w.data()).as("current weight").containsExactly(before.data());
            slots.forEach((name, t) -> assertThat(t.data())
                    .as(name)
                    .containsExactly(slotsBefore.get(name).data()));
            w = next;
            slots.putAll(nextSlots);
            return w.data();
        }

        private static Tensor nan(int n) {
            Tensor t = Tensor.zeros(n);
            t.fill(Float.NaN);
            return t;
        }
    }

    private record Now(
            Param param,
            Tensor gradient,
            Tensor weight,
            Tensor nextWeight,
            Map<String, Tensor> slots,
            Map<String, Tensor> nextSlots,
            double rate,
            long step)
            implements Optimizer.Update {
        @Override
        public Tensor slot(String name) {
            return slots.get(name);
        }

        @Override
        public Tensor nextSlot(String name) {
            return nextSlots.get(name);
        }
    }

    /** An update rule for one number in double, written from its publication: the test's own truth. */
    private interface Rule {
        double next(double w, double g, double rate, int t, double[] memory);
    }

    private static Rule keras(double mu, boolean nesterov, double decay, double wd) {
        return (w, g, rate, t, s) -> {
            double r = rate / (1 + decay * (t - 1));
            s[0] = mu * s[0] - r * g;
            return w * (1 - r * wd) + (nesterov ? mu * s[0] - r * g : s[0]);
        };
    }

    private static Rule torch(double mu, boolean nesterov, double dampening, double wd) {
        return (w, g, rate, t, s) -> {
            double d = g + wd * w;
            s[0] = t == 1 ? d : mu * s[0] + (1 - dampening) * d;
            return w - rate * (mu == 0 ? d : nesterov ? d + mu * s[0] : s[0]);
        };
    }

    private static Rule adam(
            double b1, double b2, double e, boolean kerasEpsilon, boolean amsgrad, double l2, double wd) {
        return (w, g, rate, t, s) -> {
            double d = g + l2 * w;
            s[0] = b1 * s[0] + (1 - b1) * d;
            s[1] = b2 * s[1] + (1 - b2) * d * d;
            s[2] = amsgrad ? Math.max(s[2], s[1]) : s[1];
            double m = s[0] / (1 - Math.pow(b1, t)), c = Math.sqrt(1 - Math.pow(b2, t));
            return w * (1 - rate * wd) - rate * m / (Math.sqrt(s[2]) / c + (kerasEpsilon ? e / c : e));
        };
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                row(keras(0, false, 0, 0), "sgd"),
                row(keras(0.9, false, 0, 0), "sgd", "momentum", 0.9),
                row(keras(0.9, true, 0.01, 0), "sgd", "momentum", 0.9, "nesterov", true, "decay", 0.01),
                row(keras(0, false, 0.1, 0), "sgd", "decay", 0.1),
                row(keras(0.5, true, 0, 0.1), "sgd", "momentum", 0.5, "nesterov", true, "weight_decay", 0.1),
                row(keras(0, false, 0, 0.1), "sgd", "weight_decay", 0.1),
                row(torch(0, false, 0, 0.1), "sgd", "weight_decay", 0.1, "weight_decay_form", "l2"),
                row(torch(0.9, true, 0, 0), "sgd", "momentum", 0.9, "nesterov", true, "rate_in_velocity", false),
                row(
                        torch(0.9, false, 0.5, 0.05),
                        "sgd",
                        "momentum",
                        0.9,
                        "dampening",
                        0.5,
                        "weight_decay",
                        0.05,
                        "weight_decay_form",
                        "l2",
                        "rate_in_velocity",
                        false),
                row(adam(0.9, 0.999, 1e-7, true, false, 0, 0), "adam"),
                row(adam(0.8, 0.9, 0.1, true, false, 0, 0), "adam", "beta_1", 0.8, "beta_2", 0.9, "epsilon", 0.1),
                row(
                        adam(0.9, 0.999, 0.01, false, false, 0.1, 0),
                        "adam",
                        "epsilon",
                        0.01,
                        "corrected_epsilon",
                        true,
                        "weight_decay",
                        0.1,
                        "weight_decay_form",
                        "l2"),
                row(adam(0.9, 0.9, 1e-7, true, true, 0, 0), "adam", "amsgrad", true, "beta_2", 0.9),
                row(adam(0.9, 0.999, 1e-7, true, false, 0, 0.004), "adamw"),
                row(adam(0.9, 0.999, 1e-7, true, false, 0, 0.2), "adamw", "weight_decay", 0.2));
    }

    private static Arguments row(Rule rule, String type, Object... more) {
        Map<String, Object> options = new HashMap<>(Case.options(more));
        options.put("type", type);
        return Arguments.of(options, rule);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void thirtyStepsAtChangingRatesFollowThePublishedRule(Map<String, Object> options, Rule rule) {
        Random r = new Random(9);
        int n = 21;
        float[] start = normal(r, n);
        double[] w = new double[n];
        double[][] memory = new double[n][3];
        for (int i = 0; i < n; i++) w[i] = start[i];
        Weight tested = new Weight((Optimizer) PARTS.create(Kind.OPTIMIZER, "test", options), Param.Kind.WEIGHT, start);
        for (int t = 1; t <= 30; t++) {
            double rate = 0.05 * (1 + t % 3);
            float[] g = normal(r, n);
            float[] now = tested.step(rate, g);
            for (int i = 0; i < n; i++) {
                w[i] = rule.next(w[i], g[i], rate, t, memory[i]);
                assertThat((double) now[i]).as("step " + t).isCloseTo(w[i], within(2e-4));
            }
        }
    }

    private static float[] normal(Random r, int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) x[i] = (float) r.nextGaussian();
        return x;
    }

    @Test
    void atAConstantRateBothKindsOfVelocityWalkTheSameWay() {
        for (boolean nesterov : new boolean[] {false, true}) {
            Weight keras = new Weight(make("type", "sgd", "momentum", 0.9, "nesterov", nesterov), Param.Kind.WEIGHT, 1);
            Weight torch = new Weight(
                    make("type", "sgd", "momentum", 0.9, "nesterov", nesterov, "rate_in_velocity", false),
                    Param.Kind.WEIGHT,
                    1);
            for (int t = 0; t < 20; t++) {
                float g = (float) Math.sin(t);
                assertThat(keras.step(0.1, g)[0]).isCloseTo(torch.step(0.1, g)[0], within(1e-5f));
            }
        }
    }

    @Test
    void momentumByHand() {
        Weight plain = new Weight(make("type", "sgd", "momentum", 0.9), Param.Kind.WEIGHT, 1);
        assertThat(plain.step(0.1, 1)[0]).isCloseTo(0.9f, within(1e-6f)); // v = -0.1
        assertThat(plain.step(0.1, 1)[0]).isCloseTo(0.71f, within(1e-6f)); // v = -0.19
        Weight nesterov = new Weight(make("type", "sgd", "momentum", 0.9, "nesterov", true), Param.Kind.WEIGHT, 1);
        assertThat(nesterov.step(0.1, 1)[0]).isCloseTo(0.81f, within(1e-6f)); // 1 - 0.09 - 0.1
        assertThat(nesterov.step(0.1, 1)[0]).isCloseTo(0.539f, within(1e-6f)); // 0.81 - 0.171 - 0.1
    }

    @Test
    void theFirstStepOfAdamIsTheRate() {
        for (float g : new float[] {1e-3f, 1, 1e3f}) {
            assertThat(new Weight(make("type", "adam"), Param.Kind.WEIGHT, 1).step(0.01, g)[0])
                    .isCloseTo(0.99f, within(4e-5f));
        }
    }

    @Test
    void decayTouchesWeightsOnlyUnlessToldOtherwise() {
        for (String form : List.of("decoupled", "l2")) {
            for (Param.Kind kind : List.of(Param.Kind.WEIGHT, Param.Kind.BIAS, Param.Kind.SCALE)) {
                boolean weight = kind == Param.Kind.WEIGHT;
                Optimizer some = make("type", "sgd", "weight_decay", 0.5, "weight_decay_form", form);
                assertThat(new Weight(some, kind, 1).step(0.1, 0)[0]).isEqualTo(weight ? 0.95f : 1);
                Optimizer all =
                        make("type", "sgd", "weight_decay", 0.5, "weight_decay_form", form, "weight_decay_on", "all");
                assertThat(new Weight(all, kind, 1).step(0.1, 0)[0]).isEqualTo(0.95f);
            }
        }
    }

    @Test
    void slotsFadeToZeroAndNeverIntoDenormals() {
        for (Optimizer o :
                List.of(make("type", "sgd", "momentum", 0.5), make("type", "adam", "beta_1", 0.5, "beta_2", 0.5))) {
            Weight w = new Weight(o, Param.Kind.WEIGHT, 1, -1, 2);
            w.step(0.1, 1, -1, 1e-3f);
            for (int t = 0; t < 120; t++) {
                w.step(0.1, 0, 0, 0);
                for (Tensor s : w.slots.values()) {
                    for (float x : s.data())
                        assertThat(x == 0 || Math.abs(x) >= 1e-30f)
                                .as("step " + t + ": " + x)
                                .isTrue();
                }
            }
            for (Tensor s : w.slots.values())
                for (float x : s.data()) assertThat(x == 0).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("flushed")
    void onlyWhatIsTooSmallIsFlushed(float x, float expected) {
        assertThat(Float.compare(Denormals.flush(x), expected)).isZero();
    }

    static Stream<Arguments> flushed() {
        float least = 1e-30f;
        return Stream.of(
                Arguments.of(0f, 0f),
                Arguments.of(Float.MIN_VALUE, 0f),
                Arguments.of(Math.nextDown(least), 0f),
                Arguments.of(least, least),
                Arguments.of(-least, -least),
                Arguments.of(1.5f, 1.5f),
                Arguments.of(-Float.MAX_VALUE, -Float.MAX_VALUE),
                Arguments.of(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY),
                Arguments.of(Float.NaN, Float.NaN));
    }

    @Test
    void memoryIsOnlyAskedForWhereItIsUsed() {
        Param p = Param.dense("w", 2, 3, Initializer.ZEROS);
        assertThat(make("type", "sgd").slots(p)).isEmpty();
        assertThat(make("type", "sgd", "momentum", 0.9).slots(p))
                .extracting(Slot::name)
                .containsExactly("velocity");
        assertThat(make("type", "adam").slots(p)).extracting(Slot::name).containsExactly("m", "v");
        assertThat(make("type", "adam", "amsgrad", true).slots(p))
                .extracting(Slot::name)
                .containsExactly("m", "v", "v_max");
    }

    @Test
    void defaultsAreThoseOfKeras() {
        assertThat(make("type", "sgd").rate()).isEqualTo(0.01);
        assertThat(make("type", "adam"))
                .isEqualTo(new Adam(0.001, 0.9, 0.999, 1e-7, false, false, new WeightDecay(0, true, false)));
        assertThat(make("type", "adam", "learning_rate", 0.5).rate()).isEqualTo(0.5);
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        for (Object[] bad : new Object[][] {
            {"sgd", "momentum", 1},
            {"sgd", "learning_rate", -1},
            {"adam", "beta_2", 1},
            {"adam", "epsilon", 0},
            {"adam", "weight_decay_form", "l1"},
            {"sgd", "lr", 0.1}
        }) {
            assertThatThrownBy(() -> make("type", bad[0], bad[1], bad[2]))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining((String) bad[1]);
        }
    }
}
