package org.fascicle.runtime.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fascicle.model.Learner;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.fascicle.train.ClosureOptimizer;
import org.fascicle.train.Optimizer;
import org.fascicle.train.UpdateRule;

/**
 * The numbers of a model while it learns: weights, slots, statistics, states and the step number, current and next. Between
 * steps they hold no code, so they survive any change of code. One thread at a time.
 */
public final class Training implements Memory {
    private final String model;
    private final Layout layout;
    private final long seed;
    private final Parameter[] all;
    private final List<Parameter> trained;
    private final Map<String, Tensor[]> states = new HashMap<>();
    /** Where layers find states: those of the run, or none while evaluating. */
    private Map<String, Tensor[]> streams = states;
    /** The program's, while it is at work. */
    private Operands operands;

    private long steps;
    /** Evaluations of a closure optimizer read the next weights. */
    private boolean trial;

    public Training(String model, WeightSet start, long seed) {
        this.model = model;
        this.seed = seed;
        layout = start.layout();
        all = new Parameter[layout.size()];
        for (int i = 0; i < all.length; i++)
            all[i] = new Parameter(layout.entries().get(i).param(), start.value(i));
        trained = Arrays.stream(all).filter(Parameter::trained).toList();
    }

    List<Parameter> trained() {
        return trained;
    }

    public long steps() {
        return steps;
    }

    /** A copy of weights and statistics for predictions. */
    public WeightSet publish(long version) {
        Tensor[] v = new Tensor[all.length];
        for (int i = 0; i < v.length; i++) v[i] = all[i].value().copy();
        return new WeightSet(layout, v, version);
    }

    /** Makes slots for an update rule, or checks that it wants the ones that are there. */
    public void slots(UpdateRule rule) {
        for (int i = 0; i < all.length; i++) {
            if (!all[i].trained()) continue;
            List<Slot> wanted = rule.slots(all[i].param());
            if (steps == 0) {
                all[i].slots(wanted);
            } else if (!all[i].has(wanted)) {
                throw new ConfigException(model + ": the optimizer's slots of "
                        + layout.entries().get(i).path() + " are " + all[i].slotNames() + ", the code wants "
                        + wanted.stream().map(Slot::name).toList() + "; nothing was changed");
            }
        }
    }

    /** Something to do with a graph and a workspace of it. */
    private interface Work<T> {
        T in(Workspace w);
    }

    /** Does it with the program's code, and lets go of that code. */
    private <T> T with(Program p, Graph.Mode mode, Map<String, Tensor> batch, Work<T> work) {
        Graph g = p.graph(mode, batch);
        Workspace w = g.acquire();
        operands = p.operands();
        try {
            return work.in(w);
        } finally {
            operands = null;
            streams = states;
            trial = false;
            g.release(w);
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
        return with(p, Graph.Mode.LEARN, batch, w -> {
            Objective f = new Objective(this, w, batch, rate, clipNorm, closed);
            if (rule instanceof Optimizer o) update(o, f);
            else if (rule instanceof ClosureOptimizer c) search(c, f);
            Learner.Result r = new Learner.Result(f.loss(), f.losses(), w.outputs());
            for (Parameter q : all) q.commit();
            States.commit(states);
            steps++;
            return r;
        });
    }

    private void update(Optimizer rule, Objective f) {
        f.evaluate();
        f.check();
        for (Parameter p : trained) rule.update(p.at(f.rate(), f.step()));
    }

    private void search(ClosureOptimizer rule, Objective f) {
        for (Parameter p : trained) p.nextWeight().set(p.weight());
        trial = true;
        rule.step(f);
        f.check();
    }

    /** Outputs and losses on the weights as they are, in inference mode; streams begin at zero. */
    public Learner.Result evaluate(Program p, Map<String, Tensor> batch, BooleanSupplier closed) {
        return with(p, Graph.Mode.EVALUATE, batch, w -> {
            streams = new HashMap<>();
            begin();
            w.forward(batch, this, false, closed);
            Map<String, Double> losses = new LinkedHashMap<>();
            double total = w.losses(batch, losses, false);
            return new Learner.Result(losses.isEmpty() ? Double.NaN : total, losses, w.outputs());
        });
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
        return with(p, Graph.Mode.DIFFERENTIATE, batch, w -> {
            begin();
            w.forward(batch, this, train, () -> false);
            w.outputs().forEach((k, t) -> outputs.put(k, t.copy()));
            w.seed(seeds);
            w.backward(() -> false);
            Map<String, Tensor> m = w.inputGradients();
            for (int i = 0; i < all.length; i++) {
                if (all[i].trained() && all[i].written()) {
                    m.put(layout.entries().get(i).path(), all[i].gradient().copy());
                }
            }
            return m;
        });
    }

    /** Before every pass: weights may have changed, and nothing has been written. */
    void begin() {
        operands.expire();
        for (Parameter p : all) p.begin();
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
        Parameter p = all[param];
        return trial && p.trained() ? p.nextWeight() : p.value();
    }

    @Override
    public Operand operand(int param, Use use) {
        return operands.get(param, use, value(param));
    }

    @Override
    public Tensor statistic(int param) {
        return all[param].statistic();
    }

    @Override
    public Tensor nextStatistic(int param) {
        return all[param].nextStatistic();
    }

    @Override
    public void wrote(int param) {
        all[param].wroteStatistic();
    }

    @Override
    public Sink gradient(int param) {
        return all[param].sink();
    }

    @Override
    public Tensor[] state(String key, Shape shape) {
        return States.of(streams, key, shape);
    }
}
