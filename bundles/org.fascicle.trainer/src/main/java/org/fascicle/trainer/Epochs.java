package org.fascicle.trainer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.fascicle.data.Table;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.fascicle.train.Driver;
import org.fascicle.train.Lease;
import org.fascicle.train.Progress;
import org.fascicle.train.Progress.Phase;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunSpec;
import org.fascicle.train.Schedule;

/**
 * Drives one run, from wherever it stands. Each piece of work ends with the run moving on, which is all that is kept of it;
 * so a piece that fails half-way is done again. Confined to the run's thread, but for {@link #close}.
 */
final class Epochs implements Driver.Drive {
    private static final String SCHEDULE = "schedule";

    private final Lease run;
    private final RunSpec spec;
    private final Parts parts;
    private final Consumer<Epochs> closing;
    private final Meters meters;
    private final Optional<Part<Schedule>> schedule;
    private final boolean byEpoch;
    private final Augmentations augmentations;
    private final Batches training;
    private final Batches testing;
    private final Order order;
    private final int[] held;
    private final int[] tests;
    /** The epoch that the order is of. */
    private int shuffled;

    /** Checks everything that can be checked before; {@code ConfigException} or {@code MissingPluginException} if it cannot work. */
    Epochs(Lease run, Parts parts, Consumer<Epochs> closing) {
        this.run = run;
        this.parts = parts;
        this.closing = closing;
        spec = run.spec();
        check();
        Table table = spec.data().train();
        int train = table.size() - held(table.size());
        if (train == 0) {
            throw new ConfigException(run.where() + ": the training data has " + table.size()
                    + " samples, and validation = " + spec.validation() + " leaves none to train on");
        }
        Binding binding =
                new Binding(run.where(), run.model().name(), run.model().spec(), table, true);
        meters = new Meters(run.where(), run.model(), spec.metrics(), binding, parts);
        schedule = schedule();
        augmentations = new Augmentations(run, table.columns(), parts);
        byEpoch = spec.schedule().map(this::byEpoch).orElse(false);
        training = new Batches(table, binding);
        testing = new Batches(spec.data().test(), binding);
        order = new Order(train);
        held = rows(train, table.size());
        tests = rows(0, spec.data().test().size());
    }

    private void check() {
        String where = run.where();
        if (spec.epochs() < 1) throw new ConfigException(where + ": epochs must be at least 1, got " + spec.epochs());
        if (spec.batchSize() < 1)
            throw new ConfigException(where + ": the batch size must be at least 1, got " + spec.batchSize());
        if (!(spec.validation() >= 0 && spec.validation() < 1)) {
            throw new ConfigException(where + ": validation must be from 0 to below 1, got " + spec.validation());
        }
        if (run.model().spec().losses().isEmpty()) {
            throw new ConfigException(
                    where + ": " + run.model().name() + " has no loss to learn by; add \"losses\" to the model");
        }
    }

    /** How many samples are held back: those from {@code floor(n * (1 - validation))} on, as Keras does. */
    private int held(int n) {
        return n - (int) Math.floor(n * (1 - spec.validation()));
    }

    private Optional<Part<Schedule>> schedule() {
        return spec.schedule().map(s -> {
            Map<String, Object> options = new LinkedHashMap<>(s);
            options.remove("unit");
            return parts.make(
                    Kind.SCHEDULE,
                    Schedule.class,
                    run.where() + ": schedule",
                    options,
                    pinned(run),
                    Optional.ofNullable(run.progress().parts().get(SCHEDULE)));
        });
    }

    static boolean pinned(Lease run) {
        return run.spec().learner().providers() == LearnerSpec.Providers.PINNED;
    }

    private boolean byEpoch(Map<String, Object> options) {
        Object unit = options.getOrDefault("unit", "step");
        if (unit.equals("epoch")) return true;
        if (unit.equals("step")) return false;
        throw new ConfigException(run.where() + ": unit of the schedule must be step or epoch, got " + unit);
    }

    private static int[] rows(int from, int to) {
        int[] rows = new int[to - from];
        for (int i = 0; i < rows.length; i++) rows[i] = from + i;
        return rows;
    }

