package org.fascicle.runtime.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Optimizer;

/** One parameter while it is learnt: value, gradient and slots, current and next. One thread at a time. */
final class Parameter implements Optimizer.Update {
    private static final int CHUNK = 1 << 14;

    private final Param param;
    private final Tensor gradient;
    private final Sink set;
    private final Sink add;
    /** The squared norm of the gradient, chunk by chunk. */
    private final double[] squares;

    private Map<String, Tensor[]> slots = Map.of();
    private Tensor value;
    private Tensor next;
    /** A third place, for a statistic that several uses of a layer move on in one step. */
    private Tensor spare;

    private boolean written;
    private double rate;
    private long step;

    Parameter(Param param, Tensor start) {
        this.param = param;
        value = start.copy();
        next = param.kind() == Param.Kind.CONSTANT ? Tensor.ABSENT : Tensor.zeros(param.shape());
        spare = param.kind() == Param.Kind.STATISTIC ? Tensor.zeros(param.shape()) : Tensor.ABSENT;
        gradient = trained() ? Tensor.zeros(param.shape()) : Tensor.ABSENT;
        squares = new double[(gradient.size() + CHUNK - 1) / CHUNK];
        set = Sink.set(gradient);
        add = Sink.add(gradient);
    }

    boolean trained() {
        return param.kind().trained();
    }

    Tensor value() {
        return value;
    }

    /** True if this pass has filled in the gradient, or moved the statistic on. */
    boolean written() {
        return written;
    }

    void begin() {
        written = false;
    }

    /** The first writer of a backward sets, the others add. */
    Sink sink() {
        Sink s = written ? add : set;
        written = true;
        return s;
    }

    /** What nobody wrote has the gradient zero. */
    void completeGradient() {
        if (!written) gradient.fill(0);
    }

    Tensor statistic() {
        return written ? next : value;
    }

    Tensor nextStatistic() {
        return written ? spare : next;
    }

    /** What was written as the next statistic is what the next use sees. */
    void wroteStatistic() {
        if (written) {
            Tensor t = next;
            next = spare;
            spare = t;
        }
        written = true;
    }

    void commit() {
        if (trained() || written) {
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

    /** Makes these slots, all zero. */
    void slots(List<Slot> wanted) {
        Map<String, Tensor[]> fresh = new LinkedHashMap<>();
        for (Slot s : wanted) fresh.put(s.name(), new Tensor[] {Tensor.zeros(s.shape()), Tensor.zeros(s.shape())});
        slots = fresh;
    }

    /** True if these are the slots there are. */
    boolean has(List<Slot> wanted) {
        return wanted.size() == slots.size()
                && wanted.stream()
                        .allMatch(s -> slots.containsKey(s.name())
                                && slots.get(s.name())[0].shape().equals(s.shape()));
    }

    String slotNames() {
        return slots.keySet().toString();
    }

    /** The squared norm of the gradient, in chunks of fixed size so that threads do not change it. */
    double squaredNorm(Ops ops) {
        float[] g = gradient.data();
        int n = gradient.size();
        ops.parallel(squares.length, c -> squares[c] = squares(g, c * CHUNK, Math.min(n, (c + 1) * CHUNK)));
        double sum = 0;
        for (double p : squares) sum += p;
        return sum;
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

    void scaleGradient(float factor) {
        float[] g = gradient.data();
        for (int i = 0, n = gradient.size(); i < n; i++) g[i] *= factor;
    }

    /** Which step comes next, and its rate. */
    Parameter at(double stepRate, long number) {
        rate = stepRate;
        step = number;
        return this;
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
        return step;
    }
}
