package org.fascicle.runtime.run;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.fascicle.model.Model;
import org.fascicle.train.Run;
import org.fascicle.train.RunSpec;

/** What is known and wished of a run, by any thread; the run's own thread acts on it between steps. Thread-safe. */
final class LiveRun implements Run {
    private enum Wish {
        GO,
        PAUSE,
        STOP
    }

    private final String id;
    private final Model model;
    private final LongConsumer changed;
    private final CountDownLatch end = new CountDownLatch(1);

    private volatile RunSpec spec;
    private volatile State state = State.RUNNING;
    private volatile String reason = "";
    private volatile long step;
    private volatile int epoch;
    private volatile Map<String, Double> values = Map.of();
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private volatile Wish wish = Wish.GO;
    private volatile Thread thread;
    // Guarded by this object's monitor.
    private String stopReason = "";
    private boolean woken;

    /** @param changed told the number of things that changed, whenever something did */
    LiveRun(String id, Model model, RunSpec spec, LongConsumer changed) {
        this.id = id;
        this.model = model;
        this.spec = spec;
        this.changed = changed;
    }

    @Override
    public String id() {
        return id;
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
        return step;
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public Map<String, Double> values() {
        return values;
    }

    @Override
    public Optional<RuntimeException> failure() {
        return failure;
    }

    /** What it waits for or why it ended; else empty. */
    String reason() {
        return reason;
    }

    @Override
    public synchronized void pause() {
        if (wish == Wish.GO) wish(Wish.PAUSE);
    }

    @Override
    public synchronized void resume() {
        if (wish == Wish.PAUSE) wish(Wish.GO);
    }

    @Override
    public void stop() {
        stop("");
    }

    /** Stops for a reason that people are told. */
    synchronized void stop(String why) {
        if (wish == Wish.STOP) return;
        stopReason = why;
        wish(Wish.STOP);
    }

    private synchronized void wish(Wish w) {
        wish = w;
        notifyAll();
    }

    @Override
    public boolean await(Duration longest) throws InterruptedException {
        // A listener runs on the run's own thread: waiting there for the end would never end.
        if (Thread.currentThread() == thread) return state.ended();
        return end.await(nanos(longest), TimeUnit.NANOSECONDS);
    }

    private static long nanos(Duration d) {
        try {
            return d.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE; // longer than 292 years
        }
    }

    // From here on for the run's own thread, except wake.

    void began(Thread t) {
        thread = t;
    }

    /** True if somebody wishes it to pause. */
    boolean pausing() throws StopRequest {
        if (wish == Wish.STOP) stopNow();
        return wish == Wish.PAUSE;
    }

    private synchronized void stopNow() throws StopRequest {
        throw new StopRequest(stopReason);
    }

    /** Returns when it may go on, or time is up: then false. */
    synchronized boolean awaitResume(long millis) throws StopRequest, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; pausing(); left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            if (left <= 0) return false;
            wait(left);
        }
        return true;
    }

    /** True as long as nobody wishes otherwise. */
    boolean going() {
        return wish == Wish.GO;
    }

    /** Returns when a plug-in has come, somebody wishes something, or time is up. */
    synchronized void doze(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis;
                left > 0 && !woken && going();
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) wait(left);
        woken = false;
    }

    /** A plug-in or driver has come: look again. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    void state(State s, String why) {
        reason = why;
        state = s;
        changed.accept(1);
    }

    void position(int atEpoch, long atStep) {
        long before = epoch + step;
        epoch = atEpoch;
        step = atStep;
        changed.accept(Math.max(1, atEpoch + atStep - before));
    }

    void values(Map<String, Double> v) {
        values = v;
    }

    void failed(RuntimeException e) {
        failure = Optional.of(e);
    }

    /** Lets go of the data: an ended run is only remembered. */
    void release() {
        RunSpec s = spec;
        spec = new RunSpec(
                s.name(),
                Released.of(id, s.data()),
                s.learner(),
                s.schedule(),
                s.augmentation(),
                s.metrics(),
                s.epochs(),
                s.batchSize(),
                s.shuffle(),
                s.validation(),
                s.testing());
    }

    void ended() {
        // Since Java 19 a dead thread keeps its task, and with it the data: a run outlives both.
        thread = null;
        end.countDown();
    }
}