    @Override
    public boolean advance() {
        Progress p = run.progress();
        switch (p.phase()) {
            case START -> begin(p);
            case TRAINING -> train(p);
            case VALIDATION -> measure(p, "val_", training, held, Phase.PUBLISHING);
            case PUBLISHING -> publish(p);
            case TEST -> measure(p, "test_", testing, tests, Phase.END);
            case END -> {}
        }
        return run.progress().phase() != Phase.END;
    }

    private void begin(Progress p) {
        boolean more = p.epoch() < spec.epochs();
        run.progress(
                more
                        ? p.begin(Phase.TRAINING, p.epoch() + 1)
                        : p.begin(spec.testing() && tests.length > 0 ? Phase.TEST : Phase.END, p.epoch()));
    }

    private void train(Progress p) {
        int n = order.rows().length;
        if (p.rows() == n) {
            run.progress(p.begin(held.length > 0 ? Phase.VALIDATION : Phase.PUBLISHING, p.epoch()));
            return;
        }
        if (spec.shuffle() && shuffled != p.epoch()) {
            order.shuffle(spec.learner().seed(), p.epoch());
            shuffled = p.epoch();
        }
        int size = Math.min(spec.batchSize(), n - p.rows());
        Batches.Batch b = training.fill(order.rows(), p.rows(), size);
        training.augment(b, augmentations, p.epoch(), order.rows(), p.rows());
        Learner.Result r = run.step(b.fed(), rate(p.epoch()));
        int rows = p.rows() + size;
        double loss = p.loss() + r.loss() * size;
        List<Progress.Sum> sums = meters.add(p.sums(), r.outputs(), b.all());
        Map<String, Double> values = new LinkedHashMap<>(p.values());
        values.put("loss", loss / rows);
        meters.values("", sums, values);
        run.progress(new Progress(
                Phase.TRAINING, p.epoch(), rows, loss, sums, p.batch() + 1, p.samples() + size, providers(), values));
        schedule.flatMap(Part::change).ifPresent(this::swapped);
        augmentations.changes().forEach(this::swapped);
        meters.changes().forEach(this::swapped);
        run.tell(RunEvent.Type.BATCH, "");
    }

    private Map<String, Origin> providers() {
        Map<String, Origin> all = new LinkedHashMap<>();
        schedule.flatMap(Part::origin).ifPresent(o -> all.put(SCHEDULE, o));
        augmentations.origins(all);
        return all;
    }

    @Override
    public int batches() {
        return (order.rows().length + spec.batchSize() - 1) / spec.batchSize();
    }

    private void swapped(String what) {
        run.tell(RunEvent.Type.SWAPPED, what);
    }

    private double rate(int epoch) {
        double rate = run.learner().rate();
        long t = byEpoch ? epoch - 1 : run.learner().steps();
        return schedule.map(s -> s.use(x -> x.rate(rate, t))).orElse(rate);
    }

    /** Loss and metrics of these rows on the weights as they are, a batch at a time. */
    private void measure(Progress p, String prefix, Batches table, int[] rows, Phase next) {
        int size = Math.min(spec.batchSize(), rows.length - p.rows()), done = p.rows() + size;
        Batches.Batch b = table.fill(rows, p.rows(), size);
        Learner.Result r = run.learner().evaluate(b.fed());
        double loss = p.loss() + r.loss() * size;
        List<Progress.Sum> sums = meters.add(p.sums(), r.outputs(), b.all());
        Map<String, Double> values = new LinkedHashMap<>(p.values());
        boolean all = done == rows.length;
        if (all) {
            values.put(prefix + "loss", loss / done);
            meters.values(prefix, sums, values);
        }
        Progress q = new Progress(p.phase(), p.epoch(), done, loss, sums, 0, p.samples(), p.parts(), values);
        run.progress(all ? q.begin(next, p.epoch()) : q);
        meters.changes().forEach(this::swapped);
    }

    private void publish(Progress p) {
        run.learner().publish();
        run.progress(p.begin(Phase.START, p.epoch()));
        run.tell(RunEvent.Type.EPOCH, "");
    }

    @Override
    public void close() {
        closing.accept(this);
        parts.close();
    }
}
