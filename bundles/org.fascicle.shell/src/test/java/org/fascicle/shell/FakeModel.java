package org.fascicle.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Session;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Tensor;

/** A model that is a function, with weights that are only looked at. */
final class FakeModel implements Model {
    final Map<String, Tensor> weights = new LinkedHashMap<>();
    Map<String, Object> provenance = Map.of();
    Map<String, Object> saved = Map.of();
    long version = 1;
    final List<FakeShadow> shadows = new ArrayList<>();
    long flips;
    int accepted;
    private final String name;
    private final ModelSpec spec;
    private final Function<Tensor, Tensor> function;

    FakeModel(String name, ModelSpec spec, Function<Tensor, Tensor> function) {
        this.name = name;
        this.spec = spec;
        this.function = function;
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
        for (FakeShadow s : shadows) s.compared++;
        return Map.of(
                spec.outputs().get(0), function.apply(inputs.values().iterator().next()));
    }

    @Override
    public Map<String, Tensor> predict(Map<String, Tensor> inputs, Duration wait) {
        return predict(inputs);
    }

    @Override
    public Tensor predict(Tensor x) {
        return function.apply(x);
    }

    @Override
    public Learner.Result evaluate(Map<String, Tensor> batch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Session session() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Learner learner(LearnerSpec s) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Tensor> weights() {
        return weights;
    }

    @Override
    public void weights(Map<String, Tensor> other) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public List<Row> summary() {
        Origin dense = new Origin(Kind.LAYER, "dense", "org.example.layers", "1.0.0", "", "", 0);
        return List.of(new Row("hidden", "dense", List.of("x"), List.of("[2]"), 1234, 0, dense));
    }

    @Override
    public List<Origin> providers() {
        return List.of();
    }

    @Override
    public Shadow shadow(String node, String provider) {
        FakeShadow s = new FakeShadow(this, node, provider);
        shadows.add(s);
        return s;
    }

    @Override
    public List<Shadow> shadows() {
        return List.copyOf(shadows);
    }

    @Override
    public void acceptSwap() {
        accepted++;
    }

    @Override
    public boolean satisfied() {
        return true;
    }

    @Override
    public Map<String, Object> provenance() {
        return provenance;
    }

    @Override
    public void save(Path file, Map<String, Object> from) {
        try {
            Files.writeString(file, "weights");
            saved = from;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {}
}
