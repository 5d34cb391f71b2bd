package org.fascicle.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.tck.Samples.mask;
import static org.fascicle.tck.Samples.normal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.fascicle.compute.ejml.EjmlOps;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What a program remembers: shapes, graphs, packed weights, and nothing of its callers. */
class ProgramTest {
    private static ModelSpec open() {
        return Twin.spec(
                Map.of("x", Arrays.asList(null, 2)),
                List.of(
                        layer("lstm", "id", "l", "units", 3),
                        layer("dense", "id", "d", "units", 4, "activation", "prelu"),
                        layer("batch_norm", "id", "b", "inputs", "l.h_n"),
                        layer("reshape", "id", "r", "target_shape", List.of(-1, 2), "inputs", "l.y")),
                List.of("d", "b"),
                List.of());
    }

    @Test
    void openDimensionsAreQuestionMarksInASummary() {
        // A prelu of [N, ?, 4] has as many slopes as the sequence is long; of [N, 4] it would be fine.
        ModelSpec prelu = open();
        assertThatCode(() -> Twin.program("m", Twin.parts(), prelu, new NaiveOps()))
                .hasMessage(
                        "d.activation.alpha of m: the parameter depends on an open dimension of the input; give that dimension, or pool over it");
        Map<String, Object> d = layer("dense", "id", "d", "units", 4, "activation", "mish");
        ModelSpec spec = Twin.spec(
                Map.of("x", Arrays.asList(null, 2)),
                List.of(
                        layer("lstm", "id", "l", "units", 3),
                        d,
                        layer("batch_norm", "id", "b", "inputs", "l.h_n"),
                        layer("reshape", "id", "r", "target_shape", List.of(-1, 2), "inputs", "l.y")),
                List.of("d", "b"),
                List.of());
        Program p = Twin.program("m", Twin.parts(), spec, new NaiveOps());
        assertThat(p.lines())
                .containsExactly(
                        new Program.Line(
                                "l", "lstm", List.of("x"), List.of("[?, 3]", "[3]", "[3]"), 12 * 2 + 12 * 3 + 12, 0),
                        new Program.Line("d", "dense + mish", List.of("l"), List.of("[?, 4]"), 16, 0),
                        new Program.Line("b", "batch_norm", List.of("l.h_n"), List.of("[3]"), 6, 6),
                        new Program.Line("r", "reshape", List.of("l.y"), List.of("[?, 2]"), 0, 0));
        WeightSet w = WeightSet.initial(p.layout(), 1, new NaiveAlgebra());
        for (int t = 1; t < 5; t++) {
            Map<String, Tensor> y = p.predict(w, Map.of("x", normal(2, t, 2)), Optional.empty(), () -> false);
            assertThat(y.get("d").shape().dims()).containsExactly(2, t, 4);
        }
        assertThat(p.layout().count(true)).isEqualTo(72 + 16 + 6);
        assertThat(p.layout().count(false)).isEqualTo(6);
    }

