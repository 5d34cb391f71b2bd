package org.fascicle.runtime.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.fascicle.model.Model;
import org.fascicle.model.ModelEvent;
import org.fascicle.model.ModelListener;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.Changes;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.ModelDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.runtime.file.ModelFile;
import org.fascicle.runtime.graph.Layout;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.tensor.LinearAlgebra;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this framework, and the thread on which their code is put together. Registers each satisfied model as a
 * service, and keeps it registered for the grace time after it lost a plug-in.
 */
@Component(
        service = {Models.class, RuntimePart.class},
        configurationPid = "org.fascicle.runtime",
        immediate = true)
public final class LiveModels implements Models, RuntimePart, Plugins.Listener {
    /** The configuration of {@code org.fascicle.runtime}. */
    public @interface Config {
        /** {@code grace.millis}: how long a prediction waits for a plug-in that has left. */
        long grace_millis() default 10_000;

        /** {@code drain.millis}: how long a leaving plug-in's stop waits for work that uses it; at most 4,000. */
        long drain_millis() default 2_000;
    }

    private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    /** Below the time after which Declarative Services reports a component that does not stop. */
    private static final long LONGEST_DRAIN = 4_000;

    private static final long LONGEST_GRACE = TimeUnit.DAYS.toMillis(1);
    /** How long the end of this component waits for listeners to hear of the models' ends. */
    private static final long FAREWELL_MILLIS = 1_000;

    private final BundleContext context;
    private final Plugins plugins;
    private final Plugins.Watch watch;
    /** Puts code together. Nobody else's code that may wait for a model runs on it. */
    private final ScheduledThreadPoolExecutor thread = executor("fascicle-runtime");
    /** Tells listeners, and those who use models as services. */
    private final ScheduledThreadPoolExecutor telling = executor("fascicle-events");

    private final Map<String, LiveModel> models = new ConcurrentHashMap<>();
    private final Map<LiveModel, ServiceRegistration<Model>> registrations = new ConcurrentHashMap<>();
    /** Models that wait for plug-ins, while they are still services. */
    private final Map<LiveModel, Object> unsatisfied = new ConcurrentHashMap<>();

    private final List<ModelListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean reconciling = new AtomicBoolean();
    private final Changes changes = new Changes();
    private volatile long graceMillis = 10_000;
    private volatile long drainMillis = 2_000;
    private volatile boolean stopped;

    @Activate
    public LiveModels(BundleContext context, @Reference Plugins plugins, Config config) {
        this.context = context;
        this.plugins = plugins;
        configure(config);
        watch = plugins.listen(this);
    }

    /** One thread, made now: made later, it would keep the code alive of whoever caused the first task. */
    private static ScheduledThreadPoolExecutor executor(String name) {
        ScheduledThreadPoolExecutor e = new ScheduledThreadPoolExecutor(1, r -> {
            // No inherited thread-locals, for the same reason.
            Thread t = new Thread(null, r, name, 0, false);
            t.setDaemon(true);
            t.setContextClassLoader(LiveModels.class.getClassLoader());
            return t;
        });
        e.setRemoveOnCancelPolicy(true);
        e.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        e.prestartCoreThread();
        return e;
    }

    @Modified
    void configure(Config config) {
        graceMillis = millis("grace.millis", config::grace_millis, graceMillis, LONGEST_GRACE);
        drainMillis = millis("drain.millis", config::drain_millis, drainMillis, LONGEST_DRAIN);
    }

