package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fascicle.model.Learner;
import org.fascicle.model.NonFiniteException;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.fascicle.train.ClosureOptimizer;
import org.fascicle.train.Optimizer;
import org.fascicle.train.UpdateRule;

/**
 * The numbers of a model while it learns: weights, slots, statistics, states and the step number, current and next. They
 * hold no code, so they survive any change of code. One thread at a time.
 */
public final class Training implements Memory {
    private static final int USES = Use.values().length;
    private static final int CHUNK = 1 << 14;

    private final String model;
    private final Layout layout;
    private final long seed;
    private final One[] all;
    private final Map<String, Tensor[]> states = new HashMap<>();
    /** Where layers find states: those of the run, or none while evaluating. */
    private Map<String, Tensor[]> streams = states;

    private Ops ops;
    private long steps;
    /** Evaluations of a closure optimizer read the next weights. */
    private boolean trial;

    public Training(String model, WeightSet start, long seed) {
        this.model = model;
        this.seed = seed;
        layout = start.layout();
        all = new One[layout.size()];
        for (int i = 0; i < all.length; i++)
            all[i] = new One(layout.entries().get(i).param(), start.value(i));
    }

    /** One parameter. */
    private final class One implements Optimizer.Update {
        private final Param param;
        private final Tensor gradient;
        private final Sink set;
        private final Sink add;
        private final Operand[] packed = new Operand[USES];
        /** The squared norm of the gradient, chunk by chunk. */
        private final double[] squares;

        private final Map<String, Tensor[]> slots = new LinkedHashMap<>();
        private Tensor value;
        private Tensor next;
        private Tensor spare;
        private boolean written;
        private double rate;

        One(Param param, Tensor start) {
            this.param = param;
            value = start.copy();
            boolean trained = param.kind().trained();
            next = param.kind() == Param.Kind.CONSTANT ? Tensor.ABSENT : Tensor.zeros(param.shape());
            spare = param.kind() == Param.Kind.STATISTIC ? Tensor.zeros(param.shape()) : Tensor.ABSENT;
            gradient = trained ? Tensor.zeros(param.shape()) : Tensor.ABSENT;
            squares = new double[(gradient.size() + CHUNK - 1) / CHUNK];
            set = Sink.set(gradient);
            add = Sink.add(gradient);
        }

        void begin() {
            written = false;
            Arrays.fill(packed, null);
        }

        void commit() {
            if (param.kind().trained() || written) {
                Tensor t = value;
                value = next;
                next = t;
            }
            for (Tensor[] s : slots.values()) {
                Tensor t = s[0];
                s[0] = s[1];
                s[1] = t;
            }
        }

        @Override
        public Param param() {
            return param;
        }

        @Override
        public Tensor gradient() {
            return gradient;
        }

        @Override
        public Tensor weight() {
            return value;
        }

        @Override
        public Tensor nextWeight() {
            return next;
        }

        @Override
        public Tensor slot(String name) {
            return pair(name)[0];
        }

        @Override
        public Tensor nextSlot(String name) {
            return pair(name)[1];
        }

        private Tensor[] pair(String name) {
            Tensor[] p = slots.get(name);
            if (p == null)
                throw new FascicleException("optimizer: slot " + name + " was not declared for " + param.name()
                        + "; declared are " + slots.keySet());
            return p;
        }

        @Override
        public double rate() {
            return rate;
        }

        @Override
        public long step() {
            return steps + 1;
        }
    }

    public long steps() {
        return steps;
    }

    /** A copy of weights and statistics for predictions. */
    public WeightSet publish(long version) {
        Tensor[] v = new Tensor[all.length];
        for (int i = 0; i < v.length; i++) v[i] = all[i].value.copy();
        return new WeightSet(layout, v, version);
    }

    /** Makes slots for an update rule, or checks that it wants the ones that are there. */
    public void slots(UpdateRule rule) {
        for (int i = 0; i < all.length; i++) {
            One o = all[i];
            if (!o.param.kind().trained()) continue;
            Map<String, Tensor[]> fresh = new LinkedHashMap<>();
            for (Slot s : rule.slots(o.param))
                fresh.put(s.name(), new Tensor[] {Tensor.zeros(s.shape()), Tensor.zeros(s.shape())});
            if (steps == 0) {
                o.slots.clear();
                o.slots.putAll(fresh);
            } else if (!fresh.keySet().equals(o.slots.keySet())
                    || fresh.entrySet().stream()
                            .anyMatch(e -> !e.getValue()[0].shape().equals(o.slots.get(e.getKey())[0].shape()))) {
                throw new ConfigException(model + ": the optimizer's slots of "
                        + layout.entries().get(i).path() + " are " + o.slots.keySet() + ", the code wants "
                        + fresh.keySet() + "; nothing was changed");
            }
        }
    }

