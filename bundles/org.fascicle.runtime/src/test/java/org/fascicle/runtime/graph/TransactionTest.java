package org.fascicle.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.tck.Samples.normal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.fascicle.model.Learner;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.NonFiniteException;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.Session;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tck.third.Adam;
import org.fascicle.tck.third.Lbfgs;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.ClosureOptimizer;
import org.fascicle.train.Optimizer;
import org.fascicle.train.UpdateRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A step happens as a whole or not at all, and says why it did not. */
class TransactionTest {
    private static final String KEPT =
            "; nothing of this step was kept; try a smaller learning rate, clip_norm, or look at the data";
    private static final UpdateRule ADAM = new Adam(0.01, 0.9, 0.999, 1e-8);

    /** Fills one number of its output, input gradient or parameter gradient with what is not finite. */
    private record Spoiler(String where, float with) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).param(Param.scale("w", 3, 1));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.input(0));
            if (where.equals("forward")) p.output(0).data()[4] = with;
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
            p.gradient("w").accumulator();
            if (where.equals("input")) p.inputGradient(0).tensor().data()[2] = with;
            if (where.equals("parameter")) p.gradient("w").tensor().data()[1] = with;
        }
    }

    /** Weights, statistics, slots and states, all of which a bad step could leave behind. */
    private static ModelSpec recurrent() {
        return Twin.spec(
                Map.of("x", List.of(3, 2)),
                List.of(
                        layer("lstm", "units", 3, "stateful", true),
                        layer("flatten"),
                        layer("batch_norm", "momentum", 0.5),
                        layer("dense", "units", 2, "activation", "rrelu")),
                List.of(),
                List.of("mean_squared_error"));
    }

    private static Map<String, Tensor> batch(int which) {
        Tensor x = normal(4, 3, 2), t = normal(4, 2);
        for (int i = 0; i < x.size(); i++) x.data()[i] += 0.3f * which;
        return new LinkedHashMap<>(Map.of("x", x, "target", t));
    }

    /** A run of one model. */
    private static final class Run {
        final Program program;
        final Training training;
        UpdateRule rule;

        Run(Parts parts, ModelSpec spec, UpdateRule rule) {
            this.rule = rule;
            program = Twin.program("m", parts, spec, new NaiveOps());
            training = new Training("m", WeightSet.initial(program.layout(), 1, new NaiveAlgebra()), 7);
            training.slots(rule);
        }

        Learner.Result step(Map<String, Tensor> batch) {
            return step(rule, batch, Double.POSITIVE_INFINITY);
        }

        Learner.Result step(UpdateRule rule, Map<String, Tensor> batch, double clipNorm) {
            return training.step(program, rule, batch, 0.05, clipNorm, () -> false);
        }

        Map<String, Tensor> numbers() {
            return training.publish(1).numbers();
        }
    }

    private static void same(Map<String, Tensor> actual, Map<String, Tensor> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (path, t) -> assertThat(actual.get(path).data()).as(path).isEqualTo(t.data()));
    }

    private static Stream<Arguments> failures() {
        Map<String, Tensor> nan = batch(5);
        nan.get("x").data()[7] = Float.NaN;
        Map<String, Tensor> target = batch(5);
        target.get("target").data()[3] = Float.POSITIVE_INFINITY;
        Map<String, Tensor> huge = batch(5);
        huge.get("target").data()[1] = 1e30f;
        return Stream.of(
                Arguments.of(
                        "an input that is NaN",
                        nan,
                        ADAM,
                        NonFiniteException.class,
                        "step 2: batch: x is NaN at index 7 of [4, 3, 2]" + KEPT),
                Arguments.of(
                        "a target that is infinite",
                        target,
                        ADAM,
                        NonFiniteException.class,
                        "step 2: batch: target is Infinity at index 3 of [4, 2]" + KEPT),
                Arguments.of(
                        "a loss that overflows",
                        huge,
                        ADAM,
                        NonFiniteException.class,
                        "step 2: losses.loss: forward: output value is Infinity at index 0 of [4]" + KEPT),
                Arguments.of(
                        "an optimizer that throws half way",
                        batch(5),
                        new HalfWay(),
                        FascicleException.class,
                        "half way"),
                Arguments.of(
                        "a closure optimizer that throws half way",
                        batch(5),
                        new ClosureHalfWay(),
                        FascicleException.class,
                        "half way"),
                Arguments.of(
                        "a closure optimizer that ends at NaN",
                        batch(5),
                        new Lost(),
                        NonFiniteException.class,
                        "step 2: lstm1: forward: output y is NaN at index 0 of [4, 3, 3]" + KEPT),
                Arguments.of(
                        "a slot that was not declared",
                        batch(5),
                        new Undeclared(),
                        FascicleException.class,
                        "optimizer: slot other was not declared for kernel; declared are [m, v]"));
    }

    /** Writes what must not be kept, then throws. */
    private static final class HalfWay implements Optimizer {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public double rate() {
            return 1;
        }

        @Override
        public List<Slot> slots(Param p) {
            return ((Optimizer) ADAM).slots(p);
        }

        @Override
        public void update(Update u) {
            u.nextWeight().fill(9);
            u.nextSlot("m").fill(9);
            u.nextSlot("v").fill(9);
            if (calls.incrementAndGet() == 3) throw new FascicleException("half way");
        }
    }

    private static final class Undeclared implements Optimizer {
        @Override
        public double rate() {
            return 1;
        }

        @Override
        public List<Slot> slots(Param p) {
            return ((Optimizer) ADAM).slots(p);
        }

        @Override
        public void update(Update u) {
            u.nextSlot("other").fill(9);
        }
    }

    private static final class ClosureHalfWay implements ClosureOptimizer {
        @Override
        public double rate() {
            return 1;
        }

        @Override
        public List<Slot> slots(Param p) {
            return ((Optimizer) ADAM).slots(p);
        }

        @Override
        public void step(Objective f) {
            f.evaluate();
            for (int i = 0; i < f.params().size(); i++) {
                f.nextWeight(i).fill(9);
                f.nextSlot(i, "m").fill(9);
            }
            f.evaluate();
            throw new FascicleException("half way");
        }
    }

    private static final class Lost implements ClosureOptimizer {
        @Override
        public double rate() {
            return 1;
        }

        @Override
        public List<Slot> slots(Param p) {
            return ((Optimizer) ADAM).slots(p);
        }

        @Override
        public void step(Objective f) {
            f.evaluate();
            for (int i = 0; i < f.params().size(); i++) f.nextWeight(i).fill(Float.NaN);
            f.evaluate();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void aFailedStepLeavesNothingBehind(
            String name, Map<String, Tensor> bad, UpdateRule rule, Class<? extends Throwable> type, String message) {
        Run run = new Run(Twin.parts(), recurrent(), ADAM), undisturbed = new Run(Twin.parts(), recurrent(), ADAM);
        run.step(batch(0));
        undisturbed.step(batch(0));
        Map<String, Tensor> before = run.numbers();
        assertThatThrownBy(() -> run.step(rule, bad, Double.POSITIVE_INFINITY))
                .isExactlyInstanceOf(type)
                .hasMessage(message);
        same(run.numbers(), before);
        assertThat(run.training.steps()).isEqualTo(1);
        // Slots, states and draws are as if nothing had happened: what follows has the same bits.
        for (int i = 1; i < 4; i++) {
            assertThat(run.step(batch(i)).loss())
                    .isEqualTo(undisturbed.step(batch(i)).loss());
            same(run.numbers(), undisturbed.numbers());
        }
    }

    private static Stream<Arguments> places() {
        return Stream.of(
                Arguments.of(
                        "forward",
                        Float.NEGATIVE_INFINITY,
                        "step 1: spoiler1: forward: output y is -Infinity at index 4 of [4, 3]"),
                Arguments.of(
                        "input",
                        Float.NaN,
                        "step 1: spoiler1: backward: gradient of input x is NaN at index 2 of [4, 3]"),
                Arguments.of(
                        "parameter",
                        Float.POSITIVE_INFINITY,
                        "step 1: spoiler1: backward: gradient of w is Infinity at index 1 of [3]"));
    }

    @ParameterizedTest
    @MethodSource("places")
    void theMessageNamesStepNodeDirectionTensorAndIndex(String where, float with, String message) {
        Parts parts = Twin.parts().with(Kind.LAYER, "spoiler", new Spoiler(where, with));
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(5)),
                List.of(layer("dense", "units", 3), layer("spoiler"), layer("dense", "units", 2)),
                List.of(),
                List.of("mean_squared_error"));
        Run run = new Run(parts, spec, new Sgd(0.1, 0));
        assertThatThrownBy(() -> run.step(Map.of("x", normal(4, 5), "target", normal(4, 2))))
                .isInstanceOf(NonFiniteException.class)
                .hasMessage(message + KEPT);
    }

    @Test
    void insideAChildTheMessageNamesTheChild() {
        Parts parts = Twin.parts().with(Kind.LAYER, "spoiler", new Spoiler("forward", Float.NaN));
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(3)),
                List.of(layer("ode", "id", "o", "layer", layer("spoiler"))),
                List.of(),
                List.of("mean_squared_error"));
        Run run = new Run(parts, spec, new Sgd(0.1, 0));
        assertThatThrownBy(() -> run.step(Map.of("x", normal(4, 3), "target", normal(4, 3))))
                .hasMessage("step 1: o.layer: forward: output y is NaN at index 4 of [4, 3]" + KEPT);
    }

    @Test
    void aLineSearchMayGoTooFarAndComeBack() {
        ClosureOptimizer bold = new ClosureOptimizer() {
            @Override
            public double rate() {
                return 1;
            }

            @Override
            public List<Slot> slots(Param p) {
                return List.of();
            }

            @Override
            public void step(Objective f) {
                double loss = f.evaluate();
                Tensor[] g = new Tensor[f.params().size()];
                for (int i = 0; i < g.length; i++) g[i] = f.gradient(i).copy();
                for (float t = 1e30f; t > 1e-6f; t /= 4) {
                    for (int i = 0; i < g.length; i++) {
                        for (int j = 0; j < g[i].size(); j++)
                            f.nextWeight(i).data()[j] = f.weight(i).data()[j] - t * g[i].data()[j];
                    }
                    if (f.evaluate() < loss) return;
                }
            }
        };
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(5)), List.of(layer("dense", "units", 2)), List.of(), List.of("mean_squared_error"));
        Twin twin = new Twin(Twin.parts(), spec, new NaiveOps(), Map.of("x", normal(4, 5), "target", normal(4, 2)));
        twin.compareSteps(bold, 1, 3, 0);
    }

    @Test
    void theGradientIsClippedToTheGlobalNorm() {
        ModelSpec spec = recurrent();
        Run run = new Run(Twin.parts(), spec, new Sgd(1, 0));
        Map<String, Tensor> before = run.numbers();
        run.training.step(run.program, run.rule, batch(0), 1, 1e-3, () -> false);
        double moved = 0;
        Map<String, Tensor> after = run.numbers();
        for (Layout.Entry e : run.program.layout().entries()) {
            if (!e.param().kind().trained()) continue;
            float[] a = after.get(e.path()).data(), b = before.get(e.path()).data();
            for (int i = 0; i < a.length; i++) moved += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        assertThat(Math.sqrt(moved)).isCloseTo(1e-3, within(1e-6));
    }

    @Test
    void clippingIsTheReferences() {
        Twin twin = new Twin(Twin.parts(), recurrent(), new NaiveOps(), batch(0));
        Twin.Reference r = twin.new Reference(true, Twin.SEED);
        Training t = twin.training();
        t.slots(ADAM);
        Session session = new Session();
        for (int i = 0; i < 3; i++) {
            r.trainer(0.05).clip(0.01).step(ADAM, twin.batch, Optional.empty(), Optional.of(session));
            t.step(twin.program, ADAM, twin.batch, 0.05, 0.01, () -> false);
        }
        for (Weights.Entry e : r.weights.entries())
            Twin.same(e.path(), t.publish(1).numbers().get(e.path()), e.value(), 0);
    }

    @Test
    void anOptimizerWithOtherSlotsIsRefusedOnceThereAreSteps() {
        Run run = new Run(Twin.parts(), recurrent(), new Sgd(0.1, 0));
        run.training.slots(ADAM);
        run.training.slots(new Sgd(0.1, 0));
        run.step(batch(0));
        assertThatThrownBy(() -> run.training.slots(ADAM))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "m: the optimizer's slots of lstm1.kernel are [velocity], the code wants [m, v]; nothing was changed");
        run.training.slots(new Sgd(0.1, 0));
    }

    @Test
    void aStepThatIsGivenUpCommitsNothing() {
        Run run = new Run(Twin.parts(), recurrent(), ADAM), undisturbed = new Run(Twin.parts(), recurrent(), ADAM);
        for (int after = 0; after < 7; after++) {
            AtomicInteger left = new AtomicInteger(after);
            assertThatThrownBy(() -> run.training.step(
                            run.program,
                            ADAM,
                            batch(0),
                            0.05,
                            Double.POSITIVE_INFINITY,
                            () -> left.getAndDecrement() <= 0))
                    .isInstanceOf(ClosedException.class);
        }
        assertThat(run.training.steps()).isZero();
        run.step(batch(0));
        undisturbed.step(batch(0));
        same(run.numbers(), undisturbed.numbers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "adam", "lbfgs"})
    void whatNoLossDependsOnHasNoGradient(String rule) {
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(5)),
                List.of(layer("dense", "id", "a", "units", 2), layer("dense", "id", "b", "units", 3, "inputs", "x")),
                List.of("a", "b"),
                List.of("mean_squared_error"));
        UpdateRule r = switch (rule) {
            case "sgd" -> new Sgd(0.1, 0.9f);
            case "adam" -> ADAM;
            default -> new Lbfgs();
        };
        Run run = new Run(Twin.parts(), spec, r);
        Map<String, Tensor> before = run.numbers();
        for (int i = 0; i < 2; i++) run.step(Map.of("x", normal(4, 5), "target", normal(4, 2)));
        assertThat(run.numbers().get("b.kernel").data())
                .isEqualTo(before.get("b.kernel").data());
        assertThat(run.numbers().get("a.kernel").data())
                .isNotEqualTo(before.get("a.kernel").data());
        assertThat(run.numbers().get("a.kernel").shape()).isEqualTo(Shape.of(2, 5));
    }
}
