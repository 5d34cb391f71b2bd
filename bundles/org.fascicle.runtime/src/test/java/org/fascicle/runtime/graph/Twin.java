package org.fascicle.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.fascicle.activations.Relu;
import org.fascicle.activations.Sigmoid;
import org.fascicle.layers.Add;
import org.fascicle.layers.Flatten;
import org.fascicle.layers.Reshape;
import org.fascicle.losses.BinaryCrossentropy;
import org.fascicle.losses.SparseCategoricalCrossentropy;
import org.fascicle.model.Learner;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.nn.Child;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.Session;
import org.fascicle.tck.reference.Trainer;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tck.third.ThirdParty;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.UpdateRule;

/** One model twice, with the same weights: in the runtime, and in the reference executor, which is the definition. */
final class Twin {
    static final long SEED = 42;

    final ModelSpec spec;
    final Map<String, Tensor> batch;
    final Program program;
    final WeightSet start;
    private final Parts parts;
    private final Session session = new Session();

    /**
     * A model on both sides.
     *
     * @param ops what the runtime computes with; the reference has {@link NaiveOps}
     * @param batch inputs and targets
     */
    Twin(Parts parts, ModelSpec spec, Ops ops, Map<String, Tensor> batch) {
        this.parts = parts;
        this.spec = spec;
        this.batch = batch;
        program = program("m", parts, spec, ops);
        start = shaken(WeightSet.initial(program.layout(), SEED, new NaiveAlgebra()));
    }

    /** The third-party plug-ins of the contract, and a few of Fascicle's own that can share memory. */
    static Parts parts() {
        return ThirdParty.addTo(new Parts())
                .with(Kind.ACTIVATION, "relu", new Relu())
                .with(Kind.ACTIVATION, "sigmoid", new Sigmoid())
                .with(Kind.LAYER, "flatten", new Flatten())
                .with(Kind.LAYER, "reshape", new Reshape.Factory())
                .with(Kind.LAYER, "add", new Add())
                .with(Kind.LOSS, "binary_crossentropy", new BinaryCrossentropy.Factory())
                .with(Kind.LOSS, "sparse_categorical_crossentropy", new SparseCategoricalCrossentropy.Factory());
    }

