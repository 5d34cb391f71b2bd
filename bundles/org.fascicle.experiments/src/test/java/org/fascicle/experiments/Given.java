package org.fascicle.experiments;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fascicle.data.Column;
import org.fascicle.data.Dataset;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.tensor.Tensor;

/** A registry with one data set "points", and models with weights hidden.kernel [2, 2] and hidden.bias [2]. */
final class Given implements Plugins, Models {
    static final List<Column> COLUMNS = List.of(Column.feature("x", Column.Type.FLOAT32, 2), Column.target("y", 1));

    final Map<String, Model> models = new ConcurrentHashMap<>();
    final List<ModelSpec> specs = Collections.synchronizedList(new ArrayList<>());
    final List<Map<String, ?>> loaded = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Map<String, Tensor>> weights = new ConcurrentHashMap<>();
    final Map<Path, Map<String, Object>> files = new ConcurrentHashMap<>();
    final List<Listener> listeners = new CopyOnWriteArrayList<>();
    final Set<Object> absent = ConcurrentHashMap.newKeySet();
    volatile boolean missing;

    record Empty(List<Column> columns, int size) implements Table {
        @Override
        public void read(int column, int row, float[] to, int at) {
            Arrays.fill(to, at, at + columns.get(column).shape().size(), row);
        }
    }

    @Override
    public Created create(Kind kind, String where, Map<String, ?> options, Choice choice) {
        if (missing || !"points".equals(options.get("type")))
            throw new MissingPluginException(where + ": there is no " + kind.word() + " " + options.get("type"));
        loaded.add(options);
        return new Created((Dataset) s -> new Splits(new Empty(COLUMNS, 4), new Empty(COLUMNS, 2)), List.of());
    }

    @Override
    public List<Lack> missing(Kind kind, Map<String, ?> options) {
        return absent.contains(options.get("type")) ? List.of(lack(kind, (String) options.get("type"))) : List.of();
    }

    private static Lack lack(Kind kind, String name) {
        return new Lack(new Want(kind, name), "no " + kind.word() + " " + name, Optional.empty(), List.of());
    }

    @Override
    public List<Lack> missing(ModelSpec spec) {
        return spec.nodes().stream()
                .map(n -> (String) n.options().get("type"))
                .filter(absent::contains)
                .map(t -> lack(Kind.LAYER, t))
                .toList();
    }

    @Override
    public List<Lack> missing(Path file) {
        return List.of();
    }

    void come() {
        missing = false;
        listeners.forEach(l -> l.changed(Kind.DATASET, "points"));
    }

    @Override
    public Model create(String name, ModelSpec spec, long seed) {
        specs.add(spec);
        weights.put(
                name, new LinkedHashMap<>(Map.of("hidden.kernel", Tensor.zeros(2, 2), "hidden.bias", Tensor.zeros(2))));
        return model(name, spec, Map.of());
    }

    @SuppressWarnings("unchecked")
    private Model model(String name, ModelSpec spec, Map<String, Object> provenance) {
        Model m = (Model) Proxy.newProxyInstance(
                Given.class.getClassLoader(),
                new Class<?>[] {Model.class},
                (proxy, method, a) -> switch (method.getName()) {
                    case "name" -> name;
                    case "spec" -> spec;
                    case "provenance" -> provenance;
                    case "close" -> done(() -> models.remove(name));
                    case "save" -> {
                        Files.writeString((Path) a[0], "model");
                        yield done(() -> files.put((Path) a[0], (Map<String, Object>) a[1]));
                    }
                    case "weights" ->
                        a == null ? weights.get(name) : done(() -> weights.put(name, (Map<String, Tensor>) a[0]));
                    case "toString" -> "model " + name;
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == a[0];
                    default -> throw new UnsupportedOperationException(method.toString());
                });
        if (models.putIfAbsent(name, m) != null) throw new ConfigException("model " + name + " is there");
        return m;
    }

    /** For a method without result. */
    private static Object done(Runnable work) {
        work.run();
        return null;
    }

    @Override
    public Model load(String name, Path file) {
        return model(
                name, new ModelSpec(List.of(), List.of(), List.of(), List.of()), files.getOrDefault(file, Map.of()));
    }

    @Override
    public Optional<Model> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    @Override
    public List<Model> list() {
        return List.copyOf(models.values());
    }

    @Override
    public List<Plugin> providers(Kind kind, String name) {
        return List.of();
    }

    @Override
    public List<Plugin> providers(Kind kind) {
        return List.of();
    }

    @Override
    public Set<String> names(Kind kind) {
        return Set.of();
    }

    @Override
    public Optional<Origin> last(Kind kind, String name) {
        return Optional.empty();
    }

    @Override
    public List<Option> describe(Kind kind, String name) {
        return List.of();
    }

    @Override
    public Watch listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