    @Test
    void graphsAreCompiledOncePerShapeAndTheLeastUsedIsForgotten() {
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(2)), List.of(layer("dense", "units", 3)), List.of(), List.of("mean_squared_error"));
        Program p = Twin.program("m", Twin.parts(), spec, new NaiveOps());
        Graph[] first = new Graph[9];
        for (int n = 1; n <= 8; n++) first[n] = graph(p, n);
        for (int n = 1; n <= 8; n++) assertThat(graph(p, n)).as("batch of " + n).isSameAs(first[n]);
        assertThat(p.graph(Graph.Mode.EVALUATE, Map.of("x", normal(2, 2)))).isNotSameAs(first[2]);
        // That was the ninth: the one used longest ago is gone, the others are not.
        for (int n = 8; n >= 2; n--) assertThat(graph(p, n)).as("batch of " + n).isSameAs(first[n]);
        assertThat(graph(p, 1)).isNotSameAs(first[1]);
    }

    /** A backend that counts how often weights are packed. */
    private static Ops counting(AtomicInteger packed) {
        NaiveOps naive = new NaiveOps();
        return (Ops)
                Proxy.newProxyInstance(ProgramTest.class.getClassLoader(), new Class<?>[] {Ops.class}, (p, m, a) -> {
                    if (m.getName().equals("pack")) packed.incrementAndGet();
                    return m.invoke(naive, a);
                });
    }

    @Test
    void aSuccessorIsReadyForWhatItsPredecessorWasAskedFor() {
        ModelSpec spec = Twin.spec(Map.of("x", List.of(2)), List.of(layer("dense", "units", 3)), List.of(), List.of());
        AtomicInteger packs = new AtomicInteger(), others = new AtomicInteger();
        Program before = Twin.program("m", Twin.parts(), spec, counting(packs));
        WeightSet w = WeightSet.initial(before.layout(), 1, new NaiveAlgebra());
        for (int n : new int[] {1, 3}) before.predict(w, Map.of("x", normal(n, 2)), Optional.empty(), () -> false);
        int packed = packs.get();
        assertThat(packed).isPositive();

        Program after = new Program(before.blueprint(), Optional.of(before.layout()));
        assertThat(after.requests()).isEmpty();
        after.inherit(before);
        after.prepare(before.requests());
        assertThat(after.requests()).hasSize(2).containsExactlyInAnyOrderElementsOf(before.requests());
        Map<String, Tensor> x = Map.of("x", normal(3, 2));
        assertThat(after.predict(w, x, Optional.empty(), () -> false)
                        .get("dense1")
                        .data())
                .isEqualTo(before.predict(w, x, Optional.empty(), () -> false)
                        .get("dense1")
                        .data());
        assertThat(packs).as("packed once for both").hasValue(packed);

        Program elsewhere = Twin.program("m", Twin.parts(), spec, counting(others));
        elsewhere.inherit(before);
        elsewhere.predict(w, x, Optional.empty(), () -> false);
        assertThat(others).as("another backend packs for itself").hasValue(packed);
    }

    @Test
    void whatASuccessorCannotBePreparedForIsToldWhenItIsAsked() {
        ModelSpec spec = Twin.spec(Map.of("x", List.of(2)), List.of(layer("dense", "units", 3)), List.of(), List.of());
        Program p = Twin.program("m", Twin.parts(), spec, new NaiveOps());
        p.prepare(List.of(new Program.Request(Graph.Mode.PREDICT, Map.of("x", Shape.of(1, 7)))));
        assertThat(p.requests()).isEmpty();
        assertThatCode(() -> p.graph(Graph.Mode.PREDICT, Map.of("x", normal(1, 7))))
                .hasMessageContaining("got [1, 7]");
        assertThat(graph(p, 1)).isNotNull();
    }

    private static Graph graph(Program p, int n) {
        return p.graph(Graph.Mode.PREDICT, Map.of("x", normal(n, 2)));
    }

    @Test
    void predictionsOfFourThreadsAreTheSerialOnes() throws Exception {
        try (EjmlOps ejml = new EjmlOps(2)) {
            concurrently(new NaiveOps());
            concurrently(ejml);
        }
    }

    private static void concurrently(Ops ops) throws InterruptedException {
        ModelSpec spec = Twin.spec(
                Map.of("x", Arrays.asList(null, 4), "mask", Arrays.asList((Object) null)),
                List.of(
                        layer(
                                "bidirectional",
                                "id",
                                "b",
                                "layer",
                                layer("lstm", "units", 2, "stateful", true),
                                "inputs",
                                List.of("x", "mask")),
                        layer("multi_head_attention", "id", "a", "num_heads", 2, "inputs", List.of("b", "b", "b")),
                        layer("ode", "id", "o", "layer", layer("dense", "units", 4, "activation", "tanh")),
                        layer("dense", "id", "y", "units", 3, "activation", "softmax")),
                List.of("y", "x"),
                List.of());
        Program p = Twin.program("m", Twin.parts(), spec, ops);
        WeightSet[] weights = {
            WeightSet.initial(p.layout(), 1, new NaiveAlgebra()), WeightSet.initial(p.layout(), 2, new NaiveAlgebra())
        };
        List<Map<String, Tensor>> batches = new ArrayList<>();
        for (int i = 0; i < 6; i++)
            batches.add(Map.of("x", normal(1 + i % 3, 2 + i, 4), "mask", mask(1 + i % 3, 2 + i)));
        List<List<Tensor>> expected = new ArrayList<>();
        for (WeightSet w : weights)
            expected.add(batches.stream()
                    .map(b -> p.predict(w, b, Optional.empty(), () -> false).get("y"))
                    .toList());
        ConcurrentLinkedQueue<Object> wrong = new ConcurrentLinkedQueue<>();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            int offset = k;
            Thread t = new Thread(() -> {
                try {
                    go.await();
                    for (int i = 0; i < 60; i++) {
                        int w = (i + offset) % 2, b = (i + offset) % batches.size();
                        Tensor y = p.predict(weights[w], batches.get(b), Optional.empty(), () -> false)
                                .get("y");
                        if (!Arrays.equals(y.data(), expected.get(w).get(b).data()))
                            wrong.add("weights " + w + ", batch " + b);
                    }
                } catch (InterruptedException | RuntimeException | Error e) {
                    wrong.add(e);
                }
            });
            threads.add(t);
            t.start();
        }
        go.countDown();
        for (Thread t : threads) t.join();
        assertThat(wrong).isEmpty();
    }

    @Test
    void outputsAreTheCallersToKeepAndInputsAreNotTouched() {
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(2, 3)),
                List.of(
                        layer("flatten", "id", "f"),
                        layer("tanh", "id", "t"),
                        layer("reshape", "id", "r", "target_shape", List.of(3, 2))),
                List.of("x", "f", "t", "r"),
                List.of("mean_squared_error"));
        Program p = Twin.program("m", Twin.parts(), spec, new NaiveOps());
        WeightSet none = WeightSet.initial(p.layout(), 1, new NaiveAlgebra());
        Tensor x = normal(2, 2, 3), before = x.copy();
        Map<String, Tensor> y = p.predict(none, Map.of("x", x), Optional.empty(), () -> false);
        Map<String, Tensor> kept = new LinkedHashMap<>();
        y.forEach((name, t) -> kept.put(name, t.copy()));
        Tensor other = normal(2, 2, 3).copy();
        other.fill(5);
        p.predict(none, Map.of("x", other), Optional.empty(), () -> false);
        kept.forEach((name, t) -> assertThat(y.get(name).data()).as(name).isEqualTo(t.data()));
        y.values().forEach(t -> t.fill(9));
        assertThat(x.data()).isEqualTo(before.data());
        Training t = new Training("m", none, 1);
        t.gradients(p, Map.of("x", x), Map.of("x", before, "r", normal(2, 3, 2)), true, new LinkedHashMap<>());
        assertThat(x.data()).isEqualTo(before.data());
    }

    @Test
    void anOutputNamedTwiceSumsWhatIsSentToIt() {
        ModelSpec spec = Twin.spec(
                Map.of("x", List.of(2)),
                List.of(layer("dense", "id", "d", "units", 2)),
                List.of("d", "d.y", "x"),
                List.of());
        Program p = Twin.program("m", Twin.parts(), spec, new NaiveOps());
        Training t = new Training("m", WeightSet.initial(p.layout(), 1, new NaiveAlgebra()), 1);
        Tensor x = normal(3, 2), one = Tensor.zeros(3, 2);
        one.fill(1);
        Map<String, Tensor> a =
                t.gradients(p, Map.of("x", x), Map.of("d", one, "d.y", one), true, new LinkedHashMap<>());
        assertThat(a.get("d.bias").data()).containsExactly(6, 6);
        Map<String, Tensor> b = t.gradients(p, Map.of("x", x), Map.of("d", one, "x", one), true, new LinkedHashMap<>());
        Map<String, Tensor> c = t.gradients(p, Map.of("x", x), Map.of("d", one), true, new LinkedHashMap<>());
        for (int i = 0; i < 6; i++)
            assertThat(b.get("x").data()[i]).isEqualTo(c.get("x").data()[i] + 1);
    }

    /** Reads in backward what its plan does not declare. */
    private static final class Careless implements Layer {
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
            float[] x = p.input(0).data(),
                    y = p.output(0).data(),
                    dx = p.inputGradient(0).accumulator();
            for (int i = 0; i < p.input(0).size(); i++) dx[i] += x[i] + y[i];
        }
    }

    @Test
    void readingWhatWasNotDeclaredIsWrongButNoCrash() {
        Parts parts = Twin.parts()
                .with(Kind.LAYER, "careless", new Careless())
                .with(Kind.ACTIVATION, "careless", new Careless());
        for (List<?> layers : List.of(
                List.of(layer("careless")),
                List.of(layer("flatten"), layer("careless"), layer("tanh")),
                List.of(layer("dense", "units", 3), layer("careless"), layer("tanh"), layer("sigmoid")),
                List.of(layer("dense", "units", 3, "activation", "careless")),
                List.of(layer("ode", "layer", layer("careless"))),
                List.of(layer("repeat", "layer", layer("careless"))))) {
            ModelSpec spec = Twin.spec(Map.of("x", List.of(3)), layers, List.of(), List.of("mean_squared_error"));
            Program p = Twin.program("m", parts, spec, new NaiveOps());
            Training t = new Training("m", WeightSet.initial(p.layout(), 1, new NaiveAlgebra()), 1);
            Map<String, Tensor> batch = Map.of("x", normal(2, 3), "target", normal(2, 3));
            Sgd rule = new Sgd(0.1, 0);
            t.slots(rule);
            assertThatCode(() -> {
                        t.step(p, rule, batch, 0.1, Double.POSITIVE_INFINITY, () -> false);
                        t.gradients(p, batch, Map.of(), true, new LinkedHashMap<>());
                        t.gradients(p, batch, Map.of(), false, new LinkedHashMap<>());
                    })
                    .as(layers.toString())
                    .doesNotThrowAnyException();
        }
    }
}
