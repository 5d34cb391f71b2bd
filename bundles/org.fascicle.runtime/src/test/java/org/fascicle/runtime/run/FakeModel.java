package org.fascicle.runtime.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Session;
import org.fascicle.model.Shadow;
import org.fascicle.model.SpecReader;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Tensor;

/** A model whose output is its input and whose loss is the mean of its input; its learner writes down what it is given. */
final class FakeModel implements Model {
    static final Origin FIRST = new Origin(Kind.LAYER, "dense", "test", "1.0.0", "a", "dense", 0);
    static final Origin SECOND = new Origin(Kind.LAYER, "dense", "test", "1.0.1", "b", "dense", 0);

    final String name;
    final ModelSpec spec;
    /** The x of each step and each evaluation. */
    final List<List<Float>> steps = Collections.synchronizedList(new ArrayList<>());

    final List<List<Float>> evaluations = Collections.synchronizedList(new ArrayList<>());
    final List<Double> rates = Collections.synchronizedList(new ArrayList<>());
    final Map<Tensor, Integer> tensors = new ConcurrentHashMap<>();
    final AtomicInteger published = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger attempts = new AtomicInteger();
    /** Called at the beginning of each step with the steps made before; may throw. */
    volatile LongConsumer before = n -> {};

    volatile List<Origin> providers = List.of(FIRST);
    private final Object monitor = new Object();
    private volatile boolean missing;

    FakeModel() {
        this(
                "fake",
                Map.of(
                        "inputs",
                        Map.of("x", List.of(1)),
                        "layers",
                        List.of(Map.of("type", "same", "id", "out")),
                        "losses",
                        List.of("mean")));
    }

    FakeModel(String name, Map<String, Object> tree) {
        this.name = name;
        spec = SpecReader.read(name, tree);
    }

    void missing(boolean m) {
        synchronized (monitor) {
            missing = m;
            monitor.notifyAll();
        }
    }

    private static Learner.Result result(Map<String, Tensor> batch) {
        Tensor x = batch.get("x");
        double sum = 0;
        for (int i = 0; i < x.size(); i++) sum += x.data()[i];
        double loss = batch.containsKey("target") ? sum / x.size() : Double.NaN;
        return new Learner.Result(loss, Map.of("loss", loss), Map.of("out", x));
    }

    private static List<Float> numbers(Map<String, Tensor> batch) {
        Tensor x = batch.get("x");
        List<Float> r = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) r.add(x.data()[i]);
        return r;
    }

    @Override
    public Learner.Result evaluate(Map<String, Tensor> batch) {
        evaluations.add(numbers(batch));
        return result(batch);
    }

    @Override
    public Learner learner(LearnerSpec s) {
        return new FakeLearner();
    }

    private final class FakeLearner implements Learner {
        private volatile long made;

        @Override
        public long steps() {
            return made;
        }

        @Override
        public double rate() {
            return 0.5;
        }

        @Override
        public Result step(Map<String, Tensor> batch, double rate) {
            attempts.incrementAndGet();
            before.accept(made);
            if (missing) throw new MissingPluginException("dense has left");
            steps.add(numbers(batch));
            rates.add(rate);
            batch.values().forEach(t -> tensors.merge(t, 1, Integer::sum));
            made++;
            return result(batch);
        }

        @Override
        public Result evaluate(Map<String, Tensor> batch) {
            return FakeModel.this.evaluate(batch);
        }

        @Override
        public void publish() {
            published.incrementAndGet();
        }

        @Override
        public List<Origin> missing() {
            return missing ? List.of(FIRST) : List.of();
        }

        @Override
        public boolean await(Duration longest) throws InterruptedException {
            synchronized (monitor) {
                if (missing) monitor.wait(longest.toMillis());
                return !missing;
            }
        }

        @Override
        public List<Origin> providers() {
            return providers;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
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
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Tensor> predict(Map<String, Tensor> inputs, Duration wait) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Tensor predict(Tensor x) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Session session() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Tensor> weights() {
        return Map.of();
    }

    @Override
    public void weights(Map<String, Tensor> weights) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long version() {
        return published.get();
    }

    @Override
    public List<Row> summary() {
        return List.of();
    }

    @Override
    public List<Origin> providers() {
        return providers;
    }

    @Override
    public Shadow shadow(String node, String provider) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Shadow> shadows() {
        return List.of();
    }

    @Override
    public void acceptSwap() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean satisfied() {
        return !missing;
    }

    @Override
    public Map<String, Object> provenance() {
        return Map.of();
    }

    @Override
    public void save(Path file, Map<String, Object> provenance) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
