package org.fascicle.shell;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fascicle.model.Model;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunListener;
import org.fascicle.train.RunSpec;

/** A run that tells two epochs, or one that goes on until it is stopped. */
final class FakeRun implements Run {
    private final FakeModel model;
    private final RunSpec spec;
    private final RunListener listener;
    private final RuntimeException failure;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<String, Double> values = new LinkedHashMap<>();
    private volatile State state = State.RUNNING;

    FakeRun(FakeModel model, RunSpec spec, RunListener listener, RuntimeException failure) {
        this.model = model;
        this.spec = spec;
        this.listener = listener;
        this.failure = failure;
    }

    void finish() {
        tell(RunEvent.Type.STARTED, 0, 0, 0);
        for (int e = 1; e <= 2; e++) {
            values.put("loss", 1.0 / e);
            values.put("accuracy", 0.5);
            tell(RunEvent.Type.BATCH, e, 5, e);
            model.version++;
            tell(RunEvent.Type.EPOCH, e, 0, e);
        }
        values.put("test_loss", 0.25);
        values.put("test_accuracy", 0.875);
        end(failure == null ? State.FINISHED : State.FAILED);
    }

    private void tell(RunEvent.Type type, int epoch, int batch, double seconds) {
        listener.event(
                this,
                new RunEvent(
                        "r1",
                        type,
                        epoch,
                        2,
                        batch,
                        10,
                        epoch * 10L,
                        seconds,
                        epoch * 100L,
                        new LinkedHashMap<>(values),
                        ""));
    }

    private void end(State s) {
        state = s;
        tell(RunEvent.Type.valueOf(s.name()), 2, 0, 2.5);
        ended.countDown();
    }

    @Override
    public String id() {
        return "r1";
    }

    @Override
    public RunSpec spec() {
        return spec;
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public long step() {
        return 20;
    }

    @Override
    public int epoch() {
        return 2;
    }

    @Override
    public Map<String, Double> values() {
        return values;
    }

    @Override
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void stop() {
        end(State.STOPPED);
    }

    @Override
    public boolean await(Duration longest) throws InterruptedException {
        return ended.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
}
