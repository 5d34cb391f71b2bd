package org.fascicle.tck;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.fascicle.data.Augmentation;
import org.fascicle.data.Dataset;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Child;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Metric;
import org.fascicle.nn.Param;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.tck.reference.Graph;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.train.Optimizer;
import org.fascicle.train.Schedule;

/**
 * Stands for the registry in a test: plug-ins by kind and name, and parts made from options. Knows the initializers
 * {@code zeros, ones, glorot_uniform, he_uniform, he_normal, uniform, normal, orthogonal} and the activations
 * {@code linear, tanh, sigmoid} from the start. Confined to one thread while plug-ins are added.
 */
public final class Parts {
    private final Map<Kind, Map<String, Object>> plugins = new EnumMap<>(Kind.class);

    public Parts() {
        with(Kind.ACTIVATION, "linear", new Scalar(new Identity()));
        with(Kind.ACTIVATION, "tanh", new Scalar(Elementary.TANH));
        with(Kind.ACTIVATION, "sigmoid", new Scalar(Elementary.SIGMOID));
        with(Kind.INITIALIZER, "zeros", Initializer.ZEROS);
        with(Kind.INITIALIZER, "ones", Initializer.ONES);
        with(Kind.INITIALIZER, "glorot_uniform", uniform(p -> Math.sqrt(6.0 / (p.fanIn() + p.fanOut()))));
        with(Kind.INITIALIZER, "he_uniform", uniform(p -> Math.sqrt(6.0 / p.fanIn())));
        with(Kind.INITIALIZER, "he_normal", normal(p -> Math.sqrt(2.0 / p.fanIn())));
        with(Kind.INITIALIZER, "uniform", uniform(p -> 0.05));
        with(Kind.INITIALIZER, "normal", normal(p -> 0.05));
        with(Kind.INITIALIZER, "orthogonal", orthogonal());
    }

    /** Adds a plug-in object, e.g. a {@code Layer} or a {@code Layer.Factory}, or replaces the one of this name. */
    public Parts with(Kind kind, String name, Object plugin) {
        plugins.computeIfAbsent(kind, k -> new TreeMap<>()).put(name, plugin);
        return this;
    }

    /**
     * Makes a part of its description.
     *
     * @param where put before messages; the name of a layer
     * @param options {@code type} and the plug-in's own
     * @return a {@link Child} for layers, activations and losses, otherwise the object itself
     */
    public Object create(Kind kind, String where, Map<String, ?> options) {
        return switch (kind) {
            case LAYER, ACTIVATION, LOSS -> child(where, kind, options);
            default -> object(where, plugin(where, kind, options), options);
        };
    }

    /** What this plug-in makes of these options, {@code type} left out. */
    public static Object make(Kind kind, Object plugin, Map<String, ?> options) {
        Map<String, Object> all = new LinkedHashMap<>(options);
        all.put("type", "it");
        return new Parts().with(kind, "it", plugin).create(kind, kind.word(), all);
    }

    /** A layer from options with {@code type}; the activation in them is the node's unless the layer asks for it. */
    public Child layer(String name, Map<String, ?> options) {
        return child(name, Kind.LAYER, options);
    }

    /** A loss from options with {@code type}. */
    public Child loss(String name, Map<String, ?> options) {
        return child(name, Kind.LOSS, options);
    }

    Child child(String name, Kind kind, Map<String, ?> options) {
        return child(name, String.valueOf(options.get("type")), plugin(name, kind, options), options);
    }

    /** A layer of a plug-in that need not be known by name. */
    public Child child(String name, String type, Object plugin, Map<String, ?> options) {
        Asked asked = new Asked(this, name, options);
        Layer layer;
        if (plugin instanceof Layer l) layer = l;
        else if (plugin instanceof Layer.Factory f) layer = f.create(asked);
        else
            throw new MissingPluginException(name + ": " + type + " is no layer but a "
                    + plugin.getClass().getName());
        Optional<Child> activation = Optional.empty();
        if (options.containsKey("activation") && !asked.known().contains("activation")) {
            activation = Optional.of(asked.activation("activation", "linear"));
        }
        asked.close();
        return new Child(name, type, layer, activation);
    }

