package org.fascicle.runtime.golden;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.fascicle.runtime.graph.Program;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** A case of one operation as a model of one node {@code f}: forward and backward, compared with y and all gradients. One thread. */
final class OneNode {
    private static final String NODE = "f";
    private static final long MOST_SEEDS = 1_000_000;

    private final Rig rig;
    private final GoldenCase golden;
    private final Map<String, Object> options;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final Set<String> ignored = new HashSet<>();
    private UnaryOperator<Tensor> intoX = t -> t;
    private UnaryOperator<Tensor> backX = t -> t;
    private UnaryOperator<Tensor> intoY = t -> t;
    private UnaryOperator<Tensor> backY = t -> t;
    private Optional<Long> training = Optional.empty();

    OneNode(Rig rig, GoldenCase golden, Map<String, Object> options) {
        this.rig = rig;
        this.golden = golden;
        this.options = new LinkedHashMap<>(options);
        this.options.put("id", NODE);
    }

    /** An input of the case that is the parameter {@code f.path} if the case has it. */
    OneNode parameter(String input, String path) {
        if (golden.inputs().containsKey(input)) {
            parameters.put(input, NODE + "." + path);
            weights.put(NODE + "." + path, golden.input(input));
        }
        return this;
    }

    /** An input of the case that the node does not take. */
    OneNode without(String input) {
        ignored.add(input);
        return this;
    }

    /** A parameter that the case does not know. */
    OneNode weight(String path, Tensor value) {
        weights.put(NODE + "." + path, value);
        return this;
    }

    /** Inputs in another shape, and their gradients back. */
    OneNode inputs(UnaryOperator<Tensor> into, UnaryOperator<Tensor> back) {
        intoX = into;
        backX = back;
        return this;
    }

    /** Upstream gradients in another shape, and outputs back. */
    OneNode outputs(UnaryOperator<Tensor> into, UnaryOperator<Tensor> back) {
        intoY = into;
        backY = back;
        return this;
    }

    /** In training mode, with draws of this seed. */
    OneNode training(long seed) {
        training = Optional.of(seed);
        return this;
    }

    private Map<String, Tensor> batch() {
        Map<String, Tensor> batch = new LinkedHashMap<>();
        golden.inputs().forEach((name, t) -> {
            if (!parameters.containsKey(name) && !ignored.contains(name)) batch.put(name, intoX.apply(t.tensor()));
        });
        return batch;
    }

    private Program program(Map<String, Tensor> batch) {
        Map<String, Object> layer = new LinkedHashMap<>(options);
        layer.put("inputs", List.copyOf(batch.keySet()));
        return rig.program(golden.name(), Rig.spec(batch, List.of(layer), List.of(NODE)));
    }

    /** A seed whose draws in training mode give an output that will do. */
    long seed(Predicate<Tensor> wanted) {
        Map<String, Tensor> batch = batch();
        Program p = program(batch);
        for (long seed = 0; seed < MOST_SEEDS; seed++) {
            Tensor y = Rig.differentiate(p, weights, batch, Map.of(), Optional.of(seed))
                    .outputs()
                    .get(NODE);
            if (wanted.test(y)) return seed;
        }
        throw new AssertionError(golden + ": none of " + MOST_SEEDS + " seeds gives such an output");
    }

    void compare(Comparison out) {
        Map<String, Tensor> batch = batch();
        Map<String, Tensor> seeds = new LinkedHashMap<>();
        if (golden.seeds().containsKey("y"))
            seeds.put(NODE, intoY.apply(golden.seeds().get("y").tensor()));
        Rig.Outcome o = Rig.differentiate(program(batch), weights, batch, seeds, training);
        out.value("y", backY.apply(o.outputs().get(NODE)));
        for (String name : golden.gradients().keySet()) {
            String parameter = parameters.get(name);
            Tensor g = o.gradients().get(parameter == null ? name : parameter);
            out.gradient(name, parameter == null ? backX.apply(g) : g);
        }
    }

    static Tensor append(Tensor t) {
        int[] dims = Arrays.copyOf(t.shape().dims(), t.rank() + 1);
        dims[t.rank()] = 1;
        return t.reshape(Shape.of(dims));
    }

    static Tensor prepend(Tensor t) {
        return t.reshape(t.shape().prepend(1));
    }

    /** Without the first axis, which must be 1. */
    static Tensor withoutFirst(Tensor t) {
        return t.reshape(t.shape().part(1, t.rank()));
    }

    /** Without the last axis, which must be 1. */
    static Tensor withoutLast(Tensor t) {
        return t.reshape(t.shape().part(0, t.rank() - 1));
    }

    /** 1 on the diagonal. */
    static Tensor identity(int n) {
        Tensor t = Tensor.zeros(n, n);
        for (int i = 0; i < n; i++) t.data()[i * n + i] = 1;
        return t;
    }
}
