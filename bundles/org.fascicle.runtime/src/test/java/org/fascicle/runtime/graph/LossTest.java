package org.fascicle.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.tck.Samples.indices;
import static org.fascicle.tck.Samples.normal;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.model.Learner;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How losses are found, taken from logits, weighed and reduced. */
class LossTest {
    private static final double FUSED_BEYOND = 100;

    /** One step; the gradient is what plain descent at rate 1 took away. */
    private record Step(Learner.Result result, Map<String, Tensor> before, Map<String, Tensor> after) {
        static Step of(Parts parts, ModelSpec spec, Map<String, Tensor> batch, float scale) {
            Program program = Twin.program("m", parts, spec, new NaiveOps());
            WeightSet w = WeightSet.initial(program.layout(), 4, new NaiveAlgebra());
            w.numbers().values().forEach(t -> {
                for (int i = 0; i < t.size(); i++) t.data()[i] *= scale;
            });
            Training t = new Training("m", w, 1);
            Sgd rule = new Sgd(1, 0);
            t.slots(rule);
            Learner.Result r = t.step(program, rule, batch, 1, Double.POSITIVE_INFINITY, () -> false);
            return new Step(r, w.numbers(), t.publish(2).numbers());
        }

        Tensor gradient(String path) {
            Tensor g = before.get(path).copy();
            for (int i = 0; i < g.size(); i++) g.data()[i] -= after.get(path).data()[i];
            return g;
        }
    }

    private static final Object SIGMOID = "sigmoid", SIGMOID_APART = layer("sigmoid");
    private static final Object SOFTMAX = "softmax", SOFTMAX_APART = layer("softmax");

    /** Layers whose last is the prediction, in a form that is taken from logits and in one that is not. */
    private static Stream<Arguments> forms() {
        Map<String, Object> fused = layer("dense", "id", "d", "units", 3, "activation", SIGMOID);
        Map<String, Object> apart = layer("dense", "id", "d", "units", 3, "activation", SIGMOID_APART);
        Map<String, Object> d = layer("dense", "id", "d", "units", 3);
        return Stream.of(
                Arguments.of("the activation of a node", "binary_crossentropy", "d", List.of(fused), List.of(apart)),
                Arguments.of("named by its output", "binary_crossentropy", "d.y", List.of(fused), List.of(apart)),
                Arguments.of(
                        "a node of its own",
                        "binary_crossentropy",
                        "s",
                        List.of(d, layer("sigmoid", "id", "s")),
                        List.of(apart, layer("reshape", "id", "s", "target_shape", List.of(3)))),
                Arguments.of(
                        "softmax",
                        "sparse_categorical_crossentropy",
                        "d",
                        List.of(layer("dense", "id", "d", "units", 3, "activation", SOFTMAX)),
                        List.of(layer("dense", "id", "d", "units", 3, "activation", SOFTMAX_APART))),
                Arguments.of(
                        "softmax as a node of its own",
                        "sparse_categorical_crossentropy",
                        "s",
                        List.of(d, layer("softmax", "id", "s")),
                        List.of(
                                layer("dense", "id", "d", "units", 3, "activation", SOFTMAX_APART),
                                layer("reshape", "id", "s", "target_shape", List.of(3)))),
                Arguments.of(
                        "while others use the prediction too",
                        "binary_crossentropy",
                        "d",
                        List.of(fused, layer("dense", "id", "e", "units", 3, "inputs", "d")),
                        List.of(apart, layer("dense", "id", "e", "units", 3, "inputs", "d"))));
    }

