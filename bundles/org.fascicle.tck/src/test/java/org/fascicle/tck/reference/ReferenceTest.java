package org.fascicle.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.fascicle.tck.Case.options;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.ModelSpec.Reduction;
import org.fascicle.model.NonFiniteException;
import org.fascicle.model.SpecReader;
import org.fascicle.nn.AffinePerChannel;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.tck.Parts;
import org.fascicle.tck.Samples;
import org.fascicle.tck.third.Adam;
import org.fascicle.tck.third.Lbfgs;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tck.third.ThirdParty;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Optimizer;
import org.fascicle.train.UpdateRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reference executor promises: transactions, statistics, sessions, reductions, draws, and that models learn. */
class ReferenceTest {
    private final Parts parts = ThirdParty.addTo(new Parts());
    private final Adam adam = new Adam(0.001, 0.9, 0.999, 1e-8);

    private static Map<String, Tensor> xor() {
        return Map.of(
                "x",
                Tensor.of(Shape.of(4, 2), 0, 0, 0, 1, 1, 0, 1, 1),
                "target",
                Tensor.of(Shape.of(4, 2), 1, 0, 0, 1, 0, 1, 1, 0));
    }

    private static Map<String, Shape> shapes(Map<String, Tensor> batch) {
        Map<String, Shape> s = new HashMap<>();
        batch.forEach((name, t) -> s.put(name, t.shape()));
        return s;
    }

    private Graph.Spec node(String id, Map<String, Object> options, String... inputs) {
        return Graph.Spec.of(id, parts.layer(id, options), inputs);
    }

    private Graph graph(Weights w, Map<String, Shape> inputs, List<Graph.Spec> nodes) {
        return new Graph(new NaiveOps(), w, inputs, nodes, Set.of());
    }

    /** The model as JSON would have it. */
    private Trainer mlp(Weights w, Reduction reduction) {
        return mlp(w, new Trainer.Term("loss", 1, reduction));
    }

    private Trainer mlp(Weights w, Trainer.Term term) {
        ModelSpec spec = SpecReader.read(
                "xor",
                Map.of(
                        "inputs", Map.of("x", List.of(2)),
                        "layers",
                                List.of(
                                        options("type", "dense", "units", 8, "activation", "tanh"),
                                        options("type", "dense", "units", 2)),
                        "losses", "categorical_crossentropy_from_logits"));
        return new Trainer(graph(w, shapes(xor()), parts.nodes(spec)), w, term);
    }

