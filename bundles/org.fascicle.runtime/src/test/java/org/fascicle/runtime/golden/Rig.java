package org.fascicle.runtime.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.nn.Child;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.graph.Blueprint;
import org.fascicle.runtime.graph.Program;
import org.fascicle.runtime.graph.Training;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Tensor;

/** The real runtime on the plug-ins of the class path; notes which plug-ins were used. One thread. */
final class Rig implements AutoCloseable {
    private static final Set<Kind> KINDS = Set.of(
            Kind.ACTIVATION, Kind.LAYER, Kind.LOSS, Kind.METRIC, Kind.OPTIMIZER, Kind.SCHEDULE, Kind.INITIALIZER);
    /** In options of a node: what kind of plug-in stands there, if it is no layer. */
    private static final String KIND = "kind";

    private final Workbench bench = new Workbench();
    private final Set<String> used = new TreeSet<>();

    /** Outputs by reference, and gradients by input and {@code node.param}. */
    record Outcome(Map<String, Tensor> outputs, Map<String, Tensor> gradients) {}

    /** A model: inputs of the shapes of these tensors, layers as options with id and inputs. */
    static ModelSpec spec(Map<String, Tensor> inputs, List<?> layers, List<String> outputs, Object... losses) {
        Map<String, Object> dims = new LinkedHashMap<>(), tree = new LinkedHashMap<>();
        inputs.forEach((name, t) -> {
            List<Integer> d = new ArrayList<>();
            for (int a = 1; a < t.rank(); a++) d.add(t.dim(a));
            dims.put(name, d);
        });
        tree.put("inputs", dims);
        tree.put("layers", layers);
        tree.put("outputs", outputs);
        if (losses.length > 0) tree.put("losses", List.of(losses));
        return SpecReader.read("golden", tree);
    }

    /** Options of a node that is no layer. */
    static Map<String, Object> of(Kind kind, Map<String, Object> options) {
        Map<String, Object> m = new LinkedHashMap<>(options);
        m.put(KIND, kind.word());
        return m;
    }

    Object make(Kind kind, String where, Map<String, ?> options) {
        Plugins.Created c = bench.catalogue.create(kind, where, options, Plugins.Choice.BEST);
        c.uses().forEach(p -> note(p.origin()));
        return c.object();
    }

    Program program(String name, ModelSpec spec) {
        Map<String, Child> made = new LinkedHashMap<>();
        for (ModelSpec.Node n : spec.nodes()) {
            Map<String, Object> options = new LinkedHashMap<>(n.options());
            Object kind = options.remove(KIND);
            made.put(n.id(), (Child)
                    make(kind == null ? Kind.LAYER : Kind.of((String) kind), n.id() + " of " + name, options));
        }
        return new Program(new Blueprint(name, spec, made, bench.ops), Optional.empty());
    }

    /**
     * Outputs, and gradients of Σ seed · output.
     *
     * @param training empty for inference mode, else the seed of the draws
     */
    static Outcome differentiate(
            Program p,
            Map<String, Tensor> weights,
            Map<String, Tensor> batch,
            Map<String, Tensor> seeds,
            Optional<Long> training) {
        Training t = new Training("golden", WeightSet.of("golden", p.layout(), weights, 1), training.orElse(0L));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        return new Outcome(outputs, t.gradients(p, batch, seeds, training.isPresent(), outputs));
    }

    /** A live model with these weights. */
    Model model(String name, ModelSpec spec, Map<String, Tensor> weights) {
        Model m = bench.models.create(name, spec, 1);
        m.providers().forEach(this::note);
        m.weights(weights);
        return m;
    }

    Learner learner(Model m, Map<String, Object> optimizer) {
        Learner l = m.learner(LearnerSpec.of(optimizer, 1));
        l.providers().forEach(this::note);
        return l;
    }

    /** The gradients of a model's losses as its weights move under plain gradient descent of rate 1; the model stays as it was. */
    Map<String, Tensor> gradients(Model m, Map<String, Tensor> batch) {
        Map<String, Tensor> before = m.weights();
        try (Learner l = learner(m, Workbench.layer("sgd", "learning_rate", 1))) {
            l.step(batch, l.rate());
            l.publish();
        }
        Map<String, Tensor> gradients = m.weights();
        gradients.forEach((name, w) -> {
            for (int i = 0; i < w.size(); i++) w.data()[i] = before.get(name).data()[i] - w.data()[i];
        });
        m.weights(before);
        return gradients;
    }

    LinearAlgebra algebra() {
        return (LinearAlgebra) bench.catalogue.providers(Kind.ALGEBRA).get(0).instance();
    }

    private void note(Origin o) {
        if (KINDS.contains(o.kind())) used.add(o.kind().word() + " " + o.name());
    }

    /** The plug-ins that no case has used so far, as {@code kind name}. */
    Set<String> unused() {
        Set<String> names = new TreeSet<>();
        for (Kind k : KINDS) for (String name : bench.catalogue.names(k)) names.add(k.word() + " " + name);
        names.removeAll(used);
        return names;
    }

    @Override
    public void close() {
        bench.close();
    }
}
