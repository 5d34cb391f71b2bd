package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Child;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Port;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Ops;

/** A model whose parts have been made but not yet fitted to shapes: nodes in an order in which they can run. Immutable. */
public final class Blueprint {
    /** A node. {@code plain} says that type and activation have default options only. */
    record Node(String id, Child what, List<String> inputs, boolean plainType, boolean plainActivation) {}

    /** A loss. */
    record Term(
            String name, Child what, Loss loss, List<String> inputs, double weight, ModelSpec.Reduction reduction) {}

    final String model;
    final List<ModelSpec.Input> inputs;
    final List<Node> nodes;
    final List<Term> terms;
    final List<String> outputs;
    final Ops ops;

    /**
     * Puts the parts together.
     *
     * @param model name, for messages
     * @param made the layer of each node by id, and the loss of each term by name behind {@code losses.}; losses that are
     *     not there are left out
     */
    public Blueprint(String model, ModelSpec spec, Map<String, Child> made, Ops ops) {
        this.model = model;
        this.ops = ops;
        inputs = spec.inputs();
        outputs = spec.outputs();
        nodes = ordered(spec, made);
        Set<String> known = references();
        for (String o : outputs) {
            if (!known.contains(o))
                throw new ConfigException(
                        model + ": output " + o + " is neither a node nor an input; known are " + names());
        }
        terms = new ArrayList<>();
        for (ModelSpec.Term t : spec.losses()) {
            Child c = made.get("losses." + t.name());
            if (terms.stream().anyMatch(o -> o.name().equals(t.name())))
                throw new ConfigException(model + ": two losses are called " + t.name() + "; give one another name");
            if (c != null) terms.add(new Term(t.name(), c, (Loss) c.layer(), t.inputs(), t.weight(), t.reduction()));
        }
    }

    private List<Node> ordered(ModelSpec spec, Map<String, Child> made) {
        Set<String> known = new HashSet<>();
        spec.inputs().forEach(i -> known.add(i.name()));
        List<ModelSpec.Node> todo = new ArrayList<>(spec.nodes());
        List<Node> order = new ArrayList<>();
        while (!todo.isEmpty()) {
            ModelSpec.Node n = todo.stream()
                    .filter(q -> q.inputs().stream().allMatch(r -> r.isEmpty() || known.contains(r)))
                    .findFirst()
                    .orElseThrow(() -> unordered(todo, spec, made));
            todo.remove(n);
            Child c = made.get(n.id());
            order.add(new Node(
                    n.id(), c, n.inputs(), plain(n.options()), n.options().get("activation") instanceof String));
            known.add(n.id());
            for (String o : c.outputs()) known.add(n.id() + "." + o);
        }
        return List.copyOf(order);
    }

    private static boolean plain(Map<String, Object> options) {
        return options.keySet().stream().allMatch(k -> k.equals("type"));
    }

    private ConfigException unordered(List<ModelSpec.Node> todo, ModelSpec spec, Map<String, Child> made) {
        Set<String> ids = new HashSet<>();
        spec.nodes().forEach(n -> ids.add(n.id()));
        spec.inputs().forEach(i -> ids.add(i.name()));
        for (ModelSpec.Node n : todo) {
            for (String r : n.inputs()) {
                if (!r.isEmpty() && !ids.contains(r.contains(".") ? r.substring(0, r.indexOf('.')) : r)) {
                    return new ConfigException(n.id() + " of " + model + ": its input " + r
                            + " is neither a node nor an input of the model; known are "
                            + ids.stream().sorted().toList());
                }
                int dot = r.indexOf('.');
                Child from = dot < 0 ? null : made.get(r.substring(0, dot));
                if (dot >= 0 && (from == null || !from.outputs().contains(r.substring(dot + 1)))) {
                    return new ConfigException(n.id() + " of " + model + ": its input " + r + " does not exist; "
                            + r.substring(0, dot) + " has "
                            + (from == null ? "no named outputs" : "the outputs " + from.outputs()));
                }
            }
        }
        return new ConfigException(model + ": these nodes wait for each other: "
                + todo.stream().map(n -> n.id() + n.inputs()).toList());
    }

    private Set<String> references() {
        Set<String> known = new HashSet<>();
        inputs.forEach(i -> known.add(i.name()));
        for (Node n : nodes) {
            known.add(n.id());
            n.what().outputs().forEach(o -> known.add(n.id() + "." + o));
        }
        return known;
    }

    private List<String> names() {
        List<String> r = new ArrayList<>();
        inputs.forEach(i -> r.add(i.name()));
        nodes.forEach(n -> r.add(n.id()));
        return r;
    }

    /** The names that losses refer to and the model does not have: what a batch must bring besides the inputs. */
    public Set<String> targets() {
        Set<String> known = references(), targets = new java.util.LinkedHashSet<>();
        for (Term t : terms) for (String r : t.inputs()) if (!r.isEmpty() && !known.contains(r)) targets.add(r);
        return targets;
    }

    /** What the nodes take an input for: the role of the first port that is more than a value. */
    public Port.Role role(String input) {
        for (Node n : nodes) {
            List<Port> ports = n.what().inputs();
            for (int i = 0; i < n.inputs().size() && !ports.isEmpty(); i++) {
                Port.Role r = ports.get(Math.min(i, ports.size() - 1)).role();
                if (n.inputs().get(i).equals(input) && r != Port.Role.VALUE) return r;
            }
        }
        return Port.Role.VALUE;
    }

    public List<ModelSpec.Input> inputs() {
        return inputs;
    }

    public List<String> outputs() {
        return outputs;
    }

    public boolean hasLosses() {
        return !terms.isEmpty();
    }

    /** For a node whose activation is a layer of its own, or a scalar function that a loss wants to see unfused: its type, if it has default options. */
    static Optional<String> defaultActivation(Node n) {
        return n.plainActivation() ? n.what().activation().map(Child::type) : Optional.empty();
    }

    /** Nodes by id. */
    Map<String, Node> byId() {
        Map<String, Node> m = new HashMap<>();
        nodes.forEach(n -> m.put(n.id(), n));
        return m;
    }
}