    static Stream<Arguments> optimizers() {
        return Stream.of(
                Arguments.of(new Sgd(0.2, 0.9f), 0.2, 300),
                Arguments.of(new Adam(0.05, 0.9, 0.999, 1e-8), 0.05, 300),
                Arguments.of(new Lbfgs(), 1.0, 60));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void xorIsLearntBy(UpdateRule rule, double rate, int steps) {
        Trainer t = mlp(new Weights(5), Reduction.MEAN).rate(rate);
        for (int i = 0; i < steps; i++) t.step(rule, xor());
        assertThat(t.evaluate(xor(), Optional.empty(), false, Optional.empty())).isLessThan(0.02);
    }

    @Test
    void sampleWeightsAreReducedInThreeWays() {
        Optional<Tensor> weights = Optional.of(Tensor.of(Shape.of(4), 1, 0, 2, 0));
        Map<Reduction, Double> loss = new HashMap<>();
        for (Reduction r : Reduction.values())
            loss.put(r, mlp(new Weights(5), r).evaluate(xor(), weights, true, Optional.empty()));
        double sum = loss.get(Reduction.SUM);
        assertThat(loss.get(Reduction.MEAN)).isCloseTo(sum / 4, within(1e-12));
        assertThat(loss.get(Reduction.WEIGHTED_MEAN)).isCloseTo(sum / 3, within(1e-12));
    }

    @Test
    void whatAValueCountsForIsTheDivisor() {
        Map<String, Tensor> batch = Map.of(
                "x",
                Samples.normal(4, 7, 4),
                "t",
                Tensor.of(Shape.of(4, 3), 1, 2, 2, 3, 1, 0, 2, 2, 0, 1, 0, 0),
                "in",
                Tensor.of(Shape.of(4), 7, 6, 7, 5),
                "out",
                Tensor.of(Shape.of(4), 3, 2, 2, 1));
        Graph.Spec ctc = Graph.Spec.of("ctc", parts.loss("ctc", options("type", "ctc")), "x", "t", "in", "out");
        double[] loss = new double[2];
        for (int i = 0; i < 2; i++) {
            Weights w = new Weights(1);
            Trainer t = new Trainer(
                    graph(w, shapes(batch), List.of(ctc)),
                    w,
                    new Trainer.Term("ctc", 1, i == 0 ? Reduction.SUM : Reduction.MEAN));
            loss[i] = t.evaluate(batch, Optional.empty(), false, Optional.empty());
        }
        assertThat(loss[1]).isCloseTo(loss[0] / 8, within(1e-12));
    }

    @Test
    void stepThatIsNotFiniteCommitsNothingAndSaysWhere() {
        Weights w = new Weights(5);
        Trainer t = mlp(w, Reduction.MEAN);
        t.step(adam, xor());
        Map<String, Tensor> before = w.copy();
        Map<String, Tensor> broken = new HashMap<>(xor());
        broken.put("target", Tensor.of(Shape.of(4, 2), 1, 0, 0, 1, 0, Float.NaN, 1, 0));
        assertThatThrownBy(() -> t.step(adam, broken))
                .isInstanceOf(NonFiniteException.class)
                .hasMessage("step 2: loss: forward: output value is NaN at index 2 of [4]");
        assertUntouched(w, before);
        assertThatThrownBy(() -> t.step(new Lbfgs(), broken))
                .isInstanceOf(NonFiniteException.class)
                .hasMessageStartingWith("step 2: loss: forward");
        assertUntouched(w, before);
    }

    @Test
    void gradientThatIsNotFiniteIsFoundGoingBack() {
        Weights w = new Weights(5);
        Trainer t = mlp(w, new Trainer.Term("loss", 10, Reduction.SUM));
        // The hidden layer gives 0, so the loss is finite; ten times such weights are not.
        w.get("dense1.kernel").value().fill(0);
        w.get("dense2.kernel").value().fill(3e38f);
        for (int i = 0; i < 8; i++) w.get("dense2.kernel").value().data()[i] = -3e38f;
        assertThatThrownBy(() -> t.step(adam, xor()))
                .isInstanceOf(NonFiniteException.class)
                .hasMessageStartingWith("step 1: dense2: backward: gradient of x is")
                .hasMessageEndingWith("Infinity at index 0 of [4, 8]");
    }

    @Test
    void optimizerThatDiesHalfWayCommitsNothing() {
        Weights w = new Weights(5);
        Trainer t = mlp(w, Reduction.MEAN);
        t.step(adam, xor());
        Map<String, Tensor> before = w.copy();
        int[] calls = {0};
        Optimizer dying = new Optimizer() {
            @Override
            public List<Slot> slots(Param p) {
                return List.of();
            }

            @Override
            public double rate() {
                return 0;
            }

            @Override
            public void update(Update u) {
                u.nextWeight().fill(9);
                if (calls[0]++ == 2) throw new FascicleException("gone half way");
            }
        };
        assertThatThrownBy(() -> t.step(dying, xor())).hasMessage("gone half way");
        assertUntouched(w, before);
    }

    private static void assertUntouched(Weights w, Map<String, Tensor> before) {
        assertThat(w.step()).isEqualTo(1);
        w.copy()
                .forEach((path, now) -> assertThat(now.data())
                        .as(path)
                        .isEqualTo(before.get(path).data()));
    }

    @Test
    void penaltyClippingAndDecayTouchWhatTheySay() {
        Weights w = new Weights(5);
        Trainer t = mlp(w, Reduction.MEAN).rate(0.1).clip(1e-9).decay(0.5);
        Map<String, Tensor> before = w.copy();
        t.step(new Sgd(0.1, 0), xor());
        // Clipped to almost nothing, only the decay of 5 % is left, and only on weights.
        assertThat(w.get("dense1.kernel").value().data()[0])
                .isCloseTo(0.95f * before.get("dense1.kernel").data()[0], within(1e-6f));
        assertThat(w.get("dense1.bias").value().data()[0])
                .isCloseTo(before.get("dense1.bias").data()[0], within(1e-6f));
        Trainer plain = mlp(new Weights(5), Reduction.MEAN),
                penalised = mlp(new Weights(5), Reduction.MEAN).penalty(2);
        double squares = 0;
        for (String k : List.of("dense1.kernel", "dense2.kernel"))
            for (float x : before.get(k).data()) squares += x * x;
        double more = penalised.evaluate(xor(), Optional.empty(), true, Optional.empty())
                - plain.evaluate(xor(), Optional.empty(), true, Optional.empty());
        assertThat(more).isCloseTo(squares, within(1e-5));
    }

    @Test
    void twoHalvesInASessionAreTheWhole() {
        Tensor x = Samples.normal(2, 6, 3), a = Tensor.zeros(2, 3, 3), b = Tensor.zeros(2, 3, 3);
        for (int n = 0; n < 2; n++) {
            System.arraycopy(x.data(), n * 18, a.data(), n * 9, 9);
            System.arraycopy(x.data(), n * 18 + 9, b.data(), n * 9, 9);
        }
        Weights w = new Weights(2);
        List<Graph.Spec> spec = List.of(node("l", options("type", "lstm", "units", 4, "stateful", true), "x"));
        Graph whole = graph(w, Map.of("x", x.shape()), spec), half = graph(w, Map.of("x", a.shape()), spec);
        whole.forward(Map.of("x", x), false, 1, Optional.empty());
        Session s = new Session();
        half.forward(Map.of("x", a), false, 1, Optional.of(s));
        s.commit();
        half.forward(Map.of("x", b), false, 1, Optional.of(s));
        assertThat(half.value("l.c_n").data()).isEqualTo(whole.value("l.c_n").data());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statisticsOfInstancesChain(boolean fourInstances) {
        Map<String, Object> norm = options("type", "batch_norm", "momentum", 0.5);
        Map<String, Object> top = fourInstances ? options("type", "ode", "step", 1e-6, "layer", norm) : norm;
        Weights w = new Weights(2);
        Graph g = graph(w, Map.of("x", Shape.of(4, 2)), List.of(node("n", top, "x")));
        Tensor x = Tensor.of(Shape.of(4, 2), 1, 2, 3, 4, 5, 6, 7, 8);
        g.forward(Map.of("x", x), true, 1, Optional.empty());
        g.backward(Map.of("n", x));
        w.commitStatistics();
        String path = fourInstances ? "n.layer.moving_mean" : "n.moving_mean";
        assertThat(w.get(path).value().data()[0]).isCloseTo(fourInstances ? 3.75f : 2, within(1e-3f));
    }

    @Test
    void inferenceLeavesStatisticsAlone() {
        Weights w = new Weights(2);
        Graph g = graph(w, Map.of("x", Shape.of(4, 2)), List.of(node("n", options("type", "batch_norm"), "x")));
        g.forward(Map.of("x", Samples.normal(4, 2)), false, 1, Optional.empty());
        w.commitStatistics();
        assertThat(w.get("n.moving_mean").value().data()).containsExactly(0, 0);
    }

    @Test
    void batchNormFoldsIntoScaleAndShift() {
        Weights w = new Weights(2);
        Graph g = graph(
                w,
                Map.of("x", Shape.of(4, 2)),
                List.of(node("n", options("type", "batch_norm", "momentum", 0.5), "x")));
        Tensor x = Samples.normal(4, 2);
        g.forward(Map.of("x", x), true, 1, Optional.empty());
        w.commitStatistics();
        g.forward(Map.of("x", x), false, 1, Optional.empty());
        float[] scale = new float[2], shift = new float[2];
        ((AffinePerChannel) parts.layer("n", options("type", "batch_norm", "momentum", 0.5))
                        .layer())
                .affine(g.pass("n"), scale, shift);
        for (int i = 0; i < x.size(); i++) {
            assertThat(g.value("n").data()[i]).isCloseTo(x.data()[i] * scale[i % 2] + shift[i % 2], within(1e-5f));
        }
    }

    @Test
    void oneTensorAtThreePortsGetsTheSumOfThreeGradients() {
        Map<String, Object> attention = options("type", "multi_head_attention", "num_heads", 2);
        Tensor x = Samples.normal(4, 3, 4), ones = x.copy(), moved = x.copy();
        ones.fill(1);
        Graph g = new Graph(
                new NaiveOps(),
                new Weights(1),
                Map.of("x", x.shape()),
                List.of(node("a", attention, "x", "x", "x")),
                Set.of("x"));
        g.forward(Map.of("x", x), true, 1, Optional.empty());
        g.backward(Map.of("a", ones));
        double before = sum(g.value("a")),
                analytic = g.gradient("x").orElseThrow().data()[5];
        moved.data()[5] += 1e-2f;
        g.forward(Map.of("x", moved), true, 1, Optional.empty());
        assertThat((sum(g.value("a")) - before) / 1e-2).isCloseTo(analytic, within(2e-2 * Math.abs(analytic)));
    }

    private static double sum(Tensor t) {
        double s = 0;
        for (int i = 0; i < t.size(); i++) s += t.data()[i];
        return s;
    }

    @Test
    void parametersOfActivationsAndChildrenLieUnderTheirParents() {
        Weights w = new Weights(1);
        graph(
                w,
                Map.of("x", Shape.of(4, 3)),
                List.of(
                        node("a", options("type", "dense", "units", 3, "activation", "prelu"), "x"),
                        node(
                                "b",
                                options(
                                        "type",
                                        "repeat",
                                        "times",
                                        1,
                                        "layer",
                                        options("type", "dense", "units", 3, "activation", "prelu")),
                                "a")));
        assertThat(w.entries().stream().map(Weights.Entry::path))
                .containsExactly(
                        "a.activation.alpha",
                        "a.kernel",
                        "a.bias",
                        "b.block0.activation.alpha",
                        "b.block0.kernel",
                        "b.block0.bias");
    }

    @Test
    void blocksAreInitialisedOneByOne() {
        Weights w = new Weights(3);
        graph(w, Map.of("x", Shape.of(2, 3, 2)), List.of(node("l", options("type", "lstm", "units", 2), "x")));
        Tensor kernel = w.get("l.kernel").value();
        Param p = w.get("l.kernel").param();
        assertThat(p.blocks()).isEqualTo(4);
        for (int b = 0; b < 4; b++) {
            Tensor block = Tensor.zeros(2, 2);
            p.init().fill(p, block, Philox.of(3, "l.kernel", b, 0, 0), new NaiveAlgebra());
            for (int i = 0; i < 4; i++) assertThat(kernel.data()[4 * b + i]).isEqualTo(block.data()[i]);
        }
    }

    @Test
    void weightsOfAnotherShapeAreRefused() {
        Weights w = new Weights(1);
        graph(w, Map.of("x", Shape.of(4, 3)), List.of(node("a", options("type", "dense", "units", 3), "x")));
        assertThatThrownBy(() -> graph(
                        w, Map.of("x", Shape.of(4, 5)), List.of(node("a", options("type", "dense", "units", 3), "x"))))
                .hasMessage(
                        "a.kernel: parameter is kernel [3, 3] WEIGHT, the new graph wants kernel [3, 5] WEIGHT; weights untouched");
    }

    @Test
    void openDimensionsAreFoundByPlanningTwice() {
        List<Graph.Spec> sequence = List.of(
                node("embed", options("type", "embedding", "input_dim", 9, "output_dim", 4), "x"),
                node("both", options("type", "bidirectional", "layer", options("type", "lstm", "units", 3)), "embed"));
        assertThat(Probe.shapes(Map.of("x", new int[] {-1, -1}), sequence))
                .hasToString("{embed=[?, ?, 4], both=[?, ?, 6]}");
        List<Graph.Spec> bad = List.of(node("out", options("type", "dense", "units", 2), "x"));
        assertThatThrownBy(() -> Probe.shapes(Map.of("x", new int[] {-1, -1}), bad))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "out: parameter kernel depends on an open dimension of its input; give that dimension or pool over it");
    }

    @Test
    void errorsSayWhereAndWhat() {
        assertThatThrownBy(() -> parts.layer("n", options("type", "dense", "units", 2, "unit", 3)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("n: unknown option unit; known are [kernel_initializer, type, units, use_bias]");
        assertThatThrownBy(() -> parts.layer("n", options("type", "dense", "units", 0)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("n: option units must be a whole number > 0, got 0");
        assertThatThrownBy(() -> parts.layer("n", options("type", "dense")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("n: option units must be given");
        assertThatThrownBy(() -> parts.layer("n", options("type", "no_such")))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageStartingWith("n: no layer of type no_such; known are");
        assertThatThrownBy(() -> graph(
                        new Weights(1),
                        Map.of("x", Shape.of(4, 3)),
                        List.of(node("m", options("type", "maxout"), "x"))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("m: channels must be a multiple of pieces = 2, got 3");
        assertThatThrownBy(() -> graph(
                        new Weights(1),
                        Map.of("x", Shape.of(4, 3)),
                        List.of(node("m", options("type", "maxout"), "y"))))
                .isInstanceOf(ConfigException.class)
                .hasMessage("graph: a cycle or an unknown reference among [m[y]]");
    }

    /** Everything at once: does the last token of a sequence equal its first? */
    private double everything(int steps) {
        int n = 16, t = 6, d = 8;
        Map<String, Shape> inputs = Map.of("x", Shape.of(n, t), "mask", Shape.of(n, t), "t", Shape.of(n, 2));
        Map<String, Object> lstm = options("type", "lstm", "units", d / 2);
        List<Graph.Spec> nodes = new ArrayList<>(List.of(
                node(
                        "embed",
                        options(
                                "type",
                                "embedding",
                                "input_dim",
                                5,
                                "output_dim",
                                d,
                                "embeddings_initializer",
                                "glorot_uniform"),
                        "x"),
                node("both", options("type", "bidirectional", "layer", lstm), "embed", "mask"),
                node("attend", options("type", "multi_head_attention", "num_heads", 2), "both", "both", "both"),
                node(
                        "blocks",
                        options(
                                "type",
                                "repeat",
                                "times",
                                2,
                                "layer",
                                options("type", "dense", "units", d, "activation", "mish_block")),
                        "attend"),
                node(
                        "ode",
                        options(
                                "type",
                                "ode",
                                "step",
                                0.5,
                                "layer",
                                options("type", "dense", "units", d, "activation", "tanh")),
                        "blocks"),
                node("last", options("type", "lstm", "units", d), "ode", "mask"),
                node("norm", options("type", "batch_norm", "activation", "rrelu"), "last.h_n"),
                node("join", options("type", "concatenate"), "norm", "last.c_n"),
                node("out", options("type", "dense", "units", 2), "join")));
        nodes.add(Graph.Spec.of(
                "loss", parts.loss("loss", options("type", "categorical_crossentropy_from_logits")), "out", "t"));
        Weights w = new Weights(17);
        Trainer trainer = new Trainer(graph(w, inputs, nodes), w, new Trainer.Term("loss", 1, Reduction.MEAN))
                .clip(1)
                .penalty(1e-4);
        Random random = new Random(1);
        double loss = 0;
        for (int s = 0; s < steps; s++) {
            Tensor x = Samples.mask(n, t), mask = Samples.mask(n, t), y = Tensor.zeros(n, 2);
            for (int i = 0; i < n; i++) {
                int first = random.nextInt(5),
                        last = random.nextBoolean() ? first : random.nextInt(5),
                        length = Math.min(t, 2 + i % t);
                for (int j = 0; j < t; j++) x.data()[i * t + j] = random.nextInt(5);
                x.data()[i * t] = first;
                x.data()[i * t + length - 1] = last;
                y.data()[2 * i + (first == last ? 1 : 0)] = 1;
            }
            double now = trainer.rate(0.01).step(adam, Map.of("x", x, "mask", mask, "t", y));
            loss = s == 0 ? now : 0.98 * loss + 0.02 * now;
        }
        return loss;
    }

    @Test
    void modelOfAllKindsOfLayersLearns() {
        assertThat(everything(40)).isGreaterThan(0.6);
        assertThat(everything(700)).isLessThan(0.35);
    }

    @Test
    void sameSeedGivesTheSameBits() {
        assertThat(everything(20)).isEqualTo(everything(20));
    }

    @Test
    void decompositionsAreWhatTheySay() {
        NaiveAlgebra a = new NaiveAlgebra();
        double[] m = new double[20], s = new double[16];
        for (int i = 0; i < 20; i++) m[i] = Samples.normal(20).data()[i];
        double[] q = a.orthonormal(m, 5, 4);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double qq = 0, mm = 0;
                for (int r = 0; r < 5; r++) {
                    qq += q[r * 4 + i] * q[r * 4 + j];
                    mm += m[r * 4 + i] * m[r * 4 + j];
                }
                assertThat(qq).isCloseTo(i == j ? 1 : 0, within(1e-12));
                s[i * 4 + j] = mm;
            }
        }
        var eigen = a.symmetricEigen(s, 4);
        assertThat(eigen.values()).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        for (int i = 0; i < 4; i++) {
            for (int r = 0; r < 4; r++) {
                double sv = 0;
                for (int c = 0; c < 4; c++) sv += s[r * 4 + c] * eigen.vectors()[i * 4 + c];
                assertThat(sv).isCloseTo(eigen.values()[i] * eigen.vectors()[i * 4 + r], within(1e-9));
            }
        }
        double[] x = a.solve(s, new double[] {1, 2, 3, 4}, 4, 1);
        for (int r = 0; r < 4; r++) {
            double b = 0;
            for (int c = 0; c < 4; c++) b += s[r * 4 + c] * x[c];
            assertThat(b).isCloseTo(r + 1, within(1e-9));
        }
        assertThatThrownBy(() -> a.solve(new double[4], new double[2], 2, 1)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void initializersFillEveryParameter() {
        Weights w = new Weights(1);
        for (String name : List.of(
                "zeros", "ones", "glorot_uniform", "he_uniform", "he_normal", "uniform", "normal", "orthogonal")) {
            Initializer i = (Initializer) parts.create(Kind.INITIALIZER, "test", options("type", name));
            for (float x : w.entry(name, Param.dense(name, 6, 4, i)).value().data())
                assertThat(x).isFinite();
        }
    }
}
