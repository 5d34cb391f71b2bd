package org.fascicle.tck.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.ModelSpec.Reduction;
import org.fascicle.model.NonFiniteException;
import org.fascicle.nn.Param;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.ClosureOptimizer;
import org.fascicle.train.Optimizer;
import org.fascicle.train.UpdateRule;

/**
 * A training step as a transaction: forward, backward, penalty, clipping, check, update; then weights, slots, statistics,
 * states and step number commit together, or nothing does. Confined to one thread.
 */
public final class Trainer {
    /** One loss of the model: its node, the weight by which it enters the total, how it is reduced. */
    public record Term(String node, double weight, Reduction reduction) {}

    private final Graph graph;
    private final Weights weights;
    private final List<Term> terms;
    private double rate = 0.01;
    private double penalty;
    private double clip = Double.POSITIVE_INFINITY;
    private double decay;

    public Trainer(Graph graph, Weights weights, Term... terms) {
        this.graph = graph;
        this.weights = weights;
        this.terms = List.of(terms);
    }

    /** The learning rate; 0.01 unless set. */
    public Trainer rate(double r) {
        rate = r;
        return this;
    }

    /** Adds penalty / 2 Σ w² over all WEIGHT parameters to the loss. */
    public Trainer penalty(double p) {
        penalty = p;
        return this;
    }

    /** The upper bound of the global gradient norm. */
    public Trainer clip(double norm) {
        clip = norm;
        return this;
    }

    /** Decoupled decay: subtracts rate · decay · w from WEIGHT parameters after the update. */
    public Trainer decay(double d) {
        decay = d;
        return this;
    }

    /** The loss of a batch, penalties included; fills gradients when training. Commits nothing. */
    public double evaluate(
            Map<String, Tensor> batch, Optional<Tensor> sampleWeights, boolean train, Optional<Session> session) {
        graph.forward(batch, train, weights.step() + 1, session);
        double loss = 0;
        Map<String, Tensor> seeds = new LinkedHashMap<>();
        for (Term t : terms) {
            Tensor seed = Tensor.zeros(graph.value(t.node).shape());
            loss += reduce(t, sampleWeights, seed);
            seeds.put(t.node, seed);
        }
        if (!train) return loss;
        graph.backward(seeds);
        for (Weights.Entry e : weights.trained()) {
            if (!e.written()) e.gradient().fill(0);
            if (penalty > 0 && e.param().kind() == Param.Kind.WEIGHT) {
                float[] g = e.gradient().data(), w = e.value().data();
                for (int i = 0; i < e.value().size(); i++) {
                    g[i] += (float) (penalty * w[i]);
                    loss += penalty / 2 * w[i] * w[i];
                }
            }
        }
        return loss;
    }

    /** The term's share of the loss; fills the gradient of the total by each of its values. */
    private double reduce(Term t, Optional<Tensor> sampleWeights, Tensor seed) {
        Tensor value = graph.value(t.node);
        List<String> outputs = graph.outputs(t.node);
        Optional<Tensor> counts =
                outputs.size() > 1 ? Optional.of(graph.value(t.node + "." + outputs.get(1))) : Optional.empty();
        int perSample = value.size() / value.dim(0);
        double sum = 0, divisor = 0;
        for (int i = 0; i < value.size(); i++) {
            double w = weight(sampleWeights, i / perSample),
                    d = counts.isPresent() ? counts.get().data()[i] : 1;
            sum += w * value.data()[i];
            divisor += t.reduction == Reduction.WEIGHTED_MEAN ? w * d : d;
        }
        if (t.reduction == Reduction.SUM) divisor = 1;
        for (int i = 0; i < value.size(); i++) {
            seed.data()[i] = (float) (t.weight * weight(sampleWeights, i / perSample) / divisor);
        }
        return t.weight * sum / divisor;
    }

    private static double weight(Optional<Tensor> sampleWeights, int sample) {
        return sampleWeights.isPresent() ? sampleWeights.get().data()[sample] : 1;
    }

    /** One step without sample weights and session. */
    public double step(UpdateRule rule, Map<String, Tensor> batch) {
        return step(rule, batch, Optional.empty(), Optional.empty());
    }

    /** One step; the loss before it (for a closure optimizer: of its last evaluation). Throws {@link NonFiniteException} and commits nothing if that is not finite. */
    public double step(
            UpdateRule rule, Map<String, Tensor> batch, Optional<Tensor> sampleWeights, Optional<Session> session) {
        double loss;
        if (rule instanceof Optimizer o) loss = update(o, batch, sampleWeights, session);
        else loss = update((ClosureOptimizer) rule, batch, sampleWeights, session);
        weights.commit();
        session.ifPresent(Session::commit);
        return loss;
    }

