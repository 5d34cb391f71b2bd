package org.fascicle.experiments;

import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Plugins;
import org.fascicle.provision.Provisioning;
import org.fascicle.provision.ProvisioningException;
import org.fascicle.runtime.Changes;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.RunDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.train.Driver;
import org.fascicle.train.Experiment;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.Trainer;
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
 * Runs what configurations describe, each known by the hash of its effective settings: started once everything it needs is there, started
 * over when its settings change, stopped and its model closed when it is deleted or this component goes. Where an {@code output}
 * holds the model of the very same settings, that is loaded and nothing is trained. All work is done one after another on a thread
 * of its own, so Configuration Admin never waits. Thread-safe.
 */
@Component(
        immediate = true,
        service = {ConfiguredRuns.class, RuntimePart.class})
public final class ConfiguredRuns implements RuntimePart {
    private static final Logger log = LoggerFactory.getLogger(ConfiguredRuns.class);
    private static final long FAREWELL_SECONDS = 4;

    private final Experiments experiments;
    private final Models models;
    private final Plugins.Watch watch;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(ConfiguredRuns::thread);
    private final AtomicBoolean retrying = new AtomicBoolean();
    private final Changes changes = new Changes();
    private volatile Trainer trainer;
    private volatile Provisioning provisioning;
    // Only touched by the worker, except reasons, which is guarded by its own monitor.
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, RunDTO> reasons = new TreeMap<>();

    /** What became of one configuration. Confined to the worker. */
    private static final class Entry {
        final String pid;
        final Configuration configuration;
        Model model;
        Run run;
        Trainer trainer;
        /** True as long as it is to be tried again when something comes. */
        boolean pending = true;
        /** True once it was tried to install what is missing: what did not help will not help the next time. */
        boolean provided;

        Entry(String pid, Configuration configuration) {
            this.pid = pid;
            this.configuration = configuration;
        }
    }