    /** A part that is no layer, of a plug-in that need not be known by name. */
    Object object(String where, Object plugin, Map<String, ?> options) {
        Asked asked = new Asked(this, where, options);
        Object made = made(plugin, asked);
        asked.close();
        return made;
    }

    /** What a plug-in asks for with these options. */
    Asked asking(Object plugin, Map<String, ?> options) {
        Asked asked = new Asked(this, "options", options);
        if (plugin instanceof Layer.Factory f) f.create(asked);
        else made(plugin, asked);
        return asked;
    }

    private static Object made(Object plugin, Asked asked) {
        if (plugin instanceof Optimizer.Factory f) return f.create(asked);
        if (plugin instanceof Initializer.Factory f) return f.create(asked);
        if (plugin instanceof Schedule.Factory f) return f.create(asked);
        if (plugin instanceof Metric.Factory f) return f.create(asked);
        if (plugin instanceof Dataset.Factory f) return f.create(asked);
        if (plugin instanceof Augmentation.Factory f) return f.create(asked);
        return plugin;
    }

    /** The nodes of a model and its losses, each a node under the loss's name, ready for a {@link Graph}. */
    public List<Graph.Spec> nodes(ModelSpec model) {
        List<Graph.Spec> specs = new ArrayList<>();
        for (ModelSpec.Node n : model.nodes())
            specs.add(new Graph.Spec(n.id(), layer(n.id(), n.options()), n.inputs()));
        for (ModelSpec.Term t : model.losses())
            specs.add(new Graph.Spec(t.name(), loss(t.name(), t.options()), t.inputs()));
        return specs;
    }

    private Object plugin(String where, Kind kind, Map<String, ?> options) {
        Map<String, Object> known = plugins.getOrDefault(kind, Map.of());
        Object found = known.get(String.valueOf(options.get("type")));
        if (found == null && kind == Kind.LAYER)
            found = plugins.getOrDefault(Kind.ACTIVATION, Map.of()).get(String.valueOf(options.get("type")));
        if (found == null) {
            throw new MissingPluginException(where + ": no " + kind.word() + " of type " + options.get("type")
                    + "; known are " + known.keySet() + "; add it to the parts of the test");
        }
        return found;
    }

    /** Options from a name, or from what is a map already. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> described(Object nameOrOptions) {
        return nameOrOptions instanceof Map<?, ?> m
                ? new LinkedHashMap<>((Map<String, Object>) m)
                : Map.of("type", nameOrOptions);
    }

    private static Initializer uniform(ToDoubleFunction<Param> limit) {
        return (p, w, d, a) -> {
            float l = (float) limit.applyAsDouble(p);
            for (int i = 0; i < w.size(); i++) w.data()[i] = l * (2 * d.uniform(i) - 1);
        };
    }

    private static Initializer normal(ToDoubleFunction<Param> deviation) {
        return (p, w, d, a) -> {
            float s = (float) deviation.applyAsDouble(p);
            for (int i = 0; i < w.size(); i++) w.data()[i] = s * d.normal(i);
        };
    }

    private static Initializer orthogonal() {
        return (p, w, d, a) -> {
            int rows = w.dim(0), cols = w.size() / rows, m = Math.max(rows, cols), n = Math.min(rows, cols);
            double[] g = new double[m * n];
            for (int i = 0; i < g.length; i++) g[i] = d.normal(i);
            double[] q = a.orthonormal(g, m, n);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++)
                    w.data()[i * cols + j] = (float) (rows >= cols ? q[i * n + j] : q[j * n + i]);
            }
        };
    }

    private record Identity() implements ScalarFunction {
        @Override
        public float apply(float x) {
            return x;
        }

        @Override
        public float slope(float x, float y) {
            return 1;
        }

        @Override
        public boolean slopeNeedsInput() {
            return false;
        }
    }

    /** A scalar function as an activation. */
    record Scalar(ScalarFunction f) implements Activation {
        @Override
        public float apply(float x) {
            return f.apply(x);
        }

        @Override
        public float slope(float x, float y) {
            return f.slope(x, y);
        }

        @Override
        public boolean slopeNeedsInput() {
            return f.slopeNeedsInput();
        }
    }
}
