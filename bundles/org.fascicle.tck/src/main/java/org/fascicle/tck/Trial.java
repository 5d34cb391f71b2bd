package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.fascicle.nn.Child;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Param;
import org.fascicle.nn.Port;
import org.fascicle.tck.reference.Graph;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.Poison;
import org.fascicle.tck.reference.Session;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/**
 * One layer in the reference executor, with the numbers of one draw: inputs, parameters away from their start, states if
 * it has any, and a gradient for every output. Confined to one thread.
 */
final class Trial {
    private static final long SEED = 11;
    private static final long STEP = 5;

    private final String id;
    private final Graph graph;
    private final Weights weights = new Weights(SEED);
    private final Optional<Session> session;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> seeds = new LinkedHashMap<>();
    private final Map<String, Tensor> variables = new LinkedHashMap<>();

    Trial(Child subject, Case c, int draw) {
        this(subject, c, draw, true);
    }

    /**
     * A trial.
     *
     * @param wanted false if nobody wants the gradients of inputs
     */
    Trial(Child subject, Case c, int draw, boolean wanted) {
        Random random = new Random(7 + draw);
        id = subject.name();
        List<Port> ports = subject.inputs();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        List<String> references = new ArrayList<>();
        Set<String> values = new LinkedHashSet<>();
        for (int i = 0; i < c.inputs().size(); i++) {
            Tensor t = c.inputs().get(i);
            Port p = ports.get(Math.min(i, ports.size() - 1));
            String name = t == Tensor.ABSENT
                    ? ""
                    : p.arity() == Port.Arity.MANY ? p.name() + (i - ports.size() + 2) : p.name();
            references.add(name);
            if (name.isEmpty()) continue;
            boolean value = p.role() == Port.Role.VALUE;
            inputs.put(name, draw > 0 && value ? shaken(t, random) : t.copy());
            shapes.put(name, t.shape());
            if (value) values.add(name);
        }
        graph = new Graph(
                new NaiveOps(),
                weights,
                shapes,
                List.of(new Graph.Spec(id, subject, references)),
                wanted ? values : Set.of());
        if (wanted) for (String name : values) variables.put(name, inputs.get(name));
        for (Weights.Entry e : weights.entries()) perturb(e, random);
        session = c.stateful() ? Optional.of(new Session()) : Optional.empty();
        session.ifPresent(s -> {
            // The first forward makes the states; then they get numbers.
            graph.forward(inputs, false, 1, session);
            for (Tensor t : s.tensors())
                for (int i = 0; i < t.size(); i++) t.data()[i] = (float) (0.5 * random.nextGaussian());
        });
        List<String> outputs = graph.outputs(id);
        for (int k = 0; k < outputs.size(); k++) {
            // What a value of a loss counts for has no gradient.
            if (k > 0 && subject.layer() instanceof Loss) continue;
            Tensor s = Tensor.zeros(graph.shape(id + "." + outputs.get(k)));
            for (int i = 0; i < s.size(); i++) s.data()[i] = (float) random.nextGaussian();
            seeds.put(id + "." + outputs.get(k), s);
        }
    }

    private static Tensor shaken(Tensor t, Random random) {
        Tensor r = t.copy();
        for (int i = 0; i < r.size(); i++) {
            r.data()[i] += (float) (0.05 * random.nextGaussian() * Math.max(0.1, Math.abs(r.data()[i])));
        }
        return r;
    }

    private void perturb(Weights.Entry e, Random random) {
        if (e.param().kind() == Param.Kind.CONSTANT) return;
        double by = e.param().kind().trained() ? 0.3 : 0.09;
        for (int i = 0; i < e.value().size(); i++) e.value().data()[i] += (float) (by * random.nextGaussian());
        if (e.param().kind().trained()) variables.put(name(e), e.value());
    }

    /** The parameter's name in the layer; what an input is called too gets a word before it. */
    private String name(Weights.Entry e) {
        String name = local(e.path());
        return inputs.containsKey(name) ? "parameter " + name : name;
    }

    Trial lift(Poison p) {
        graph.lift(p);
        return this;
    }

    Trial workInPlace() {
        graph.workInPlace();
        return this;
    }

    Trial giveWay() {
        graph.giveWay();
        return this;
    }

    Set<String> undeclared() {
        return graph.undeclared();
    }

    /** Everything that has a gradient: inputs by port, parameters by name; writable. */
    Map<String, Tensor> variables() {
        return variables;
    }

    Map<String, Tensor> inputs() {
        return inputs;
    }

    /** The gradient of each output, by reference. */
    Map<String, Tensor> seeds() {
        return seeds;
    }

    /** What the numbers depend on besides the inputs: parameters, statistics, states, and the gradients by outputs; writable. */
    Map<String, Tensor> given() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (Weights.Entry e : weights.entries()) {
            // A constant is the layer's own doing.
            if (e.param().kind() != Param.Kind.CONSTANT)
                all.put((e.param().kind().trained() ? "parameter " : "statistic ") + local(e.path()), e.value());
        }
        session.ifPresent(s -> {
            Iterator<Tensor> current = s.tensors().iterator();
            s.next().keySet().forEach(path -> all.put("state " + local(path), current.next()));
        });
        seeds.forEach((ref, t) -> all.put("gradient by " + local(ref), t));
        return all;
    }

    private String local(String path) {
        return path.substring(id.length() + 1);
    }

    Weights weights() {
        return weights;
    }

    void forward(boolean training) {
        graph.forward(inputs, training, STEP, session);
    }

    /** The sum of all outputs times their seeds. */
    double value(boolean training) {
        forward(training);
        double v = 0;
        for (Map.Entry<String, Tensor> s : seeds.entrySet()) {
            float[] y = graph.value(s.getKey()).data(), w = s.getValue().data();
            for (int i = 0; i < s.getValue().size(); i++) v += (double) y[i] * w[i];
        }
        return v;
    }

    /** Backward from some gradients; the gradient of every variable, copied. */
    Map<String, Tensor> backward(Map<String, Tensor> from) {
        graph.backward(from);
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (String v : variables.keySet())
            if (inputs.containsKey(v)) graph.gradient(v).ifPresent(g -> all.put(v, g.copy()));
        for (Weights.Entry e : weights.trained()) all.put(name(e), e.gradient().copy());
        return all;
    }

    Map<String, Tensor> backward() {
        return backward(seeds);
    }

    /** The gradients by outputs as they are after backward. */
    Map<String, Tensor> seedsAfterwards() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        seeds.keySet().forEach(ref -> graph.gradient(ref).ifPresent(g -> all.put(ref, g)));
        return all;
    }

    /** Outputs of the last forward, copied. */
    Map<String, Tensor> outputs() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (String o : graph.outputs(id))
            all.put("output " + o, graph.value(id + "." + o).copy());
        return all;
    }

    /** What the last forward left: outputs, next statistics, next states, copied. */
    Map<String, Tensor> left(boolean training) {
        Map<String, Tensor> all = outputs();
        if (training) weights.nextStatistics().forEach((path, t) -> all.put("next statistic " + local(path), t.copy()));
        session.ifPresent(s -> s.next().forEach((path, t) -> all.put("next state " + local(path), t.copy())));
        return all;
    }

    /** A forward and a backward, and all that they give. */
    Map<String, Tensor> all(boolean training) {
        forward(training);
        Map<String, Tensor> all = left(training);
        backward().forEach((name, g) -> all.put("gradient of " + name, g));
        return all;
    }
}
