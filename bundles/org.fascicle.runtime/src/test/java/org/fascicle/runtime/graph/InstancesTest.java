package org.fascicle.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.tck.Samples.normal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several uses of one layer in one step: what each of them draws, remembers and sees of the statistics. */
class InstancesTest {
    /** Notes the first number of each forward and of each backward. */
    private record Noting(List<Float> forward, List<Float> backward) implements Layer {
        Noting() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            forward.add(p.random(0).uniform(0));
            p.output(0).set(p.input(0));
        }

        @Override
        public void backward(Pass p) {
            backward.add(p.random(0).uniform(0));
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    private static final long SEED = 9;

    private static void learn(Parts parts, Map<String, Object> layer, int steps) {
        ModelSpec spec = Twin.spec(Map.of("x", List.of(3)), List.of(layer), List.of(), List.of("mean_squared_error"));
        Program program = Twin.program("m", parts, spec, new NaiveOps());
        Training t = new Training("m", WeightSet.initial(program.layout(), 1, new NaiveAlgebra()), SEED);
        Map<String, Tensor> batch = Map.of("x", normal(2, 3), "target", Tensor.zeros(2, 3));
        // Without the gradient of the input there is nothing to go back for.
        for (int i = 0; i < steps; i++) t.gradients(program, batch, Map.of(), true, new LinkedHashMap<>());
    }

    private static float drawn(String path, int instance) {
        return Philox.of(SEED, path, instance, 0, 1).uniform(0);
    }

    @Test
    void theEvaluationsOfAnOdeDrawAnewAndTheSameInBackward() {
        Noting noting = new Noting();
        learn(Twin.parts().with(Kind.LAYER, "noting", noting), layer("ode", "id", "o", "layer", layer("noting")), 1);
        List<Float> four = List.of(drawn("o.layer", 0), drawn("o.layer", 1), drawn("o.layer", 2), drawn("o.layer", 3));
        assertThat(noting.forward).isEqualTo(four).doesNotHaveDuplicates();
        assertThat(noting.backward).containsExactly(four.get(3), four.get(2), four.get(1), four.get(0));
    }

    @Test
    void nestedInstancesAreNumberedThroughSoThatAllSixteenDrawAnew() {
        Noting noting = new Noting();
        learn(
                Twin.parts().with(Kind.LAYER, "noting", noting),
                layer("ode", "id", "o", "layer", layer("ode", "layer", layer("noting"))),
                1);
        List<Float> expected = new ArrayList<>();
        for (int outer = 0; outer < 4; outer++) {
            for (int inner = 0; inner < 4; inner++) expected.add(drawn("o.layer.layer", outer * 4 + inner));
        }
        assertThat(noting.forward).isEqualTo(expected).doesNotHaveDuplicates();
        assertThat(new ArrayList<>(noting.backward)).hasSize(16).hasSameElementsAs(expected);
    }

    @Test
    void aRecomputedChildOfARepeatedOneDrawsWhatItDrewInForward() {
        Noting noting = new Noting();
        learn(
                Twin.parts().with(Kind.LAYER, "noting", noting),
                layer("ode", "id", "o", "layer", layer("repeat", "times", 2, "layer", layer("noting"))),
                1);
        List<Float> expected = new ArrayList<>();
        for (int outer = 0; outer < 4; outer++) {
            for (int block = 0; block < 2; block++) expected.add(drawn("o.layer.block" + block, outer));
        }
        assertThat(noting.forward.subList(0, 8)).isEqualTo(expected).doesNotHaveDuplicates();
        // Backward computes each block again right before it goes back through it.
        assertThat(noting.forward.subList(8, 16)).isEqualTo(noting.backward).hasSameElementsAs(expected);
    }

    /** y = x (1 + s), where s is a statistic that follows the mean of x; backward reads the statistic once more. */
    private static final class Moving implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).param(Param.statistic("s", 1, 0.5));
        }

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data(), y = p.output(0).data();
            float s = p.statistic("s").data()[0];
            double mean = 0;
            for (int i = 0, n = p.input(0).size(); i < n; i++) {
                y[i] = x[i] * (1 + s);
                mean += x[i] / n;
            }
            if (p.training()) p.nextStatistic("s").data()[0] = (float) (0.5 * s + 0.5 * mean);
        }

        @Override
        public void backward(Pass p) {
            float[] dx = p.inputGradient(0).accumulator(),
                    dy = p.outputGradient(0).data();
            float s = p.statistic("s").data()[0];
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += dy[i] * (1 + s);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "repeat", "ode", "ode of repeat", "ode of ode", "twice", "ode of twice", "twice ode"})
    void backwardAndRepetitionSeeTheStatisticThatForwardSaw(String how) {
        Map<String, Object> moving = layer("moving");
        Map<String, Object> layer = switch (how) {
            case "plain" -> moving;
            case "repeat" -> layer("repeat", "times", 3, "layer", moving);
            case "ode" -> layer("ode", "step", 0.5, "layer", moving);
            case "ode of repeat" -> layer("ode", "step", 0.5, "layer", layer("repeat", "layer", moving));
            case "twice" -> layer("twice", "layer", moving);
            case "ode of twice" -> layer("ode", "step", 0.5, "layer", layer("twice", "layer", moving));
            case "twice ode" -> layer("twice", "layer", layer("ode", "step", 0.5, "layer", moving));
            default -> layer("ode", "step", 0.5, "layer", layer("ode", "step", 0.5, "layer", moving));
        };
        Parts parts =
                Twin.parts().with(Kind.LAYER, "moving", new Moving()).with(Kind.LAYER, "twice", new Twice.Factory());
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(3)),
                List.of(layer("dense", "units", 3), layer),
                List.of(),
                List.of("mean_squared_error"));
        Map<String, Tensor> batch = Map.of("x", normal(4, 3), "target", Tensor.zeros(4, 3));
        new Twin(parts, spec, new NaiveOps(), batch).compareGradients(true, 0);
        new Twin(parts, spec, new NaiveOps(), batch).compareSteps(new Sgd(0.1, 0), 0.1, 3, 0);
    }

    /** Adds up what it is given. */
    private static final class Sum implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).state("sum", in.get(0));
        }

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data(),
                    y = p.output(0).data(),
                    s = p.state("sum").data();
            for (int i = 0, n = p.input(0).size(); i < n; i++) y[i] = s[i] + x[i];
            p.nextState("sum").set(p.output(0));
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    @Test
    void everyInstanceHasAStateOfItsOwn() {
        Parts parts = Twin.parts().with(Kind.LAYER, "sum", new Sum());
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(3)),
                List.of(layer("ode", "step", 0.5, "layer", layer("sum"))),
                List.of(),
                List.of("mean_squared_error"));
        Map<String, Tensor> batch = Map.of("x", normal(2, 3), "target", normal(2, 3));
        new Twin(parts, spec, new NaiveOps(), batch).comparePredictions(0);
        new Twin(parts, spec, new NaiveOps(), batch).compareSteps(new Sgd(0.1, 0), 0.1, 3, 0);
    }

    @Test
    void aStreamIsTheSameWholeOrInTwoHalves() {
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(6, 3)), List.of(layer("lstm", "units", 4, "stateful", true)), List.of(), List.of());
        ModelSpec half = Twin.spec(
                Map.of("x", List.of(3, 3)), List.of(layer("lstm", "units", 4, "stateful", true)), List.of(), List.of());
        Tensor x = normal(2, 6, 3), a = Tensor.zeros(2, 3, 3), b = Tensor.zeros(2, 3, 3);
        for (int n = 0; n < 2; n++) {
            System.arraycopy(x.data(), n * 18, a.data(), n * 9, 9);
            System.arraycopy(x.data(), n * 18 + 9, b.data(), n * 9, 9);
        }
        Program whole = Twin.program("m", Twin.parts(), spec, new NaiveOps()),
                twice = Twin.program("m", Twin.parts(), half, new NaiveOps());
        WeightSet w = WeightSet.initial(whole.layout(), 1, new NaiveAlgebra());
        Map<String, Tensor[]> session = new LinkedHashMap<>();
        Tensor all =
                whole.predict(w, Map.of("x", x), Optional.empty(), () -> false).get("lstm1");
        Tensor first = twice.predict(w, Map.of("x", a), Optional.of(session), () -> false)
                .get("lstm1");
        States.commit(session);
        Tensor second = twice.predict(w, Map.of("x", b), Optional.of(session), () -> false)
                .get("lstm1");
        for (int n = 0; n < 2; n++) {
            for (int i = 0; i < 12; i++) {
                assertThat(first.data()[n * 12 + i]).isEqualTo(all.data()[n * 24 + i]);
                assertThat(second.data()[n * 12 + i]).isEqualTo(all.data()[n * 24 + 12 + i]);
            }
        }
    }

    @Test
    void evaluatingWhileLearningStartsStreamsAtZeroAndTakesAnyBatchSize() {
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(3, 2)),
                List.of(layer("lstm", "units", 4, "stateful", true)),
                List.of(),
                List.of("mean_squared_error"));
        Program program = Twin.program("m", Twin.parts(), spec, new NaiveOps());
        WeightSet w = WeightSet.initial(program.layout(), 1, new NaiveAlgebra());
        Map<String, Tensor> batch = Map.of("x", normal(4, 3, 2), "target", normal(4, 3, 4));
        Training t = new Training("m", w, 1), undisturbed = new Training("m", w, 1);
        Sgd sgd = new Sgd(0.1, 0);
        for (Training each : List.of(t, undisturbed)) {
            each.slots(sgd);
            each.step(program, sgd, batch, 0.1, Double.POSITIVE_INFINITY, () -> false);
        }
        Map<String, Tensor> other = Map.of("x", normal(3, 3, 2), "target", Tensor.zeros(3, 3, 4));
        Tensor y =
                t.evaluate(program, other, () -> false).outputs().get("lstm1").copy();
        assertThat(y.data())
                .isEqualTo(program.predict(t.publish(2), other, Optional.empty(), () -> false)
                        .get("lstm1")
                        .data());
        for (Training each : List.of(t, undisturbed))
            each.step(program, sgd, batch, 0.1, Double.POSITIVE_INFINITY, () -> false);
        t.publish(3)
                .numbers()
                .forEach((path, v) -> assertThat(v.data())
                        .isEqualTo(undisturbed.publish(3).numbers().get(path).data()));
        assertThat(y.shape()).isEqualTo(Shape.of(3, 3, 4));
    }
}
