package org.fascicle.runtime.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Origin;
import org.fascicle.runtime.dto.ShadowDTO;
import org.fascicle.runtime.graph.States;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.tensor.Tensor;

/** A second provider of a node: an engine of its own, and a short queue of predictions to compute once more. Thread-safe. */
final class LiveShadow implements Shadow {
    /** So many predictions may wait, each with copies of its inputs and outputs; more are skipped. */
    private static final int QUEUE = 8;

    private final LiveModel model;
    private final Substitution substitution;
    private final Engine engine;
    private final Executor thread;
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicLong skipped = new AtomicLong();
    private volatile boolean closed;
    // Guarded by this object's monitor, under which nobody else's code runs.
    private Tally tally = new Tally(List.of(), List.of());

    /** A prediction as it was answered. Nothing of it belongs to anybody else. */
    private record Sample(
            Map<String, Tensor> inputs,
            Optional<Map<String, Tensor[]>> states,
            WeightSet weights,
            Map<String, Tensor> answers,
            Map<String, List<Origin>> parts,
            long nanos) {}

    LiveShadow(LiveModel model, Substitution substitution, Engine engine, Executor thread) {
        this.model = model;
        this.substitution = substitution;
        this.engine = engine;
        this.thread = thread;
    }

    @Override
    public String node() {
        return substitution.node();
    }

    @Override
    public String provider() {
        return substitution.provider();
    }

    Engine engine() {
        return engine;
    }

    /** Called by who predicts, before the answer is given away; session states are as they were before. */
    void offer(
            Generation g,
            WeightSet weights,
            Map<String, Tensor> inputs,
            Optional<Map<String, Tensor[]>> session,
            Map<String, Tensor> answers,
            long nanos) {
        if (closed) return;
        if (!engine.stage().ready() || queued.get() >= QUEUE) {
            skipped.incrementAndGet();
            return;
        }
        queued.incrementAndGet();
        Sample s = new Sample(
                copies(inputs), session.map(States::before), weights, copies(answers), g.originsByPart, nanos);
        try {
            thread.execute(() -> {
                queued.decrementAndGet();
                if (!closed) compute(s);
            });
        } catch (RejectedExecutionException e) {
            // The runtime stops, and this with it.
            queued.decrementAndGet();
            skipped.incrementAndGet();
        }
    }

    private static Map<String, Tensor> copies(Map<String, Tensor> tensors) {
        Map<String, Tensor> m = new LinkedHashMap<>();
        tensors.forEach((k, t) -> m.put(k, t.copy()));
        return m;
    }

    private void compute(Sample s) {
        try {
            if (engine.stage().now(g -> comparable(s, g) && compare(s, g)).isEmpty()) skipped.incrementAndGet();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            String why = e instanceof FascicleException ? e.getMessage() : e.toString();
            synchronized (this) {
                tally.failed(why);
            }
        }
    }

    /** Other code elsewhere would count as a difference here: for a moment after a swap, one of the two is ahead. */
    private boolean comparable(Sample s, Generation g) {
        boolean same = s.parts().keySet().equals(g.originsByPart.keySet())
                && s.parts().entrySet().stream()
                        .allMatch(
                                e -> e.getKey().equals(node()) || e.getValue().equals(g.originsByPart.get(e.getKey())));
        if (!same) skipped.incrementAndGet();
        return same;
    }

    private boolean compare(Sample s, Generation g) {
        begin(s.parts().get(node()), g.originsByPart.get(node()));
        long began = System.nanoTime();
        Map<String, Tensor> y = g.program.predict(s.weights(), s.inputs(), s.states(), g.pins::closed);
        long nanos = System.nanoTime() - began;
        synchronized (this) {
            tally.compared(s.answers(), y, s.nanos(), nanos);
        }
        return true;
    }

    /** Numbers of different code are not mixed. */
    synchronized void begin(List<Origin> active, List<Origin> shadow) {
        if (tally.of(active, shadow)) return;
        tally = new Tally(active, shadow);
        skipped.set(0);
    }

    @Override
    public Report report() {
        boolean waiting = !closed && !engine.stage().ready();
        State state = closed ? State.CLOSED : waiting ? State.WAITING : State.COMPARING;
        String why = waiting ? engine.stage().failure().orElse("its plug-ins are being looked up") : "";
        synchronized (this) {
            return tally.report(state, why, skipped.get());
        }
    }

    ShadowDTO describe() {
        Report r = report();
        ShadowDTO d = new ShadowDTO();
        d.node = node();
        d.provider = provider();
        d.state = r.state().name();
        d.reason = r.reason();
        d.compared = r.compared();
        d.skipped = r.skipped();
        d.failed = r.failed();
        d.absolute = r.difference().absolute();
        d.relative = r.difference().relative();
        d.flips = r.flips();
        d.activeNanos = r.activeTime().toNanos();
        d.shadowNanos = r.shadowTime().toNanos();
        return d;
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        model.shadowing().ended(this);
    }
}