    private static Map<String, Tensor> batch(String loss) {
        Tensor t = loss.startsWith("sparse") ? indices(3, 4) : indices(2, 4, 3);
        return Map.of("x", normal(4, 5), "t", t, "u", normal(4, 3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void fromLogitsGivesTheSameLossAndGradients(String name, String loss, String on, List<?> fused, List<?> apart) {
        List<?> losses = List.of(
                layer(loss, "name", "first", "inputs", List.of(on, "t")),
                layer(
                        "mean_squared_error",
                        "name",
                        "second",
                        "weight",
                        0.5,
                        "inputs",
                        List.of(on.equals("d.y") ? "d" : on, "u")));
        Step a = Step.of(Twin.parts(), Twin.spec(Map.of("x", List.of(5)), fused, List.of(), losses), batch(loss), 1);
        Step b = Step.of(Twin.parts(), Twin.spec(Map.of("x", List.of(5)), apart, List.of(), losses), batch(loss), 1);
        assertThat(a.result.loss()).isCloseTo(b.result.loss(), within(1e-6));
        assertThat(a.result.losses().get("first")).isCloseTo(b.result.losses().get("first"), within(1e-6));
        for (String path : List.of("d.kernel", "d.bias")) Twin.same(path, a.gradient(path), b.gradient(path), 1e-5);
        String last = a.result.outputs().keySet().iterator().next();
        Twin.same("outputs", a.result.outputs().get(last), b.result.outputs().get(last), 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void fromLogitsIsReallyTaken(String name, String loss, String on, List<?> fused, List<?> apart) {
        List<?> losses = List.of(layer(loss, "name", "first", "inputs", List.of(on, "t")));
        Step a = Step.of(Twin.parts(), Twin.spec(Map.of("x", List.of(5)), fused, List.of(), losses), batch(loss), 1000);
        Step b = Step.of(Twin.parts(), Twin.spec(Map.of("x", List.of(5)), apart, List.of(), losses), batch(loss), 1000);
        assertThat(a.result.loss())
                .as("logits beyond what a probability can say")
                .isGreaterThan(FUSED_BEYOND);
        assertThat(b.result.loss())
                .as("a probability of at least the smallest normal number")
                .isLessThan(FUSED_BEYOND);
    }

    /** Two values a sample, which count 0, 1, 2, … */
    private static final class Counted implements Loss {
        @Override
        public List<String> outputs() {
            return List.of("value", "divisor");
        }

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0), in.get(0));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.input(0));
            for (int i = 0; i < p.output(1).size(); i++) p.output(1).data()[i] = i;
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Σ w v = 1·(1+2) + 3·(4+8) = 39; Σ d = 6; Σ w d = 1·(0+1) + 3·(2+3) = 16
        "counted, sum, 39",
        "counted, mean, 6.5",
        "counted, weighted_mean, 2.4375",
        // without a divisor every value counts 1
        "plain, sum, 39",
        "plain, mean, 9.75",
        "plain, weighted_mean, 4.875"
    })
    void lossesAreReducedAsTheSpecSays(String type, String reduction, double expected) {
        Parts parts = Twin.parts().with(Kind.LOSS, "counted", new Counted()).with(Kind.LOSS, "plain", new Loss() {
            @Override
            public Plan plan(Shapes in) {
                return Plan.of(in.get(0));
            }

            @Override
            public void forward(Pass p) {
                p.output(0).set(p.input(0));
            }

            @Override
            public void backward(Pass p) {
                p.inputGradient(0).put(p.outputGradient(0));
            }
        });
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(2)),
                List.of(layer("flatten")),
                List.of(),
                List.of(layer(type, "reduction", reduction, "weight", 10)));
        Program program = Twin.program("m", parts, spec, new NaiveOps());
        WeightSet none = WeightSet.initial(program.layout(), 1, new NaiveAlgebra());
        Map<String, Tensor> batch = Map.of(
                "x",
                Tensor.of(Shape.of(2, 2), 1, 2, 4, 8),
                "target",
                Tensor.zeros(2),
                "sample_weight",
                Tensor.of(Shape.of(2), 1, 3));
        Learner.Result r = program.evaluate(none, batch, () -> false);
        assertThat(r.losses()).containsOnlyKeys("loss");
        assertThat(r.losses().get("loss")).isCloseTo(expected, within(1e-9));
        assertThat(r.loss()).isCloseTo(10 * expected, within(1e-9));
    }

    @Test
    void aBatchInWhichNothingCountsIsNoLoss() {
        Parts parts = Twin.parts();
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(5)),
                List.of(layer("dense", "units", 3)),
                List.of(),
                List.of(layer("sparse_categorical_crossentropy", "from_logits", true)));
        Step s = Step.of(parts, spec, Map.of("x", normal(2, 5), "target", Tensor.of(Shape.of(2), -100, -100)), 1);
        assertThat(s.result.loss()).isZero();
        assertThat(s.gradient("dense1.kernel").data()).containsOnly(0);
    }

    @Test
    void evaluationTakesTheLossesWhoseTargetsAreThere() {
        List<?> losses = List.of(
                layer("mean_squared_error", "name", "a", "inputs", List.of("dense1", "t")),
                layer("mean_squared_error", "name", "b", "inputs", List.of("dense1", "u")));
        ModelSpec spec = Twin.spec(Map.of("x", List.of(5)), List.of(layer("dense", "units", 3)), List.of(), losses);
        Program program = Twin.program("m", Twin.parts(), spec, new NaiveOps());
        WeightSet w = WeightSet.initial(program.layout(), 1, new NaiveAlgebra());
        Tensor x = normal(4, 5), t = normal(4, 3);
        assertThat(program.evaluate(w, Map.of("x", x, "t", t), () -> false).losses())
                .containsOnlyKeys("a");
        assertThat(program.evaluate(w, Map.of("x", x, "t", t, "u", t), () -> false)
                        .losses())
                .containsOnlyKeys("a", "b");
        Learner.Result none = program.evaluate(w, Map.of("x", x), () -> false);
        assertThat(none.losses()).isEmpty();
        assertThat(none.loss()).isNaN();
        assertThat(none.outputs()).containsOnlyKeys("dense1");
    }
}
