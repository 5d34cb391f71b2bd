package org.fascicle.trainer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fascicle.data.Table;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.Changes;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.RunDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.train.Run;
import org.fascicle.train.RunListener;
import org.fascicle.train.RunSpec;
import org.fascicle.train.Trainer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives learners of this framework, each run on a thread of its own. Ended runs are remembered, the newest {@value #REMEMBERED} of
 * them, without their data. Immediate, for runs go on when nobody holds the service. When the component goes, its runs stop between two steps. Thread-safe.
 */
@Component(
        immediate = true,
        service = {Trainer.class, RuntimePart.class})
public final class LocalTrainer implements Trainer, RuntimePart {
    private static final Logger log = LoggerFactory.getLogger(LocalTrainer.class);
    private static final int REMEMBERED = 100;
    /** How long the end of this component waits for its runs to come to the end of their steps. */
    private static final Duration FAREWELL = Duration.ofSeconds(4);

    private final Plugins plugins;
    private final List<RunListener> listeners = new CopyOnWriteArrayList<>();
    private final Changes changes = new Changes();
    // Guarded by the list's monitor.
    private final List<TrainingRun> runs = new ArrayList<>();
    private long started;
    private boolean closed;

    @Activate
    public LocalTrainer(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(RunListener l) {
        listeners.add(l);
    }

    void removeListener(RunListener l) {
        listeners.remove(l);
    }

    @Override
    public Run start(Model model, RunSpec spec, RunListener... own) {
        TrainingRun run = new TrainingRun(nextId(), model, spec, changes::made);
        Parts parts = new Parts(plugins, run::wake);
        try {
            TrainingLoop loop = new TrainingLoop(run, parts, new Audience(List.of(own), listeners));
            try {
                launch(run, loop);
            } catch (RuntimeException | Error e) {
                loop.discard();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            parts.close();
            throw e;
        }
        return run;
    }

    private String nextId() {
        synchronized (runs) {
            return Long.toString(++started);
        }
    }

    private void launch(TrainingRun run, TrainingLoop loop) {
        // No inherited thread-locals: they would keep the starter's objects alive.
        Thread t = new Thread(null, loop, "fascicle-run-" + run.id(), 0, false);
        t.setDaemon(true);
        t.setContextClassLoader(LocalTrainer.class.getClassLoader());
        synchronized (runs) {
            if (closed) throw new IllegalStateException("trainer: it has been stopped; get the Trainer service anew");
            t.start();
            runs.add(0, run);
            forget();
        }
        changes.made();
        log.info(
                "Run {} ({}) of model {} starts",
                run.id(),
                run.spec().name(),
                run.model().name());
    }

    private void forget() {
        int ended = 0;
        for (TrainingRun r : runs) {
            if (r.state().ended()) ended++;
        }
        for (int i = runs.size() - 1; ended > REMEMBERED; i--) {
            if (runs.get(i).state().ended()) {
                runs.remove(i);
                ended--;
            }
        }
    }

    @Override
    public Evaluation evaluate(Model model, Table table, List<Map<String, Object>> metrics, int batchSize) {
        String where = "evaluation of " + model.name();
        if (batchSize < 1) throw new ConfigException(where + ": the batch size must be at least 1, got " + batchSize);
        try (Parts parts = new Parts(plugins, () -> {})) {
            Binding binding = new Binding(where, model.name(), model.spec(), table, false);
            List<Meter> meters = Meter.of(where, model, metrics, binding, parts);
            double loss = predict(model, new Batches(table, binding), meters, batchSize);
            Map<String, Double> values = new LinkedHashMap<>();
            Map<String, double[][]> tables = new LinkedHashMap<>();
            if (binding.complete() && table.size() > 0) values.put("loss", loss / table.size());
            for (Meter m : meters) {
                values.put(m.name(), m.value());
                m.table().ifPresent(t -> tables.put(m.name(), t));
            }
            return new Evaluation(
                    table.size(), Collections.unmodifiableMap(values), Collections.unmodifiableMap(tables));
        }
    }

    /** Fills the meters and gives the sum of the samples' losses. */
    private static double predict(Model model, Batches batches, List<Meter> meters, int size) {
        int[] rows = new Order(batches.samples()).rows();
        double loss = 0;
        for (int from = 0; from < rows.length; from += size) {
            Batches.Batch b = batches.fill(rows, from, Math.min(size, rows.length - from));
            Learner.Result r = model.evaluate(b.fed());
            loss += r.loss() * b.size();
            for (Meter m : meters) m.add(r.outputs(), b.all());
        }
        return loss;
    }

    @Override
    public List<Run> runs() {
        synchronized (runs) {
            return List.copyOf(runs);
        }
    }

    @Override
    public Optional<Run> find(String id) {
        return runs().stream().filter(r -> r.id().equals(id)).findFirst();
    }

    @Override
    public void fill(RuntimeDTO dto) {
        List<TrainingRun> all;
        synchronized (runs) {
            all = List.copyOf(runs);
        }
        for (TrainingRun r : all) dto.runs.add(describe(r));
    }

    private static RunDTO describe(TrainingRun r) {
        RunDTO d = new RunDTO();
        d.id = r.id();
        d.name = r.spec().name();
        d.model = r.model().name();
        d.state = r.state().name();
        d.epoch = r.epoch();
        d.epochs = r.spec().epochs();
        d.step = r.step();
        d.reason = r.reason();
        return d;
    }

    @Override
    public long changeCount() {
        return changes.count();
    }

    @Override
    public Plugins.Watch watch(Runnable changed) {
        return changes.watch(changed);
    }

    /** Stops all runs between two steps; what they have learnt is published. */
    @Deactivate
    void close() {
        List<TrainingRun> all;
        synchronized (runs) {
            closed = true;
            all = List.copyOf(runs);
        }
        for (TrainingRun r : all) r.stop("the trainer was stopped");
        long deadline = System.nanoTime() + FAREWELL.toNanos();
        for (TrainingRun r : all) {
            try {
                if (!r.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                    log.warn(
                            "Run {} ({}) is still in a step and stops after it",
                            r.id(),
                            r.spec().name());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
