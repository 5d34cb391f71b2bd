package org.fascicle.runtime.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Lease;
import org.fascicle.train.Progress;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run from its start to its end: lends it to the driver piece by piece, and pauses, waits and stops in between. What
 * fails because a plug-in or the driver is missing is done again when that is back. Confined to the run's thread once it runs.
 */
final class RunLoop implements Runnable, Lease {
    private static final Logger log = LoggerFactory.getLogger(RunLoop.class);
    /** How soon a wish is heard while the learner waits for a plug-in, and the model's end while the run is paused. */
    private static final Duration SLICE = Duration.ofMillis(100);
    /** The longest pause between attempts when nothing says what is missing. */
    private static final long LONGEST_DOZE = 1000;

    private final LiveRun run;
    private final RunSpec spec;
    private final Drivers drivers;
    private final Audience audience;
    private final Learner learner;
    private final int batches;
    private final long began = System.nanoTime();
    private Progress progress = Progress.START;
    /** What the step gave that was made from {@link #progress}; null before. */
    private Learner.Result result;

    private List<Origin> providers;
    private String driver;

    /** Checks everything that can be checked before; fails with the reason and leaves nothing if the run cannot work. */
    RunLoop(LiveRun run, Drivers drivers, Audience audience) {
        this.run = run;
        this.drivers = drivers;
        this.audience = audience;
        spec = run.spec();
        driver = drivers.name().orElse("");
        try {
            batches = drivers.check(this);
            learner = run.model().learner(spec.learner());
        } catch (RuntimeException | Error e) {
            drivers.end(this);
            throw e;
        }
        providers = learner.providers();
    }

    /** Ends what was made ready, if the run never begins. */
    void discard() {
        drivers.end(this);
        learner.close();
    }

    @Override
    public String where() {
        return "run " + spec.name();
    }

    @Override
    public RunSpec spec() {
        return spec;
    }

    @Override
    public Model model() {
        return run.model();
    }