    @Activate
    public ConfiguredRuns(@Reference Experiments experiments, @Reference Models models, @Reference Plugins plugins) {
        this.experiments = experiments;
        this.models = models;
        // The thread is made now: made later, it would keep the code alive of whoever caused the first task.
        submit(() -> {});
        watch = plugins.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                retry();
            }
        });
    }

    private static Thread thread(Runnable work) {
        Thread t = new Thread(null, work, "fascicle-experiments", 0, false);
        t.setDaemon(true);
        t.setContextClassLoader(ConfiguredRuns.class.getClassLoader());
        return t;
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setTrainer(Trainer t) {
        trainer = t;
        retry();
    }

    /** What waits because nothing drives runs is tried again. */
    @Reference(service = Driver.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setDriver(ServiceReference<Driver> driver) {
        retry();
    }

    void unsetDriver(ServiceReference<Driver> driver) {
        // Runs wait for the next by themselves.
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setProvisioning(Provisioning p) {
        provisioning = p;
        retry();
    }

    @SuppressWarnings("ReferenceEquality")
    void unsetProvisioning(Provisioning p) {
        if (provisioning == p) provisioning = null;
    }

    /** A trainer that goes stops its runs: what did not come to its end is trained from the start when there is one again. */
    @SuppressWarnings("ReferenceEquality")
    void unsetTrainer(Trainer t) {
        if (trainer == t) trainer = null;
        // Those that have ended by now were ended by somebody else: that is how it stays.
        Set<Run> over = t.runs().stream().filter(r -> r.state().ended()).collect(Collectors.toSet());
        submit(() -> {
            List<Entry> left = entries.values().stream()
                    .filter(e -> e.run != null && e.trainer == t && !over.contains(e.run))
                    .filter(e -> e.run.state() != Run.State.FINISHED && e.run.state() != Run.State.FAILED)
                    .toList();
            left.forEach(e -> e.run.stop());
            for (Entry e : left) {
                end(e);
                e.pending = true;
                // Another trainer may have come before this one went: nobody else would tell.
                start(e);
            }
        });
    }

    /** A configuration is there, perhaps again, perhaps changed. Never fails: what is wrong with it is logged and told by the runtime. */
    void updated(String pid, Map<String, ?> properties) {
        Map<String, ?> copy = new LinkedHashMap<>(properties);
        submit(() -> update(pid, copy));
    }

    /** A configuration was deleted. */
    void deleted(String pid) {
        submit(() -> {
            Entry e = entries.remove(pid);
            if (e != null) end(e);
            forget(pid);
        });
    }

    private void update(String pid, Map<String, ?> properties) {
        Entry before = entries.get(pid);
        Configuration c;
        try {
            c = Configuration.of(pid, properties);
        } catch (FascicleException e) {
            // A slip of the pen must not cost a model that serves: what there is stays as it is.
            String message = e.getMessage() + (before == null ? "" : "; what it said before stays in force");
            log.error("Configuration {}", message);
            tell(pid, pid, "FAILED", message);
            return;
        }
        if (before != null && before.configuration.hash().equals(c.hash())) {
            if (before.model != null) forget(pid);
            return;
        }
        if (before != null) end(before);
        Entry e = new Entry(pid, c);
        entries.put(pid, e);
        start(e);
    }

    private void retry() {
        // One retry serves all that came until it begins.
        if (retrying.compareAndSet(false, true)) {
            submit(() -> {
                retrying.set(false);
                for (Entry e : entries.values()) {
                    if (e.pending) start(e);
                }
            });
        }
    }

    private void start(Entry e) {
        String name = e.configuration.experiment().name();
        try {
            if (restored(e)) return;
            Trainer t = trainer;
            if (t == null) {
                tell(e, "WAITING", "there is no trainer");
                return;
            }
            provide(e);
            Experiments.Prepared p = experiments.prepare(e.configuration.experiment(), experiments.sources(List.of()));
            e.model = p.model();
            e.trainer = t;
            e.run = t.start(p.model(), p.run(), (run, event) -> ended(e, event));
            e.pending = false;
            forget(e.pid);
            log.info("Configuration {}: run {} of {} started", e.pid, e.run.id(), name);
        } catch (MissingPluginException m) {
            end(e);
            log.warn("Configuration {} waits: {}", e.pid, m.getMessage());
            tell(e, "WAITING", m.getMessage());
        } catch (RuntimeException | LinkageError failure) {
            end(e);
            // A class that cannot be loaded is of code that is leaving, which may come back.
            e.pending = failure instanceof LinkageError;
            if (failure instanceof FascicleException) log.error("Configuration {}: {}", e.pid, failure.getMessage());
            else log.error("Configuration {}", e.pid, failure);
            tell(e, "FAILED", String.valueOf(failure.getMessage()));
        }
    }

    /** Installs what is missing, once, where the policy is to do so; if that fails, it is told and waited for. */
    private void provide(Entry e) {
        Provisioning p = provisioning;
        if (p == null || e.provided || p.policy() != Provisioning.Policy.INSTALL) return;
        Experiment experiment = e.configuration.experiment();
        if (experiments.missing(experiment).isEmpty()) return;
        e.provided = true;
        try {
            p.install(() -> experiments.missing(experiment).stream()
                            .map(Lack::want)
                            .collect(Collectors.toSet()))
                    .forEach(i -> log.info("Configuration {}: installed {}", e.pid, i));
        } catch (ProvisioningException failure) {
            throw new MissingPluginException(failure.getMessage(), failure);
        }
    }

    /** True if the output holds the model of these very settings, which is then loaded. */
    private boolean restored(Entry e) {
        if (e.configuration.output().filter(Files::isRegularFile).isEmpty()) return false;
        Model m = models.load(
                e.configuration.experiment().name(), e.configuration.output().get());
        if (!e.configuration.hash().equals(m.provenance().get("settings"))) {
            m.close();
            return false;
        }
        e.model = m;
        e.pending = false;
        forget(e.pid);
        log.info(
                "Configuration {}: was trained before; its model is loaded from {}",
                e.pid,
                e.configuration.output().get());
        return true;
    }

    private void ended(Entry e, RunEvent event) {
        if (event.type() == RunEvent.Type.FINISHED) submit(() -> save(e, event));
    }

    private void save(Entry e, RunEvent event) {
        if (e.model == null || e.configuration.output().isEmpty()) return;
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("experiment", e.configuration.experiment().tree());
        provenance.put("settings", e.configuration.hash());
        provenance.put("values", event.values());
        try {
            e.model.save(e.configuration.output().get(), provenance);
            log.info(
                    "Configuration {}: model saved to {}",
                    e.pid,
                    e.configuration.output().get());
        } catch (RuntimeException failure) {
            log.error("Configuration {}: the model was not saved", e.pid, failure);
            tell(e, "FAILED", "the model was not saved: " + failure.getMessage());
        }
    }

    /** Stops the run and closes the model. */
    private void end(Entry e) {
        if (e.run != null) e.run.stop();
        try {
            if (e.run != null && !e.run.await(Duration.ofSeconds(FAREWELL_SECONDS))) {
                log.warn("Configuration {}: run {} is still in a step and stops after it", e.pid, e.run.id());
            }
            if (e.model != null) e.model.close();
        } catch (InterruptedException i) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            log.warn("Configuration {}: its model was not closed", e.pid, failure);
        }
        e.run = null;
        e.trainer = null;
        e.model = null;
    }

    private void submit(Runnable work) {
        try {
            worker.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | LinkageError e) {
                    log.error("Configured experiments", e);
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("Too late: this component is going", e);
        }
    }

    private void tell(Entry e, String state, String reason) {
        tell(e.pid, e.configuration.experiment().name(), state, reason);
    }

    private void tell(String pid, String name, String state, String reason) {
        RunDTO d = new RunDTO();
        d.id = pid;
        d.name = name;
        d.model = name;
        d.state = state;
        d.reason = reason;
        synchronized (reasons) {
            reasons.put(pid, d);
        }
        changes.made();
    }

    private void forget(String pid) {
        synchronized (reasons) {
            if (reasons.remove(pid) != null) changes.made();
        }
    }

    /** Adds configurations that have no run, and why. */
    @Override
    public void fill(RuntimeDTO dto) {
        synchronized (reasons) {
            for (RunDTO r : reasons.values()) dto.runs.add(copy(r));
        }
    }

    private static RunDTO copy(RunDTO r) {
        RunDTO d = new RunDTO();
        d.id = r.id;
        d.name = r.name;
        d.model = r.model;
        d.state = r.state;
        d.reason = r.reason;
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

    /** Stops the runs; the models that were made for configurations are closed. */
    @Deactivate
    void close() {
        watch.close();
        submit(() -> {
            // All are told before the first is waited for.
            for (Entry e : entries.values()) if (e.run != null) e.run.stop();
            entries.values().forEach(this::end);
            entries.clear();
        });
        worker.shutdown();
        try {
            if (!worker.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS))
                log.warn("Configured experiments: still at work, and end after it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