    /** What the configuration says, within limits; what it said before if it makes no sense. */
    private static long millis(String key, LongSupplier configured, long before, long most) {
        try {
            long asked = configured.getAsLong();
            if (asked < 0 || asked > most)
                LOG.warn("org.fascicle.runtime: {} must be from 0 to {}, got {}", key, most, asked);
            return Math.min(most, Math.max(0, asked));
        } catch (RuntimeException e) {
            LOG.warn("org.fascicle.runtime: {} must be a whole number, staying at {}: {}", key, before, e.getMessage());
            return before;
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(ModelListener l) {
        listeners.add(l);
    }

    void removeListener(ModelListener l) {
        listeners.remove(l);
    }

    @Deactivate
    void deactivate() {
        stopped = true;
        watch.close();
        thread.shutdownNow();
        List.copyOf(models.values()).forEach(Model::close);
        telling.shutdown();
        try {
            if (!telling.awaitTermination(FAREWELL_MILLIS, TimeUnit.MILLISECONDS))
                LOG.warn("a model listener is still at work while the runtime stops");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Plugins plugins() {
        return plugins;
    }

    Duration grace() {
        return Duration.ofMillis(graceMillis);
    }

    LinearAlgebra algebra(String model) {
        return (LinearAlgebra) plugins.providers(Kind.ALGEBRA).stream()
                .findFirst()
                .orElseThrow(
                        () -> new MissingPluginException(
                                model
                                        + ": no linear algebra is there to initialise weights with; install or start a bundle that has it, e.g. org.fascicle.compute.ejml"))
                .instance();
    }

    Engine engine(LiveModel m, Builder b, boolean pinned, Supplier<Optional<Layout>> layout) {
        return new Engine(b, pinned, layout, (type, message) -> event(m, type, message));
    }

    @Override
    public Model create(String name, ModelSpec spec, long seed) {
        return add(name, spec, Map.of(), layout -> WeightSet.initial(layout, seed, algebra(name)));
    }

    @Override
    public Model load(String name, Path file) {
        ModelFile f = ModelFile.read(file);
        return add(name, f.spec(), f.provenance(), layout -> {
            try {
                return WeightSet.of(name, layout, f.numbers(), 1);
            } catch (ConfigException e) {
                throw ModelFile.damaged(file, e);
            }
        });
    }

    private Model add(
            String name, ModelSpec spec, Map<String, Object> provenance, Function<Layout, WeightSet> weights) {
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException("model: a name must be letters, digits, dots, _ or -, got \"" + name + "\"");
        }
        LiveModel m = new LiveModel(name, spec, this, provenance);
        if (models.putIfAbsent(name, m) != null) {
            throw new ConfigException(
                    "model " + name + ": there is one of this name already; close it or take another name");
        }
        try {
            m.start(weights);
            if (stopped)
                throw new FascicleException(
                        "model " + name + ": the runtime has been stopped; get the Models service anew");
            register(m);
        } catch (LinkageError e) {
            discard(m);
            throw new MissingPluginException(
                    "model " + name + ": code has left while it was made (" + e + "); make it again");
        } catch (RuntimeException | Error e) {
            discard(m);
            throw e;
        }
        changed();
        admitted(m.serving());
        return m;
    }

    private void discard(LiveModel m) {
        models.remove(m.name(), m);
        m.serving().end();
    }

    private void register(LiveModel m) {
        if (registrations.containsKey(m)) return;
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("fascicle.model", m.name());
        // No lock is held while listeners hear of it; who comes second, or after the model's end, takes it back.
        ServiceRegistration<Model> r = context.registerService(Model.class, m, properties);
        if (registrations.putIfAbsent(m, r) != null) r.unregister();
        else if (m.closed() || stopped) unregister(m);
    }

    private void unregister(LiveModel m) {
        ServiceRegistration<Model> r = registrations.remove(m);
        if (r == null) return;
        try {
            r.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("{}: its service had gone with the bundle", m.name());
        }
    }

    void removed(LiveModel m) {
        models.remove(m.name(), m);
        unsatisfied.remove(m);
        unregister(m);
        event(m, ModelEvent.Type.CLOSED, "");
    }

    @Override
    public Optional<Model> find(String name) {
        return Optional.ofNullable(models.get(name)).filter(LiveModel::made).map(Model.class::cast);
    }

    @Override
    public List<Model> list() {
        List<Model> all = new ArrayList<>(models.values());
        all.removeIf(m -> !((LiveModel) m).made());
        all.sort(Comparator.comparing(Model::name));
        return all;
    }

    /** Closes what uses the plug-in and waits for the work on it to end, but not for the work of the calling thread. */
    @Override
    public void leaving(Plugin plugin) {
        List<Generation> closed = new ArrayList<>();
        for (LiveModel m : models.values())
            for (Engine e : m.engines()) e.closeIfUsing(plugin).ifPresent(closed::add);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drainMillis);
        for (Generation g : closed) {
            if (!g.pins.drain(deadline))
                LOG.warn(
                        "{} leaves while work on it has not ended after {} ms; the work will be begun again",
                        plugin.origin(),
                        drainMillis);
        }
        schedule();
    }

    @Override
    public void changed(Kind kind, String name) {
        schedule();
    }

    /** From now on the engine hears of leavings; what left before is found out here. */
    void admitted(Engine e) {
        e.closeIfLeft();
        schedule();
    }

    /** Looks soon whether every model has what it needs, and the best there is. */
    private void schedule() {
        if (stopped || !reconciling.compareAndSet(false, true)) return;
        try {
            thread.execute(this::reconcile);
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is put together any more: the runtime stops");
        }
    }

    private void reconcile() {
        reconciling.set(false);
        for (LiveModel m : models.values()) {
            for (Engine e : m.engines()) {
                try {
                    e.reconcile();
                } catch (RuntimeException | Error t) {
                    LOG.error("{}: putting it together again failed", m.name(), t);
                }
            }
            settle(m);
        }
        changed();
    }

    /** A satisfied model is a service; one that has not been satisfied for the grace time ceases to be. */
    private void settle(LiveModel m) {
        if (m.satisfied()) {
            unsatisfied.remove(m);
            if (!registrations.containsKey(m)) tell(() -> register(m));
        } else if (registrations.containsKey(m) && !unsatisfied.containsKey(m)) {
            // Its own: if the model is satisfied in between, another takes its place.
            Object since = new Object();
            unsatisfied.put(m, since);
            long grace = graceMillis;
            try {
                telling.schedule(
                        () -> {
                            if (unsatisfied.remove(m, since) && !m.satisfied()) unregister(m);
                        },
                        grace,
                        TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("{}: the runtime stops", m.name());
            }
        }
    }

    private void tell(Runnable news) {
        try {
            telling.execute(news);
        } catch (RejectedExecutionException e) {
            LOG.debug("nobody is told any more: the runtime stops");
        }
    }

    private void event(LiveModel m, ModelEvent.Type type, String message) {
        changed();
        if (type != ModelEvent.Type.CLOSED)
            LOG.info("{}: {}: {}", m.name(), type.name().toLowerCase(java.util.Locale.ROOT), message);
        ModelEvent e = new ModelEvent(m.name(), type, message, m.providers());
        tell(() -> {
            for (ModelListener l : listeners) tell(l, e);
        });
    }

    private static void tell(ModelListener l, ModelEvent e) {
        try {
            l.event(e);
        } catch (RuntimeException | LinkageError | AssertionError x) {
            LOG.warn("{}: a listener failed on {}", e.model(), e.type(), x);
        }
    }

    void changed() {
        changes.made();
    }

    @Override
    public long changeCount() {
        return changes.count();
    }

    @Override
    public Plugins.Watch watch(Runnable changed) {
        return changes.watch(changed);
    }

    @Override
    public void fill(RuntimeDTO dto) {
        for (Model model : list()) {
            LiveModel m = (LiveModel) model;
            ModelDTO d = new ModelDTO();
            d.name = m.name();
            d.satisfied = m.satisfied();
            d.missing =
                    d.satisfied ? new String[0] : m.serving().failure().stream().toArray(String[]::new);
            d.providers = m.providers().stream().map(Object::toString).toArray(String[]::new);
            d.version = m.version();
            d.parameters = m.parameters();
            dto.models.add(d);
        }
    }
}
