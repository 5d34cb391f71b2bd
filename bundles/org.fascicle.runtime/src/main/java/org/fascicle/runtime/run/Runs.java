package org.fascicle.runtime.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.Changes;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.RunDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.train.Driver;
import org.fascicle.train.Run;
import org.fascicle.train.RunListener;
import org.fascicle.train.RunSpec;
import org.fascicle.train.Trainer;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of this framework, each on a thread of its own. What a run does, the {@link Driver} there is decides; it may go and come
 * back while runs go on. Ended runs are remembered, the newest {@value #REMEMBERED} of them, without their data. Immediate,
 * for runs go on when nobody holds the service. When the component goes, its runs stop between two steps. Thread-safe.
 */
@Component(
        immediate = true,
        service = {Trainer.class, RuntimePart.class},
        // Runs end before the models that they teach.
        reference = @Reference(name = "models", service = Models.class))
public final class Runs implements Trainer, RuntimePart {
    private static final Logger log = LoggerFactory.getLogger(Runs.class);
    private static final int REMEMBERED = 100;
    /** How long the end of this component waits for its runs to come to the end of their steps. */
    private static final Duration FAREWELL = Duration.ofSeconds(4);
    /** How long a driver that leaves waits for a piece of work: below the five seconds after which DS reports an error. */
    private static final Duration DRAIN = Duration.ofSeconds(2);
    /** How long an evaluation waits for a driver that is being updated. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Plugins.Watch watch;
    private final Drivers drivers = new Drivers(DRAIN, this::wake);
    private final List<RunListener> listeners = new CopyOnWriteArrayList<>();
    private final Changes changes = new Changes();
    // Guarded by the list's monitor.
    private final List<LiveRun> runs = new ArrayList<>();
    private long started;
    private boolean closed;

    @Activate
    public Runs(@Reference Plugins plugins) {
        watch = plugins.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                wake();
            }
        });
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(RunListener l) {
        listeners.add(l);
    }

    void removeListener(RunListener l) {
        listeners.remove(l);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void addDriver(Driver driver, ServiceReference<Driver> from) {
        Bundle b = from.getBundle();
        drivers.come(b.getSymbolicName() + " " + b.getVersion(), driver);
    }

    Drivers drivers() {
        return drivers;
    }

    void removeDriver(Driver driver) {
        drivers.leave(driver);
    }

    @Override
    public Run start(Model model, RunSpec spec, RunListener... own) {
        LiveRun run = new LiveRun(nextId(), model, spec, changes::made);
        RunLoop loop = new RunLoop(run, drivers, new Audience(List.of(own), listeners));
        try {
            launch(run, loop);
        } catch (RuntimeException | Error e) {
            loop.discard();
            throw e;
        }
        return run;
    }

    /** Something has come: whoever waits looks again. */
    private void wake() {
        synchronized (runs) {
            runs.forEach(LiveRun::wake);
        }
    }

    private String nextId() {
        synchronized (runs) {
            return Long.toString(++started);
        }
    }

    private void launch(LiveRun run, RunLoop loop) {
        // No inherited thread-locals: they would keep the starter's objects alive.
        Thread t = new Thread(null, loop, "fascicle-run-" + run.id(), 0, false);
        t.setDaemon(true);
        t.setContextClassLoader(Runs.class.getClassLoader());
        synchronized (runs) {
            if (closed)
                throw new IllegalStateException("trainer: the runtime has been stopped; get the Trainer service anew");
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
        for (LiveRun r : runs) {
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
        return drivers.ask(
                PATIENCE, "evaluation of " + model.name(), d -> d.evaluate(model, table, metrics, batchSize));
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
        List<LiveRun> all;
        synchronized (runs) {
            all = List.copyOf(runs);
        }
        for (LiveRun r : all) dto.runs.add(describe(r));
    }

    private static RunDTO describe(LiveRun r) {
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
        watch.close();
        List<LiveRun> all;
        synchronized (runs) {
            closed = true;
            all = List.copyOf(runs);
        }
        for (LiveRun r : all) r.stop("the runtime was stopped");
        long deadline = System.nanoTime() + FAREWELL.toNanos();
        for (LiveRun r : all) {
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