    private double update(
            Optimizer optimizer, Map<String, Tensor> batch, Optional<Tensor> sampleWeights, Optional<Session> session) {
        double loss = evaluate(batch, sampleWeights, true, session), norm = norm();
        if (!Double.isFinite(loss + norm)) throw diagnose(batch, sampleWeights, session, loss);
        for (Weights.Entry e : weights.trained()) {
            float[] g = e.gradient().data();
            if (norm > clip) for (int i = 0; i < e.gradient().size(); i++) g[i] *= (float) (clip / norm);
            e.prepare(optimizer.slots(e.param()));
            optimizer.update(new One(e, rate, weights.step() + 1));
            if (decay > 0 && e.param().kind() == Param.Kind.WEIGHT) {
                for (int i = 0; i < e.value().size(); i++)
                    e.next().data()[i] -= (float) (rate * decay * e.value().data()[i]);
            }
        }
        return loss;
    }

    private double update(
            ClosureOptimizer optimizer,
            Map<String, Tensor> batch,
            Optional<Tensor> sampleWeights,
            Optional<Session> session) {
        List<Weights.Entry> list = weights.trained();
        List<Tensor> before = list.stream().map(Weights.Entry::value).toList();
        for (Weights.Entry e : list) {
            e.prepare(optimizer.slots(e.param()));
            e.next().set(e.value());
        }
        Whole objective = new Whole(list, before, batch, sampleWeights, session);
        try {
            optimizer.step(objective);
            if (!Double.isFinite(objective.last + norm())) throw diagnose(objective);
        } finally {
            for (int i = 0; i < list.size(); i++) weights.use(list.get(i), before.get(i));
        }
        return objective.last;
    }

    private double norm() {
        double sum = 0;
        for (Weights.Entry e : weights.trained()) {
            for (int i = 0; i < e.gradient().size(); i++)
                sum += (double) e.gradient().data()[i] * e.gradient().data()[i];
        }
        return Math.sqrt(sum);
    }

    /** A closure optimizer's step goes wrong where it started, or on its way. */
    private NonFiniteException diagnose(Whole o) {
        double last = o.last;
        for (int i = 0; i < o.list.size(); i++) weights.use(o.list.get(i), o.before.get(i));
        if (Double.isFinite(evaluate(o.batch, o.sampleWeights, true, o.session) + norm())) {
            for (Weights.Entry e : o.list) weights.use(e, e.next());
        }
        return diagnose(o.batch, o.sampleWeights, o.session, last);
    }

    /** The same step again (same draws), looking at every tensor. */
    private NonFiniteException diagnose(
            Map<String, Tensor> batch, Optional<Tensor> sampleWeights, Optional<Session> session, double loss) {
        String where = "step " + (weights.step() + 1);
        try {
            graph.inspecting(() -> evaluate(batch, sampleWeights, true, session));
        } catch (NonFiniteException e) {
            return e.at(where);
        }
        return new NonFiniteException(where + ": loss is " + loss + ", gradient norm is " + norm());
    }

    private record One(Weights.Entry e, double rate, long step) implements Optimizer.Update {
        @Override
        public Param param() {
            return e.param();
        }

        @Override
        public Tensor gradient() {
            return e.gradient();
        }

        @Override
        public Tensor weight() {
            return e.value();
        }

        @Override
        public Tensor nextWeight() {
            return e.next();
        }

        @Override
        public Tensor slot(String name) {
            return e.slot(name);
        }

        @Override
        public Tensor nextSlot(String name) {
            return e.nextSlot(name);
        }
    }

    private final class Whole implements ClosureOptimizer.Objective {
        private final List<Weights.Entry> list;
        private final List<Tensor> before;
        private final Map<String, Tensor> batch;
        private final Optional<Tensor> sampleWeights;
        private final Optional<Session> session;
        private double last = Double.NaN;

        Whole(
                List<Weights.Entry> list,
                List<Tensor> before,
                Map<String, Tensor> batch,
                Optional<Tensor> sampleWeights,
                Optional<Session> session) {
            this.list = list;
            this.before = before;
            this.batch = batch;
            this.sampleWeights = sampleWeights;
            this.session = session;
        }

        @Override
        public List<Param> params() {
            return list.stream().map(Weights.Entry::param).toList();
        }

        @Override
        public Tensor weight(int i) {
            return before.get(i);
        }

        @Override
        public Tensor nextWeight(int i) {
            return list.get(i).next();
        }

        @Override
        public double evaluate() {
            for (Weights.Entry e : list) weights.use(e, e.next());
            last = Trainer.this.evaluate(batch, sampleWeights, true, session);
            return last;
        }

        @Override
        public Tensor gradient(int i) {
            return list.get(i).gradient();
        }

        @Override
        public Tensor slot(int i, String name) {
            return list.get(i).slot(name);
        }

        @Override
        public Tensor nextSlot(int i, String name) {
            return list.get(i).nextSlot(name);
        }

        @Override
        public double rate() {
            return rate;
        }

        @Override
        public long step() {
            return weights.step() + 1;
        }
    }
}
