package org.fascicle.runtime.graph;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** Published weights for predictions: parameters are packed once and shared by all threads; states live in a map that belongs to a session. */
final class Reading implements Memory {
    private static final int USES = Use.values().length;
    private final WeightSet weights;
    private final Ops ops;
    private final AtomicReferenceArray<Operand> packed;
    private final Map<String, Tensor[]> states;

    Reading(WeightSet weights, Ops ops) {
        this(weights, ops, new AtomicReferenceArray<>(weights.layout().size() * USES), null);
    }

    private Reading(WeightSet weights, Ops ops, AtomicReferenceArray<Operand> packed, Map<String, Tensor[]> states) {
        this.weights = weights;
        this.ops = ops;
        this.packed = packed;
        this.states = states;
    }

    /** The same weights with the states of a session. */
    Reading with(Map<String, Tensor[]> session) {
        return new Reading(weights, ops, packed, session);
    }

    WeightSet weights() {
        return weights;
    }

    @Override
    public long seed() {
        return 0;
    }

    @Override
    public long step() {
        return 0;
    }

    @Override
    public Tensor value(int param) {
        return weights.value(param);
    }

    @Override
    public Operand operand(int param, Use use) {
        int k = param * USES + use.ordinal();
        Operand o = packed.get(k);
        if (o == null) packed.set(k, o = ops.pack(weights.value(param), use));
        return o;
    }

    @Override
    public Tensor statistic(int param) {
        return weights.value(param);
    }

    @Override
    public Tensor nextStatistic(int param) {
        throw new IllegalStateException("statistics do not change in a prediction");
    }

    @Override
    public void wrote(int param) {
        throw new IllegalStateException("statistics do not change in a prediction");
    }

    @Override
    public Sink gradient(int param) {
        throw new IllegalStateException("a prediction has no gradients");
    }

    @Override
    public Tensor[] state(String key, Shape shape) {
        return States.of(states == null ? new ConcurrentHashMap<>() : states, key, shape);
    }
}