    /** One step, all or nothing. */
    public Learner.Result step(
            Program p,
            UpdateRule rule,
            Map<String, Tensor> batch,
            double rate,
            double clipNorm,
            BooleanSupplier closed) {
        Graph g = p.graph(Graph.Mode.LEARN, batch);
        Workspace w = g.acquire();
        ops = p.ops();
        try {
            Objective f = new Objective(w, batch, rate, clipNorm, closed);
            if (rule instanceof Optimizer o) update(o, f);
            else if (rule instanceof ClosureOptimizer c) closure(c, f);
            Map<String, Tensor> outputs = new LinkedHashMap<>(w.outputs());
            for (One o : all) o.commit();
            States.commit(states);
            steps++;
            return new Learner.Result(f.loss, f.losses, outputs);
        } finally {
            trial = false;
            forgetCode();
            g.release(w);
        }
    }

    private void update(Optimizer rule, Objective f) {
        f.evaluate();
        f.check();
        for (One o : all) {
            if (!o.param.kind().trained()) continue;
            o.rate = f.rate;
            rule.update(o);
        }
    }

    private void closure(ClosureOptimizer rule, Objective f) {
        for (One o : f.trained) o.next.set(o.value);
        trial = true;
        rule.step(f);
        f.check();
    }

    /** Outputs and losses on the weights as they are, in inference mode; streams begin at zero. */
    public Learner.Result evaluate(Program p, Map<String, Tensor> batch, BooleanSupplier closed) {
        Graph g = p.graph(Graph.Mode.EVALUATE, batch);
        Workspace w = g.acquire();
        ops = p.ops();
        streams = new HashMap<>();
        try {
            begin();
            w.forward(batch, this, false, closed);
            Map<String, Double> losses = new LinkedHashMap<>();
            double total = w.losses(batch, losses, false);
            return new Learner.Result(losses.isEmpty() ? Double.NaN : total, losses, new LinkedHashMap<>(w.outputs()));
        } finally {
            streams = states;
            forgetCode();
            g.release(w);
        }
    }

    /**
     * Outputs, and the gradient of Σ seed · output by every input and parameter, inputs by name and parameters by
     * {@code node.param}. Commits nothing.
     *
     * @param train true to run in training mode
     */
    public Map<String, Tensor> gradients(
            Program p,
            Map<String, Tensor> batch,
            Map<String, Tensor> seeds,
            boolean train,
            Map<String, Tensor> outputs) {
        Graph g = p.graph(Graph.Mode.DIFFERENTIATE, batch);
        Workspace w = g.acquire();
        ops = p.ops();
        try {
            begin();
            w.forward(batch, this, train, () -> false);
            w.outputs().forEach((k, t) -> outputs.put(k, t.copy()));
            w.seed(seeds);
            w.backward(() -> false);
            Map<String, Tensor> m = w.inputGradients();
            for (int i = 0; i < all.length; i++) {
                if (all[i].param.kind().trained() && all[i].written) {
                    m.put(layout.entries().get(i).path(), all[i].gradient.copy());
                }
            }
            return m;
        } finally {
            forgetCode();
            g.release(w);
        }
    }

    private void begin() {
        for (One o : all) o.begin();
    }

    /** Between steps nothing here may keep a backend's classes alive. */
    private void forgetCode() {
        ops = null;
        for (One o : all) Arrays.fill(o.packed, null);
    }

    /** One batch as a function of the weights. */
    private final class Objective implements ClosureOptimizer.Objective {
        private final Workspace workspace;
        private final Map<String, Tensor> batch;
        private final double rate;
        private final double clipNorm;
        private final BooleanSupplier closed;
        private final List<One> trained = new ArrayList<>();
        private final Map<String, Double> losses = new LinkedHashMap<>();
        private double loss = Double.NaN;
        private double norm = Double.NaN;

        Objective(
                Workspace workspace, Map<String, Tensor> batch, double rate, double clipNorm, BooleanSupplier closed) {
            this.workspace = workspace;
            this.batch = batch;
            this.rate = rate;
            this.clipNorm = clipNorm;
            this.closed = closed;
            for (One o : all) if (o.param.kind().trained()) trained.add(o);
        }