    static ModelSpec spec(Map<String, ?> inputs, List<?> layers, List<String> outputs, List<?> losses) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("inputs", inputs);
        tree.put("layers", layers);
        if (!outputs.isEmpty()) tree.put("outputs", outputs);
        if (!losses.isEmpty()) tree.put("losses", losses);
        return SpecReader.read("model", tree);
    }

    static Program program(String model, Parts parts, ModelSpec spec, Ops ops) {
        return new Program(blueprint(model, parts, spec, ops), Optional.empty());
    }

    static Blueprint blueprint(String model, Parts parts, ModelSpec spec, Ops ops) {
        Map<String, Child> made = new HashMap<>();
        for (ModelSpec.Node n : spec.nodes()) made.put(n.id(), parts.layer(n.id(), n.options()));
        for (ModelSpec.Term t : spec.losses()) made.put("losses." + t.name(), parts.loss(t.name(), t.options()));
        return new Blueprint(model, spec, made, ops);
    }

    /** Away from zeros and ones, where mistakes hide; variances stay positive. */
    private WeightSet shaken(WeightSet w) {
        Random random = new Random(3);
        Map<String, Tensor> numbers = w.copy();
        for (Layout.Entry e : program.layout().entries()) {
            float[] x = numbers.get(e.path()).data();
            boolean trained = e.param().kind().trained();
            for (int i = 0; i < x.length; i++) {
                x[i] += (float) (trained ? 0.2 * random.nextGaussian() : 0.1 * random.nextDouble());
            }
        }
        return WeightSet.of("m", program.layout(), numbers, 1);
    }

    Training training() {
        return new Training("m", start, SEED);
    }

    private Map<String, Shape> shapes(Map<String, Tensor> of) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        of.forEach((name, t) -> shapes.put(name, t.shape()));
        shapes.remove("sample_weight");
        return shapes;
    }

    /** The reference executor's side with the same numbers. */
    final class Reference {
        final Weights weights;
        final org.fascicle.tck.reference.Graph graph;

        Reference(boolean losses, long seed) {
            weights = new Weights(seed);
            ModelSpec s = losses ? spec : spec.losses(List.of());
            graph = new org.fascicle.tck.reference.Graph(
                    new NaiveOps(),
                    weights,
                    shapes(batch),
                    parts.nodes(s),
                    losses ? java.util.Set.of() : batch.keySet());
            for (Weights.Entry e : weights.entries())
                e.value().set(start.value(program.layout().find(e.path())));
            assertThat(weights.copy().keySet()).hasSameElementsAs(start.copy().keySet());
        }

        Trainer trainer(double rate) {
            return new Trainer(
                            graph,
                            weights,
                            spec.losses().stream()
                                    .map(t -> new Trainer.Term(t.name(), t.weight(), t.reduction()))
                                    .toArray(Trainer.Term[]::new))
                    .rate(rate);
        }
    }

    /** A number for every element of every output. */
    Map<String, Tensor> seeds() {
        Random random = new Random(5);
        Map<String, Tensor> seeds = new LinkedHashMap<>();
        Graph g = program.graph(Graph.Mode.PREDICT, batch);
        for (String o : spec.outputs()) {
            Tensor t = Tensor.zeros(g.shape(o));
            for (int i = 0; i < t.size(); i++) t.data()[i] = (float) random.nextGaussian();
            seeds.put(o, t);
        }
        return seeds;
    }

    /** Outputs, and gradients of inputs and parameters, on both sides. */
    void compareGradients(boolean train, double tolerance) {
        Map<String, Tensor> seeds = seeds(), outputs = new LinkedHashMap<>();
        Map<String, Tensor> gradients = training().gradients(program, batch, seeds, train, outputs);
        Reference r = new Reference(false, SEED);
        r.graph.forward(batch, train, 1, Optional.of(session));
        for (String o : spec.outputs()) same("output " + o, outputs.get(o), r.graph.value(o), tolerance);
        r.graph.backward(seeds);
        for (String input : batch.keySet()) {
            Optional<Tensor> g = r.graph.gradient(input);
            if (gradients.containsKey(input) || g.isPresent()) {
                same(
                        "gradient of input " + input,
                        gradients.getOrDefault(
                                input, Tensor.zeros(batch.get(input).shape())),
                        g.orElseThrow(),
                        tolerance);
            }
        }
        for (Weights.Entry e : r.weights.trained()) {
            same(
                    "gradient of " + e.path(),
                    gradients.getOrDefault(e.path(), Tensor.zeros(e.param().shape())),
                    e.gradient(),
                    tolerance);
        }
    }

    /** Predictions on both sides, with and without a stream that remembers. */
    void comparePredictions(double tolerance) {
        Reference r = new Reference(false, 0); // predictions have no seed
        Map<String, Tensor[]> states = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            r.graph.forward(batch, false, 0, Optional.of(session));
            Map<String, Tensor> y = program.predict(start, batch, Optional.of(states), () -> false);
            for (String o : spec.outputs()) same("prediction " + i + " of " + o, y.get(o), r.graph.value(o), tolerance);
            session.commit();
            States.commit(states);
        }
        r.graph.forward(batch, false, 0, Optional.empty());
        Map<String, Tensor> y = program.predict(start, batch, Optional.empty(), () -> false);
        for (String o : spec.outputs()) same("prediction of " + o, y.get(o), r.graph.value(o), tolerance);
    }

    /** Some steps on both sides: losses, and after each all weights and statistics. */
    void compareSteps(UpdateRule rule, double rate, int steps, double tolerance) {
        Training t = training();
        t.slots(rule);
        Reference r = new Reference(true, SEED);
        Trainer trainer = r.trainer(rate);
        Map<String, Tensor> plain = new LinkedHashMap<>(batch);
        Optional<Tensor> sampleWeights = Optional.ofNullable(plain.remove("sample_weight"));
        for (int i = 1; i <= steps; i++) {
            double expected = trainer.step(rule, plain, sampleWeights, Optional.of(session));
            Learner.Result result = t.step(program, rule, batch, rate, Double.POSITIVE_INFINITY, () -> false);
            assertThat(result.loss())
                    .as("loss of step " + i)
                    .isCloseTo(expected, within((1e-12 + tolerance) * Math.max(1, Math.abs(expected))));
            Map<String, Tensor> now = t.publish(1).numbers();
            for (Weights.Entry e : r.weights.entries())
                same(e.path() + " after step " + i, now.get(e.path()), e.value(), tolerance);
        }
        assertThat(t.steps()).isEqualTo(steps);
    }

    /** Tolerance 0 asks for the same bits, but for the sign of zero. */
    static void same(String what, Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        double scale = 1e-3;
        for (int i = 0; i < expected.size(); i++) scale = Math.max(scale, Math.abs(expected.data()[i]));
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < expected.size() && wrong.size() < 5; i++) {
            float a = actual.data()[i], e = expected.data()[i];
            if (!(Math.abs(a - e) <= tolerance * scale)) wrong.add("[" + i + "] " + a + " for " + e);
        }
        assertThat(wrong).as(what + " " + expected.shape()).isEmpty();
    }
}
