package org.fascicle.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.ClosureOptimizer;
import org.fascicle.train.Optimizer;
import org.fascicle.train.UpdateRule;

/** Σ c/2 (w - t)² over some parameters. */
final class Objective implements ClosureOptimizer.Objective {
    private final List<Param> params;
    private final List<List<Slot>> slots = new ArrayList<>();
    final List<Tensor> weights = new ArrayList<>();
    private final List<Tensor> next = new ArrayList<>();
    private final List<Tensor> gradients = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private final List<Map<String, Tensor>> current = new ArrayList<>();
    private final List<Map<String, Tensor>> coming = new ArrayList<>();
    private long step;
    double rate = 0.05;
    boolean stillness;
    boolean wroteGradient;

    Objective(UpdateRule rule, List<Param> params, long step) {
        this.params = params;
        this.step = step;
        for (Param p : params) {
            slots.add(rule.slots(p));
            weights.add(Samples.normal(p.shape().dims()));
            targets.add(Samples.uniform(-1, 1, p.shape().dims()));
            gradients.add(Tensor.zeros(p.shape()));
            next.add(nan(p.shape()));
            Map<String, Tensor> zero = new LinkedHashMap<>();
            for (Slot s : rule.slots(p)) zero.put(s.name(), Tensor.zeros(s.shape()));
            current.add(zero);
            coming.add(empty(current.size() - 1));
        }
    }

    private Map<String, Tensor> empty(int i) {
        Map<String, Tensor> m = new LinkedHashMap<>();
        for (Slot s : slots.get(i)) m.put(s.name(), nan(s.shape()));
        return m;
    }

    private static Tensor nan(Shape s) {
        Tensor t = Tensor.zeros(s);
        t.fill(Float.NaN);
        return t;
    }

    /** Slots as some steps would have left them: small and positive. */
    void fillSlots() {
        for (Map<String, Tensor> m : current)
            for (Tensor t : m.values())
                t.set(Samples.uniform(0.01, 0.1, t.shape().dims()));
    }

    void run(UpdateRule rule) {
        if (rule instanceof ClosureOptimizer c) {
            // What evaluate reads is, at first, the current weight.
            for (int i = 0; i < params.size(); i++) next.get(i).set(weights.get(i));
            c.step(this);
            return;
        }
        for (int i = 0; i < params.size(); i++) {
            gradient(weights.get(i), i);
            Tensor before = gradients.get(i).copy();
            ((Optimizer) rule).update(new One(this, i));
            if (Numbers.difference(Map.of("g", before), Map.of("g", gradients.get(i)))
                    .isPresent()) wroteGradient = true;
        }
    }

    void commit() {
        for (int i = 0; i < params.size(); i++) {
            weights.set(i, next.get(i));
            next.set(i, nan(params.get(i).shape()));
            current.set(i, coming.get(i));
            coming.set(i, empty(i));
        }
        step++;
    }

    private void gradient(Tensor w, int i) {
        for (int j = 0; j < w.size(); j++)
            gradients.get(i).data()[j] =
                    stillness ? 0 : curvature(j) * (w.data()[j] - targets.get(i).data()[j]);
    }

    private static float curvature(int j) {
        return 0.5f + j % 4 * 0.5f;
    }

    double loss(List<Tensor> at) {
        double sum = 0;
        for (int i = 0; i < params.size(); i++) {
            for (int j = 0; j < at.get(i).size(); j++) {
                double d = at.get(i).data()[j] - targets.get(i).data()[j];
                sum += curvature(j) / 2 * d * d;
            }
        }
        return sum;
    }

    /** Copies of weights and slots. */
    Map<String, Tensor> current() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (int i = 0; i < params.size(); i++) {
            all.put("weight " + i, weights.get(i).copy());
            current.get(i).forEach((name, t) -> all.put("slot " + name, t.copy()));
        }
        return all;
    }

    Map<String, Tensor> next() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (int i = 0; i < params.size(); i++) {
            all.put("weight " + i, next.get(i));
            coming.get(i).forEach((name, t) -> all.put("slot " + name, t));
        }
        return all;
    }

    @Override
    public List<Param> params() {
        return params;
    }

    @Override
    public Tensor weight(int i) {
        return weights.get(i);
    }

    @Override
    public Tensor nextWeight(int i) {
        return next.get(i);
    }

    @Override
    public double evaluate() {
        for (int i = 0; i < params.size(); i++) gradient(next.get(i), i);
        return stillness ? 0 : loss(next);
    }

    @Override
    public Tensor gradient(int i) {
        return gradients.get(i);
    }

    @Override
    public Tensor slot(int i, String name) {
        return current.get(i).get(name);
    }

    @Override
    public Tensor nextSlot(int i, String name) {
        return coming.get(i).get(name);
    }

    @Override
    public double rate() {
        return rate;
    }

    @Override
    public long step() {
        return step;
    }

    private record One(Objective o, int i) implements Optimizer.Update {
        @Override
        public Param param() {
            return o.params.get(i);
        }

        @Override
        public Tensor gradient() {
            return o.gradients.get(i);
        }

        @Override
        public Tensor weight() {
            return o.weights.get(i);
        }

        @Override
        public Tensor nextWeight() {
            return o.next.get(i);
        }

        @Override
        public Tensor slot(String name) {
            return o.slot(i, name);
        }

        @Override
        public Tensor nextSlot(String name) {
            return o.nextSlot(i, name);
        }

        @Override
        public double rate() {
            return o.rate;
        }

        @Override
        public long step() {
            return o.step;
        }
    }
}
