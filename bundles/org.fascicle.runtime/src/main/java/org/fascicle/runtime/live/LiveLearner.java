package org.fascicle.runtime.live;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Origin;
import org.fascicle.runtime.graph.Training;
import org.fascicle.tensor.Tensor;

/** A model while it learns: the numbers are {@link Training}'s, the code is the engine's. */
final class LiveLearner implements Learner {
    private final LiveModel model;
    private final LearnerSpec spec;
    private final Engine engine;
    private final Training training;
    private final double rate;
    private volatile boolean closed;
    /** The generation whose optimizer has been fitted to the slots; weakly, for its code may leave. */
    private WeakReference<Generation> fitted = new WeakReference<>(null);

    LiveLearner(LiveModel model, LearnerSpec spec, Engine engine, Generation first, Training training) {
        this.model = model;
        this.spec = spec;
        this.engine = engine;
        this.training = training;
        training.slots(first.rule.orElseThrow());
        rate = first.rule.get().rate();
    }

    Engine engine() {
        return engine;
    }

    @Override
    public long steps() {
        return training.steps();
    }

    @Override
    public double rate() {
        return rate;
    }

    @Override
    public synchronized Result step(Map<String, Tensor> batch, double stepRate) {
        open();
        return engine.stage().run(Duration.ZERO, g -> {
            fit(g);
            return training.step(g.program, g.rule.orElseThrow(), batch, stepRate, spec.clipNorm(), g.pins::closed);
        });
    }

    @SuppressWarnings("ReferenceEquality")
    private void fit(Generation g) {
        if (fitted.get() == g) return;
        training.slots(g.rule.orElseThrow());
        fitted = new WeakReference<>(g);
    }

    @Override
    public synchronized Result evaluate(Map<String, Tensor> batch) {
        open();
        return engine.stage().run(Duration.ZERO, g -> training.evaluate(g.program, batch, g.pins::closed));
    }

    @Override
    public synchronized void publish() {
        open();
        model.publish(training);
    }

    @Override
    public List<Origin> missing() {
        return engine.missing();
    }

    @Override
    public boolean await(Duration longest) throws InterruptedException {
        open();
        if (engine.stage().await(longest)) return true;
        // Said, not waited for: what is closed never comes back.
        open();
        return false;
    }

    @Override
    public List<Origin> providers() {
        return engine.origins();
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        engine.stage().end();
        model.ended(this);
    }

    private void open() {
        if (closed) throw new FascicleException(model.name() + ": this learner is closed; ask the model for a new one");
    }

    /** What a model must have to learn. */
    static void check(LiveModel model) {
        if (model.spec().losses().isEmpty()) {
            throw new ConfigException(model.name()
                    + ": it has no loss to learn by; add \"loss\", e.g. \"sparse_categorical_crossentropy\"");
        }
    }
}
