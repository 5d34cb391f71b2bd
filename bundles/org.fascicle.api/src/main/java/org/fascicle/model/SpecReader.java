package org.fascicle.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fascicle.plugin.ConfigException;

/**
 * Reads a {@link ModelSpec} from what JSON holds. Left out, a node's inputs are the node before it (the first input for the
 * first node), the outputs are the last node, a loss's inputs are the last node and {@code target}. Confined to one reading.
 */
public final class SpecReader {
    private static final Pattern ID = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
    private final String where;

    private SpecReader(String where) {
        this.where = where;
    }

    /**
     * Reads a model.
     *
     * @param where put before every message
     * @param tree keys {@code inputs} (name to dims), {@code layers}, {@code outputs}, {@code losses}
     */
    public static ModelSpec read(String where, Map<String, ?> tree) {
        return new SpecReader(where).model(tree);
    }

    private ModelSpec model(Map<String, ?> tree) {
        known(where, tree, Set.of("inputs", "layers", "outputs", "losses"));
        List<ModelSpec.Input> inputs = new ArrayList<>();
        for (Map.Entry<String, ?> e :
                map(where + ": inputs", tree.get("inputs")).entrySet()) {
            id(where + ": inputs", e.getKey());
            inputs.add(new ModelSpec.Input(e.getKey(), dims(where + ": input " + e.getKey(), e.getValue())));
        }
        if (inputs.isEmpty())
            throw new ConfigException(where + ": inputs: a model needs at least one, e.g. {\"x\": [1, 28, 28]}");
        List<ModelSpec.Node> nodes = nodes(inputs.get(0).name(), tree.get("layers"));
        Set<String> ids = new HashSet<>();
        inputs.forEach(i -> ids.add(i.name()));
        for (ModelSpec.Node n : nodes) {
            if (!ids.add(n.id())) throw new ConfigException(where + ": two nodes or inputs are called " + n.id());
        }
        String last = nodes.get(nodes.size() - 1).id();
        List<String> outputs =
                tree.containsKey("outputs") ? texts(where + ": outputs", tree.get("outputs")) : List.of(last);
        return new ModelSpec(inputs, nodes, outputs, losses(outputs.get(0), tree.get("losses")));
    }

    private List<ModelSpec.Node> nodes(String first, Object layers) {
        List<ModelSpec.Node> nodes = new ArrayList<>();
        Map<String, Integer> count = new LinkedHashMap<>();
        String before = first;
        for (Object o : list(where + ": layers", layers)) {
            Map<String, Object> options = new LinkedHashMap<>(
                    map(where + ": layer " + (nodes.size() + 1), o instanceof String s ? Map.of("type", s) : o));
            if (!(options.get("type") instanceof String type)) {
                throw new ConfigException(where + ": layer " + (nodes.size() + 1)
                        + " has no type; add \"type\": \"dense\", or another layer's name");
            }
            int k = count.merge(type, 1, Integer::sum);
            String id = options.containsKey("id") ? text(where + ": id", options.remove("id")) : type + k;
            id(where + ": layer", id);
            List<String> inputs = options.containsKey("inputs")
                    ? texts(where + ": inputs of " + id, options.remove("inputs"))
                    : List.of(before);
            nodes.add(new ModelSpec.Node(id, options, inputs));
            before = id;
        }
        if (nodes.isEmpty()) throw new ConfigException(where + ": layers: a model needs at least one layer");
        return nodes;
    }

    private List<ModelSpec.Term> losses(String output, Object value) {
        List<ModelSpec.Term> terms = new ArrayList<>();
        if (value == null) return terms;
        for (Object o : value instanceof List<?> l ? l : List.of(value)) {
            Map<String, Object> options =
                    new LinkedHashMap<>(map(where + ": loss", o instanceof String s ? Map.of("type", s) : o));
            List<String> inputs = options.containsKey("inputs")
                    ? texts(where + ": inputs of a loss", options.remove("inputs"))
                    : List.of(output, "target");
            Object weight = options.remove("weight"),
                    name = options.remove("name"),
                    reduction = options.remove("reduction");
            if (weight != null && !(weight instanceof Number))
                throw new ConfigException(where + ": weight of a loss must be a number, got " + weight);
            terms.add(new ModelSpec.Term(
                    name == null
                            ? (terms.isEmpty() ? "loss" : "loss" + (terms.size() + 1))
                            : text(where + ": name of a loss", name),
                    options,
                    inputs,
                    weight == null ? 1 : ((Number) weight).doubleValue(),
                    reduction(reduction)));
        }
        return terms;
    }

