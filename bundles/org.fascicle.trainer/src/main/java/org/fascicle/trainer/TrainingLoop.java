package org.fascicle.trainer;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.fascicle.data.Table;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunSpec;
import org.fascicle.train.Schedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one run: epochs, batches, validation, test. Everything that may wait for a plug-in goes through {@link #persist},
 * which repeats it until it succeeds. Confined to the run's thread once it runs.
 */
final class TrainingLoop implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(TrainingLoop.class);
    /** How soon a wish is heard while the learner waits for a plug-in. */
    private static final Duration SLICE = Duration.ofMillis(100);
    /** The longest pause between attempts when nothing says what is missing. */
    private static final long LONGEST_DOZE = 1000;

    private final TrainingRun run;
    private final RunSpec spec;
    private final Learner learner;
    private final Parts parts;
    private final Report report;
    private final List<Meter> meters;
    private final Optional<Part<Schedule>> schedule;
    private final boolean byEpoch;
    private final Batches training;
    private final Batches testing;
    private final Order order;
    private final int[] held;
    private final int[] tests;

    private List<Origin> providers;

    /** Something that may need a plug-in that is not there. */
    private interface Attempt<T> {
        T make();
    }

    /** Checks everything that can be checked before; {@link ConfigException} or {@link MissingPluginException} if it cannot work. */
    TrainingLoop(TrainingRun run, Parts parts, Audience audience) {
        this.run = run;
        this.parts = parts;
        spec = run.spec();
        Model model = run.model();
        String where = "run " + spec.name();
        check(where, model);
        Table table = spec.data().train();
        int train = table.size() - held(table.size());
        if (train == 0) {
            throw new ConfigException(where + ": the training data has " + table.size() + " samples, and validation = "
                    + spec.validation() + " leaves none to train on");
        }
        Binding binding = new Binding(where, model.name(), model.spec(), table, true);
        meters = Meter.of(where, model, spec.metrics(), binding, parts);
        schedule = schedule(where);
        byEpoch = spec.schedule().map(s -> unit(where, s)).orElse(false);
        training = new Batches(table, binding);
        testing = new Batches(spec.data().test(), binding);
        order = new Order(train);
        held = rows(train, table.size());
        tests = rows(0, spec.data().test().size());
        report = new Report(run, audience, (train + spec.batchSize() - 1) / spec.batchSize());
        learner = model.learner(spec.learner());
        providers = learner.providers();
    }

    private void check(String where, Model model) {
        if (spec.epochs() < 1) throw new ConfigException(where + ": epochs must be at least 1, got " + spec.epochs());
        if (spec.batchSize() < 1)
            throw new ConfigException(where + ": the batch size must be at least 1, got " + spec.batchSize());
        if (!(spec.validation() >= 0 && spec.validation() < 1)) {
            throw new ConfigException(where + ": validation must be from 0 to below 1, got " + spec.validation());
        }
        if (model.spec().losses().isEmpty()) {
            throw new ConfigException(
                    where + ": " + model.name() + " has no loss to learn by; add \"losses\" to the model");
        }
    }

    /** How many samples are held back: those from {@code floor(n * (1 - validation))} on, as Keras does. */
    private int held(int n) {
        return n - (int) Math.floor(n * (1 - spec.validation()));
    }

    private Optional<Part<Schedule>> schedule(String where) {
        return spec.schedule().map(s -> {
            Map<String, Object> options = new LinkedHashMap<>(s);
            options.remove("unit");
            boolean pinned = spec.learner().providers() == LearnerSpec.Providers.PINNED;
            return parts.make(Kind.SCHEDULE, Schedule.class, where + ": schedule", options, pinned);
        });
    }

    private static boolean unit(String where, Map<String, Object> schedule) {
        Object unit = schedule.getOrDefault("unit", "step");
        if (unit.equals("epoch")) return true;
        if (unit.equals("step")) return false;
        throw new ConfigException(where + ": unit of the schedule must be step or epoch, got " + unit);
    }

    private static int[] rows(int from, int to) {
        int[] rows = new int[to - from];
        for (int i = 0; i < rows.length; i++) rows[i] = from + i;
        return rows;
    }

    /** Ends what was made ready, if the run never begins. */
    void discard() {
        learner.close();
    }

    @Override
    public void run() {
        run.began(Thread.currentThread());
        RunEvent.Type end;
        String message = "";
        try {
            report.tell(RunEvent.Type.STARTED, "");
            train();
            test();
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
            parts.close();
            run.release();
            run.state(Run.State.valueOf(type.name()), message);
            String words = type.name().toLowerCase(Locale.ROOT) + (message.isEmpty() ? "" : ": " + message);
            log.info("Run {} ({}) after {} steps {}", run.id(), spec.name(), run.step(), words);
            report.tell(type, message);
        } finally {
            run.ended();
        }
    }

    private void train() throws StopRequest, InterruptedException {
        for (int epoch = 1; epoch <= spec.epochs(); epoch++) {
            report.epoch(epoch);
            if (spec.shuffle()) order.shuffle(spec.learner().seed(), epoch);
            epoch(epoch);
            report.betweenBatches();
            if (held.length > 0) measure("val_", training, held);
            persist(() -> {
                learner.publish();
                return true;
            });
            report.tell(RunEvent.Type.EPOCH, "");
        }
    }

    private void epoch(int epoch) throws StopRequest, InterruptedException {
        int n = order.rows().length, size = spec.batchSize();
        double loss = 0;
        meters.forEach(Meter::reset);
        for (int from = 0; from < n; from += size) {
            report.batch();
            Batches.Batch b = training.fill(order.rows(), from, Math.min(size, n - from));
            Learner.Result r = step(b, epoch);
            loss += r.loss() * b.size();
            report.number("loss", loss / (from + b.size()));
            add(r, b);
            for (Meter m : meters) report.number(m.name(), persist(m::value));
            report.tell(RunEvent.Type.BATCH, "");
        }
    }

    private Learner.Result step(Batches.Batch b, int epoch) throws StopRequest, InterruptedException {
        double rate = schedule.isEmpty() ? learner.rate() : persist(() -> rate(epoch));
        Learner.Result r = persist(() -> learner.step(b.fed(), rate));
        report.step(learner.steps(), b.size());
        List<Origin> now = learner.providers();
        if (now != providers && !now.equals(providers)) {
            report.swapped(providers, now);
            providers = now;
        }
        schedule.flatMap(Part::change).ifPresent(report::swapped);
        return r;
    }

    private double rate(int epoch) {
        long t = byEpoch ? epoch - 1 : learner.steps();
        return schedule.orElseThrow().use(s -> s.rate(learner.rate(), t));
    }

    private void test() throws StopRequest, InterruptedException {
        if (spec.testing() && tests.length > 0) measure("test_", testing, tests);
    }

    private void add(Learner.Result r, Batches.Batch b) throws StopRequest, InterruptedException {
        for (Meter m : meters) {
            persist(() -> {
                m.add(r.outputs(), b.all());
                return true;
            });
            m.change().ifPresent(c -> report.swapped(c + "; " + m.name() + " begins anew"));
        }
    }

    /** Loss and metrics of these rows on the weights as they are. */
    private void measure(String prefix, Batches table, int[] rows) throws StopRequest, InterruptedException {
        double loss = 0;
        meters.forEach(Meter::reset);
        for (int from = 0; from < rows.length; from += spec.batchSize()) {
            Batches.Batch b = table.fill(rows, from, Math.min(spec.batchSize(), rows.length - from));
            Learner.Result r = persist(() -> learner.evaluate(b.fed()));
            loss += r.loss() * b.size();
            add(r, b);
        }
        report.number(prefix + "loss", loss / rows.length);
        for (Meter m : meters) report.number(prefix + m.name(), persist(m::value));
    }

    /** Does it, if need be again and again: a plug-in that is missing makes the run wait, and what failed changed nothing. */
    private <T> T persist(Attempt<T> work) throws StopRequest, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            gate();
            try {
                T result = work.make();
                if (run.state() == Run.State.WAITING) {
                    run.state(Run.State.RUNNING, "");
                    report.tell(RunEvent.Type.RESUMED, "what was missing is back");
                    log.info("Run {} ({}) goes on at step {}", run.id(), spec.name(), learner.steps());
                }
                return result;
            } catch (MissingPluginException e) {
                boolean first = run.state() != Run.State.WAITING;
                if (first || !run.reason().equals(e.getMessage())) run.state(Run.State.WAITING, e.getMessage());
                if (first) {
                    log.warn(
                            "Run {} ({}) waits at step {}: {}", run.id(), spec.name(), learner.steps(), e.getMessage());
                    report.tell(RunEvent.Type.WAITING, e.getMessage());
                }
                hold(attempt);
            }
        }
    }

    /** Pauses or stops if that is wished. */
    private void gate() throws StopRequest, InterruptedException {
        if (!run.pausing()) return;
        run.state(Run.State.PAUSED, "");
        report.tell(RunEvent.Type.PAUSED, "");
        run.awaitResume();
        run.state(Run.State.RUNNING, "");
        report.tell(RunEvent.Type.RESUMED, "");
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
}