        @Override
        public double evaluate() {
            run();
            norm = norm();
            if (norm > clipNorm && norm < Double.POSITIVE_INFINITY) scale((float) (clipNorm / norm));
            return loss;
        }

        /** The last evaluation is what commits; one before may be anything, as a line search goes too far on purpose. */
        void check() {
            if (!Double.isFinite(loss) || !Double.isFinite(norm)) throw diagnose();
        }

        private void run() {
            begin();
            workspace.forward(batch, Training.this, true, closed);
            loss = workspace.losses(batch, losses, true);
            if (Double.isFinite(loss)) workspace.backward(closed);
            for (One o : trained) if (!o.written) o.gradient.fill(0);
        }

        /** The global norm of the gradient, in chunks of fixed size so that threads do not change it. */
        private double norm() {
            double sum = 0;
            for (One o : trained) {
                float[] g = o.gradient.data();
                double[] part = o.squares;
                int n = o.gradient.size();
                ops.parallel(part.length, c -> part[c] = squares(g, c * CHUNK, Math.min(n, (c + 1) * CHUNK)));
                for (double p : part) sum += p;
            }
            return Math.sqrt(sum);
        }

        private void scale(float factor) {
            for (One o : trained) {
                float[] g = o.gradient.data();
                for (int i = 0, n = o.gradient.size(); i < n; i++) g[i] *= factor;
            }
        }

        /** The same step again, with the same draws, looking at every tensor: names the first that is not finite. */
        private FascicleException diagnose() {
            Inspector i = new Inspector(steps + 1);
            batch.forEach((name, t) -> i.look("batch", name, t));
            workspace.inspect(i);
            try {
                begin();
                workspace.forward(batch, Training.this, true, closed);
                workspace.losses(batch, losses, true);
                workspace.backward(closed);
            } finally {
                workspace.inspect(null);
            }
            return new NonFiniteException(
                    "step " + (steps + 1) + ": the loss is " + loss + " and the gradient's norm " + norm
                            + ", while every single number is finite; nothing of this step was kept; try a smaller learning rate or smaller inputs");
        }

        @Override
        public List<Param> params() {
            return trained.stream().map(One::param).toList();
        }

        @Override
        public Tensor weight(int i) {
            return trained.get(i).value;
        }

        @Override
        public Tensor nextWeight(int i) {
            return trained.get(i).next;
        }

        @Override
        public Tensor gradient(int i) {
            return trained.get(i).gradient;
        }

        @Override
        public Tensor slot(int i, String name) {
            return trained.get(i).slot(name);
        }

        @Override
        public Tensor nextSlot(int i, String name) {
            return trained.get(i).nextSlot(name);
        }

        @Override
        public double rate() {
            return rate;
        }

        @Override
        public long step() {
            return steps + 1;
        }
    }

    private static double squares(float[] g, int from, int to) {
        double a = 0, b = 0, c = 0, d = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            a += (double) g[i] * g[i];
            b += (double) g[i + 1] * g[i + 1];
            c += (double) g[i + 2] * g[i + 2];
            d += (double) g[i + 3] * g[i + 3];
        }
        for (; i < to; i++) a += (double) g[i] * g[i];
        return (a + b) + (c + d);
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public long step() {
        return steps + 1;
    }

    @Override
    public Tensor value(int param) {
        One o = all[param];
        return trial && o.param.kind().trained() ? o.next : o.value;
    }

    @Override
    public Operand operand(int param, Use use) {
        Operand[] packed = all[param].packed;
        int k = use.ordinal();
        if (packed[k] == null) packed[k] = ops.pack(value(param), use);
        return packed[k];
    }

    @Override
    public Tensor statistic(int param) {
        One o = all[param];
        return o.written ? o.next : o.value;
    }

    @Override
    public Tensor nextStatistic(int param) {
        One o = all[param];
        return o.written ? o.spare : o.next;
    }

    @Override
    public void wrote(int param) {
        One o = all[param];
        if (o.written) {
            Tensor t = o.next;
            o.next = o.spare;
            o.spare = t;
        }
        o.written = true;
    }

    @Override
    public Sink gradient(int param) {
        One o = all[param];
        Sink s = o.written ? o.add : o.set;
        o.written = true;
        return s;
    }

    @Override
    public Tensor[] state(String key, Shape shape) {
        return States.of(streams, key, shape);
    }
}