    private ModelSpec.Reduction reduction(Object o) {
        if (o == null) return ModelSpec.Reduction.MEAN;
        for (ModelSpec.Reduction r : ModelSpec.Reduction.values()) {
            if (r.name().toLowerCase(Locale.ROOT).equals(o)) return r;
        }
        throw new ConfigException(where + ": reduction must be sum, mean or weighted_mean, got " + o);
    }

    static Map<String, Object> tree(ModelSpec m) {
        Map<String, Object> tree = new LinkedHashMap<>(), inputs = new LinkedHashMap<>();
        m.inputs()
                .forEach(i -> inputs.put(
                        i.name(), i.dims().stream().map(d -> d < 0 ? null : d).collect(Collectors.toList())));
        tree.put("inputs", inputs);
        List<Object> layers = new ArrayList<>(), losses = new ArrayList<>();
        for (ModelSpec.Node n : m.nodes()) {
            Map<String, Object> t = new LinkedHashMap<>();
            t.put("id", n.id());
            t.putAll(n.options());
            t.put("inputs", n.inputs());
            layers.add(t);
        }
        tree.put("layers", layers);
        tree.put("outputs", m.outputs());
        for (ModelSpec.Term l : m.losses()) {
            Map<String, Object> t = new LinkedHashMap<>();
            t.put("name", l.name());
            t.putAll(l.options());
            t.put("inputs", l.inputs());
            t.put("weight", l.weight());
            t.put("reduction", l.reduction().name().toLowerCase(Locale.ROOT));
            losses.add(t);
        }
        if (!losses.isEmpty()) tree.put("losses", losses);
        return tree;
    }

    /** A deep, unmodifiable copy in the same order. */
    static Map<String, Object> frozen(Map<String, ?> m) {
        Map<String, Object> r = new LinkedHashMap<>();
        m.forEach((k, v) -> r.put(k, freeze(v)));
        return Collections.unmodifiableMap(r);
    }

    @SuppressWarnings("unchecked")
    private static Object freeze(Object o) {
        if (o instanceof Map<?, ?> m) return frozen((Map<String, ?>) m);
        if (o instanceof List<?> l) return l.stream().map(SpecReader::freeze).toList();
        return o;
    }

    private static void known(String where, Map<String, ?> tree, Set<String> keys) {
        for (String k : tree.keySet()) {
            if (!keys.contains(k))
                throw new ConfigException(where + ": unknown key " + k + "; known are "
                        + keys.stream().sorted().toList());
        }
    }

    private static void id(String where, String id) {
        if (!ID.matcher(id).matches())
            throw new ConfigException(
                    where + ": a name must be a letter, then letters, digits, _ or -, got \"" + id + "\"");
    }

    private static List<Integer> dims(String where, Object o) {
        List<Integer> dims = new ArrayList<>();
        for (Object d : list(where, o)) {
            if (d == null || "?".equals(d)) dims.add(-1);
            else if (d instanceof Number n && n.intValue() == n.doubleValue() && n.intValue() > 0)
                dims.add(n.intValue());
            else
                throw new ConfigException(
                        where + ": a dimension must be a positive whole number, or null where it is open, got " + d);
        }
        return dims;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(String where, Object o) {
        if (o instanceof Map<?, ?> m) return (Map<String, Object>) m;
        throw new ConfigException(where + " must be an object, got " + (o == null ? "nothing" : o));
    }

    private static List<?> list(String where, Object o) {
        if (o instanceof List<?> l) return l;
        throw new ConfigException(where + " must be a list, got " + (o == null ? "nothing" : o));
    }

    private static String text(String where, Object o) {
        if (o instanceof String s) return s;
        throw new ConfigException(where + " must be a text, got " + o);
    }

    private static List<String> texts(String where, Object o) {
        List<String> r = new ArrayList<>();
        for (Object x : o instanceof String s ? List.of(s) : list(where, o)) r.add(text(where, x));
        if (r.isEmpty()) throw new ConfigException(where + " must not be empty");
        return r;
    }
}