    @Override
    public Learner learner() {
        return learner;
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public void progress(Progress next) {
        progress = next;
        result = null;
        run.values(next.values());
        run.position(next.epoch(), learner.steps());
    }

    @Override
    public Learner.Result step(Map<String, Tensor> batch, double rate) {
        if (result == null) result = learner.step(batch, rate);
        return result;
    }

    @Override
    public void tell(RunEvent.Type type, String message) {
        resumed();
        if (type == RunEvent.Type.SWAPPED)
            log.info("Run {} ({}) at step {}: {}", run.id(), spec.name(), learner.steps(), message);
        event(type, message);
    }

    private void event(RunEvent.Type type, String message) {
        Progress p = progress;
        audience.tell(
                run,
                new RunEvent(
                        run.id(),
                        type,
                        p.epoch(),
                        spec.epochs(),
                        p.batch(),
                        batches,
                        learner.steps(),
                        (System.nanoTime() - began) * 1e-9,
                        p.samples(),
                        p.values(),
                        message));
    }

    @Override
    public void run() {
        run.began(Thread.currentThread());
        RunEvent.Type end;
        String message = "";
        try {
            event(RunEvent.Type.STARTED, "");
            drive();
            end = RunEvent.Type.FINISHED;
        } catch (StopRequest e) {
            end = RunEvent.Type.STOPPED;
            message = stopped(e.getMessage());
        } catch (InterruptedException e) {
            end = RunEvent.Type.STOPPED;
            message = stopped("its thread was interrupted");
        } catch (Throwable e) { // Plug-in code may throw anything, and the run must end in order all the same.
            RuntimeException failure = Detached.copy(e);
            run.failed(failure);
            if (!(e instanceof FascicleException))
                log.error("Run {} ({}) failed in a way that nobody foresaw", run.id(), spec.name(), e);
            end = RunEvent.Type.FAILED;
            message = failure.getMessage();
        }
        end(end, message);
    }

    /** Until the run is complete; a plug-in that is missing makes it wait. */
    private void drive() throws StopRequest, InterruptedException {
        int attempts = 0;
        for (boolean more = true; more; ) {
            gate();
            try {
                more = drivers.advance(this);
                attempts = 0;
                resumed();
                swapped();
            } catch (MissingPluginException e) {
                waiting(e.getMessage());
                hold(attempts++);
            }
        }
    }

    /** Tells if other code does the work since the last time. */
    private void swapped() {
        String by = drivers.name().orElse(driver);
        if (!by.equals(driver)) tell(RunEvent.Type.SWAPPED, "driver " + driver + " replaced by " + by);
        driver = by;
        List<Origin> now = learner.providers();
        if (now == providers || now.equals(providers)) return;
        List<Origin> gone = new ArrayList<>(providers), come = new ArrayList<>(now);
        gone.removeAll(now);
        come.removeAll(providers);
        providers = now;
        tell(RunEvent.Type.SWAPPED, texts(gone) + " replaced by " + texts(come));
    }

    private static String texts(List<Origin> origins) {
        return origins.isEmpty()
                ? "nothing"
                : origins.stream().map(Origin::toString).collect(Collectors.joining(", "));
    }

    private void waiting(String why) {
        boolean first = run.state() != Run.State.WAITING;
        if (first || !run.reason().equals(why)) run.state(Run.State.WAITING, why);
        if (!first) return;
        log.warn("Run {} ({}) waits at step {}: {}", run.id(), spec.name(), learner.steps(), why);
        event(RunEvent.Type.WAITING, why);
    }

    /** What was missing is back, if something was. */
    private void resumed() {
        if (run.state() != Run.State.WAITING) return;
        run.state(Run.State.RUNNING, "");
        event(RunEvent.Type.RESUMED, "what was missing is back");
        log.info("Run {} ({}) goes on at step {}", run.id(), spec.name(), learner.steps());
    }

    /** Pauses or stops if that is wished. */
    private void gate() throws StopRequest, InterruptedException {
        if (!run.pausing()) return;
        run.state(Run.State.PAUSED, "");
        event(RunEvent.Type.PAUSED, "");
        // A paused run ends when its model is closed, as any other: then this throws.
        while (!run.awaitResume(SLICE.toMillis())) learner.await(Duration.ZERO);
        run.state(Run.State.RUNNING, "");
        event(RunEvent.Type.RESUMED, "");
    }

    /** Returns when another attempt is worth while, or something is wished. */
    private void hold(int attempt) throws InterruptedException {
        if (!learner.missing().isEmpty()) {
            while (run.going()) {
                if (learner.await(SLICE)) return;
            }
        } else {
            run.doze(Math.min(LONGEST_DOZE, 10L << Math.min(attempt, 7)));
        }
    }

    /** What was learnt so far is not lost. */
    private String stopped(String why) {
        String reason = why.isEmpty() ? "" : why + "; ";
        if (learner.steps() == 0) return reason + "no step was made";
        try {
            learner.publish();
            return reason + "the model has the weights of step " + learner.steps();
        } catch (RuntimeException | LinkageError e) {
            log.warn("Run {} ({}): the weights of step {} were not published", run.id(), spec.name(), run.step(), e);
            return reason + "the weights of step " + run.step() + " were not published: " + e.getMessage();
        }
    }

    private void end(RunEvent.Type type, String message) {
        try {
            learner.close();
        } catch (RuntimeException | LinkageError e) {
            log.warn("Run {} ({}): its learner was not closed", run.id(), spec.name(), e);
        }
        try {
            drivers.end(this);
            run.release();
            run.state(Run.State.valueOf(type.name()), message);
            String words = type.name().toLowerCase(Locale.ROOT) + (message.isEmpty() ? "" : ": " + message);
            log.info("Run {} ({}) after {} steps {}", run.id(), spec.name(), run.step(), words);
            event(type, message);
        } finally {
            run.ended();
        }
    }
}
