package org.fascicle.runtime.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.fascicle.model.Difference;
import org.fascicle.model.Model;
import org.fascicle.model.ModelEvent;
import org.fascicle.model.ModelListener;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.Changes;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.MissingDTO;
import org.fascicle.runtime.dto.ModelDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.runtime.file.ModelFile;
import org.fascicle.runtime.graph.Layout;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.tensor.LinearAlgebra;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of this framework, and the threads on which their code is put together and compared. */
@Component(
        service = {Models.class, RuntimePart.class},
        configurationPid = "org.fascicle.runtime",
        immediate = true)
public final class LiveModels implements Models, RuntimePart {
    /** The configuration of {@code org.fascicle.runtime}. */
    public @interface Config {
        /** {@code grace.millis}: how long a prediction waits for a plug-in that has left. */
        long grace_millis() default 10_000;

        /** {@code drain.millis}: how long a leaving plug-in's stop waits for work that uses it; at most 4,000. */
        long drain_millis() default 2_000;

        /**
         * {@code swap.tolerance}: the largest relative difference of a model's outputs that other code may make without a
         * word, see {@link org.fascicle.model.Difference}.
         */
        double swap_tolerance() default 1e-5;

        /**
         * {@code swap.policy}: what becomes of a swap that makes a larger difference; {@code report} says so in its event,
         * {@code refuse} keeps the code there was, or waits for it.
         */
        String swap_policy() default "report";
    }

    private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final Plugins plugins;
    private final Plugins.Watch watch;
    /** Computes beside what is predicted. */
    private final ScheduledThreadPoolExecutor beside = Threads.one("fascicle-shadow");

    private final News news = new News();
    private final ModelServices services;
    private final Upkeep upkeep;
    private final Map<String, LiveModel> models = new ConcurrentHashMap<>();
    private final Changes changes = new Changes();
    private volatile Settings settings = Settings.DEFAULT;
    private volatile boolean stopped;

    @Activate
    public LiveModels(BundleContext context, @Reference Plugins plugins, Config config) {
        this.plugins = plugins;
        services = new ModelServices(context, news, () -> settings.graceMillis());
        upkeep = new Upkeep(plugins, models::values, services, () -> settings.drainMillis(), this::changed);
        configure(config);
        watch = plugins.listen(upkeep);
    }

    @Modified
    void configure(Config config) {
        settings = settings.with(config);
        // What was refused may be welcome now.
        upkeep.schedule();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(ModelListener l) {
        news.add(l);
    }

    void removeListener(ModelListener l) {
        news.remove(l);
    }

    @Deactivate
    void deactivate() {
        stopped = true;
        watch.close();
        services.stop();
        upkeep.stop();
        beside.shutdownNow();
        List.copyOf(models.values()).forEach(Model::close);
        news.close();
    }

    Plugins plugins() {
        return plugins;
    }

    Duration grace() {
        return Duration.ofMillis(settings.graceMillis());
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

    Engine engine(LiveModel m, Builder b, Plugins.Choice choice, boolean pinned, Optional<Examination> examination) {
        return new Engine(b, choice, pinned, m::layout, examination, (type, message, d) -> event(m, type, message, d));
    }

    /** The engine of a shadow. */
    Engine engine(LiveModel m, Substitution s) {
        Builder b = new Builder(m.name(), m.spec(), false, Optional.empty(), Optional.of(s), plugins);
        return new Engine(b, m.following(), false, m::layout, Optional.empty(), (type, message, d) -> {
            LOG.info("{}: shadow {} of {}: {}", m.name(), s.provider(), s.node(), message);
            changed();
        });
    }

    /** What looks at the answers of a model's code. */
    Examination examination(String name, ModelSpec spec, Supplier<WeightSet> weights) {
        return new Examination(name, new Probe(spec), weights, () -> settings, upkeep::hurry);
    }

    Upkeep upkeep() {
        return upkeep;
    }

    /** The thread for what is computed beside predictions. */
    Executor beside() {
        return beside;
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

    @Override
    public List<Lack> missing(ModelSpec spec) {
        return lacks().of(spec);
    }

    @Override
    public List<Lack> missing(Path file) {
        return lacks().of(ModelFile.read(file));
    }

    private Lacks lacks() {
        return new Lacks(plugins);
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
            services.register(m);
        } catch (LinkageError e) {
            discard(m);
            throw new MissingPluginException(
                    "model " + name + ": code has left while it was made (" + e + "); make it again");
        } catch (RuntimeException | Error e) {
            discard(m);
            throw e;
        }
        changed();
        upkeep.admitted(m.serving());
        return m;
    }

    private void discard(LiveModel m) {
        models.remove(m.name(), m);
        m.serving().stage().end();
    }

    void removed(LiveModel m) {
        models.remove(m.name(), m);
        services.remove(m);
        event(m, ModelEvent.Type.CLOSED, "", Optional.empty());
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

    private void event(LiveModel m, ModelEvent.Type type, String message, Optional<Difference> difference) {
        changed();
        news.tell(new ModelEvent(m.name(), type, message, m.providers(), difference));
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
            d.reason = d.satisfied ? "" : m.serving().stage().failure().orElse("");
            d.missing = d.satisfied
                    ? new MissingDTO[0]
                    : lacks().of(m.spec().losses(List.of())).stream()
                            .map(Lacks::dto)
                            .toArray(MissingDTO[]::new);
            d.providers = m.providers().stream().map(Object::toString).toArray(String[]::new);
            d.version = m.version();
            d.parameters = m.parameters();
            d.refused = m.serving().refused();
            d.shadows = m.shadowing().describe();
            dto.models.add(d);
        }
    }
}
