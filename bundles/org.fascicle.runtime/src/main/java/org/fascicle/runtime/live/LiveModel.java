package org.fascicle.runtime.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Session;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.file.ModelFile;
import org.fascicle.runtime.graph.Layout;
import org.fascicle.runtime.graph.Training;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/** A model: published weights, and one engine each for predicting, for evaluating and for learning. */
final class LiveModel implements Model {
    private final String name;
    private final ModelSpec spec;
    private final LiveModels models;
    private final Map<String, Object> provenance;
    private final Engine serving;
    private final Shadows shadows;
    private volatile WeightSet weights;
    /** Read without the monitor: whoever hears of a leaving must not wait for one who is making an engine. */
    private final List<Engine> engines = new CopyOnWriteArrayList<>();
    // Guarded by this object's monitor, which is held while engines are made.
    private Optional<Engine> evaluating = Optional.empty();
    private Optional<LiveLearner> learner = Optional.empty();
    private volatile boolean closed;

    LiveModel(String name, ModelSpec spec, LiveModels models, Map<String, Object> provenance) {
        this.name = name;
        this.spec = spec;
        this.models = models;
        this.provenance = provenance;
        shadows = new Shadows(this, models);
        serving = models.engine(
                this,
                builder(false, Optional.empty()),
                Plugins.Choice.BEST,
                false,
                Optional.of(models.examination(name, spec, () -> weights)));
        engines.add(serving);
    }

    private Builder builder(boolean losses, Optional<Map<String, Object>> optimizer) {
        return new Builder(name, spec, losses, optimizer, Optional.empty(), models.plugins());
    }

    /** Makes the code, then the weights that fit it; begun again if code leaves meanwhile. */
    void start(Function<Layout, WeightSet> first) {
        weights = serving.start(g -> first.apply(g.program.layout()));
    }

    Optional<Layout> layout() {
        return Optional.ofNullable(weights).map(WeightSet::layout);
    }

    /** False while it is being made: then nobody may see it yet. */
    boolean made() {
        return weights != null;
    }

    Engine serving() {
        return serving;
    }

    List<Engine> engines() {
        return engines;
    }

    Duration patience() {
        return models.grace();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public Map<String, Tensor> predict(Map<String, Tensor> inputs) {
        return predict(inputs, models.grace());
    }

    @Override
    public Map<String, Tensor> predict(Map<String, Tensor> inputs, Duration wait) {
        return predict(inputs, Optional.empty(), wait);
    }

    Map<String, Tensor> predict(Map<String, Tensor> inputs, Optional<Map<String, Tensor[]>> session, Duration wait) {
        return serving.stage().run(wait, g -> shadows.predict(g, weights, inputs, session));
    }

    @Override
    public Tensor predict(Tensor x) {
        if (spec.inputs().size() != 1 || spec.outputs().size() != 1) {
            throw new ShapeException(name + ": it has inputs "
                    + spec.inputs().stream().map(ModelSpec.Input::name).toList() + " and outputs " + spec.outputs()
                    + "; give and take them by name");
        }
        return predict(Map.of(spec.inputs().get(0).name(), x))
                .get(spec.outputs().get(0));
    }

    /** What is measured, or compared with, is the code that answers. */
    Plugins.Choice following() {
        return Origins.following(serving::origins);
    }

    @Override
    public Learner.Result evaluate(Map<String, Tensor> batch) {
        return evaluator().stage().run(models.grace(), g -> g.program.evaluate(weights, batch, g.pins::closed));
    }

    private synchronized Engine evaluator() {
        open();
        if (evaluating.isEmpty()) {
            Engine e = models.engine(this, builder(true, Optional.empty()), following(), false, Optional.empty());
            start(e, g -> g);
            evaluating = Optional.of(e);
        }
        return evaluating.get();
    }

    @Override
    public Session session() {
        open();
        return new LiveSession(this);
    }

    @Override
    public synchronized Learner learner(LearnerSpec learning) {
        open();
        LiveLearner.check(this);
        if (learner.isPresent())
            throw new ConfigException(name + ": it is learning already; wait for the run to end or stop it");
        boolean pinned = learning.providers() == LearnerSpec.Providers.PINNED;
        Engine e = models.engine(
                this, builder(true, Optional.of(learning.optimizer())), Plugins.Choice.BEST, pinned, Optional.empty());
        Training t = new Training(name, weights, learning.seed());
        LiveLearner l = start(e, g -> new LiveLearner(this, learning, e, g, t));
        learner = Optional.of(l);
        return l;
    }

    /** Starts an engine that hears of leavings from before it has code. */
    <T> T start(Engine e, Function<Generation, T> first) {
        engines.add(e);
        try {
            T t = e.start(first);
            models.upkeep().admitted(e);
            return t;
        } catch (RuntimeException | Error x) {
            drop(e);
            throw x;
        }
    }

    void drop(Engine e) {
        engines.remove(e);
        e.stage().end();
    }

    @SuppressWarnings("ReferenceEquality")
    synchronized void ended(LiveLearner l) {
        drop(l.engine());
        if (learner.isPresent() && learner.get() == l) learner = Optional.empty();
    }

    synchronized void publish(Training t) {
        open();
        published(t.publish(weights.version() + 1));
    }

    private void published(WeightSet w) {
        weights = w;
        models.changed();
        models.upkeep().soon(serving::refresh);
    }

    @Override
    public Map<String, Tensor> weights() {
        return weights.copy();
    }

    @Override
    public synchronized void weights(Map<String, Tensor> numbers) {
        open();
        published(WeightSet.of(name, weights.layout(), numbers, weights.version() + 1));
    }

    @Override
    public long version() {
        return weights.version();
    }

    long parameters() {
        return weights.layout().count(true);
    }

    @Override
    public List<Row> summary() {
        return serving.stage().run(Duration.ZERO, Generation::summary);
    }

    @Override
    public List<Origin> providers() {
        return serving.origins();
    }

    @Override
    public boolean satisfied() {
        return !closed && made() && serving.stage().ready();
    }

    @Override
    public Shadow shadow(String node, String provider) {
        open();
        return shadows.start(node, provider);
    }

    @Override
    public List<Shadow> shadows() {
        return shadows.list();
    }

    Shadows shadowing() {
        return shadows;
    }

    @Override
    public void acceptSwap() {
        open();
        models.upkeep().accept(this);
    }

    @Override
    public Map<String, Object> provenance() {
        return provenance;
    }

    @Override
    public void save(Path file, Map<String, Object> from) {
        WeightSet w = weights;
        Map<String, Object> all = new LinkedHashMap<>(from);
        all.put("providers", Origins.trees(serving.origins()));
        ModelFile.write(file, new ModelFile(spec, all, w.numbers()));
    }

    boolean closed() {
        return closed;
    }

    void open() {
        if (closed) throw new FascicleException(name + " is closed; create or load it again");
    }

    @Override
    public void close() {
        Optional<LiveLearner> l;
        synchronized (this) {
            if (closed) return;
            closed = true;
            l = learner;
        }
        l.ifPresent(LiveLearner::close);
        shadows.close();
        engines.forEach(e -> e.stage().end());
        models.removed(this);
    }
}
