package org.fascicle.tck.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.model.NonFiniteException;
import org.fascicle.nn.Child;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/**
 * Nodes in an order in which each comes after those it refers to: forward, then backward from the gradients of any
 * tensors. Allocates on every step; what layers must not rely on is NaN. Confined to one thread.
 */
public final class Graph {
    /**
     * A node.
     *
     * @param id unique; its parameters are {@code id.param}
     * @param what the layer with its activation
     * @param inputs one reference a port: an input's name, {@code node} (its first output) or {@code node.port}; "" leaves an
     *     optional port out
     */
    public record Spec(String id, Child what, List<String> inputs) {
        public Spec {
            inputs = List.copyOf(inputs);
        }

        public static Spec of(String id, Child what, String... inputs) {
            return new Spec(id, what, List.of(inputs));
        }
    }

    private final Ops ops;
    private final Weights weights;
    private final Map<String, Shape> inputs;
    private final List<Spec> order = new ArrayList<>();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, Tensor> values = new HashMap<>();
    private final Map<String, Tensor> gradients = new HashMap<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> needed = new HashSet<>();
    private final Set<Poison> lifted = EnumSet.noneOf(Poison.class);
    private final Set<String> undeclared = new LinkedHashSet<>();
    private Optional<Session> session = Optional.empty();
    private boolean training;
    private boolean backward;
    private boolean inspecting;
    private boolean inPlace;
    private boolean givesWay;
    private long step;

    /**
     * Plans all nodes and makes the parameters that are not there yet.
     *
     * @param inputs what {@link #forward} is given, targets among them
     * @param wanted the inputs whose gradient is wanted
     */
    public Graph(Ops ops, Weights weights, Map<String, Shape> inputs, Collection<Spec> specs, Set<String> wanted) {
        this.ops = ops;
        this.weights = weights;
        this.inputs = Map.copyOf(inputs);
        shapes.putAll(inputs);
        needed.addAll(wanted);
        List<Spec> todo = new ArrayList<>(specs);
        while (!todo.isEmpty()) {
            Spec next = todo.stream()
                    .filter(s -> s.inputs.stream().allMatch(r -> r.isEmpty() || shapes.containsKey(r)))
                    .findFirst()
                    .orElseThrow(() -> new ConfigException("graph: a cycle or an unknown reference among "
                            + todo.stream().map(s -> s.id + s.inputs).toList()));
            todo.remove(next);
            add(next);
        }
    }

    private void add(Spec s) {
        Node n;
        try {
            n = new Node(
                    this,
                    s.id,
                    s.what,
                    new Shapes(s.inputs.stream()
                            .map(r -> r.isEmpty() ? Shapes.ABSENT : shapes.get(r))
                            .toList()),
                    false);
        } catch (ShapeException e) {
            throw e.at(s.id);
        }
        if (nodes.put(s.id, n) != null) throw new ConfigException("graph: two nodes are called " + s.id);
        order.add(s);
        boolean need = n.hasParameters() || s.inputs.stream().anyMatch(needed::contains);
        List<Shape> out = n.shapes();
        for (int i = 0; i < out.size(); i++) {
            String ref = s.id + "." + n.layer().outputs().get(i);
            shapes.put(ref, out.get(i));
            if (need) needed.add(ref);
        }
        shapes.put(s.id, out.get(0));
        if (need) needed.add(s.id);
    }

    /** From now on memory of this kind holds zeros or what was there before, not NaN. */
    public Graph lift(Poison p) {
        lifted.add(p);
        return this;
    }

    /** From now on layers with the trait {@code IN_PLACE} work on one array. */
    public Graph workInPlace() {
        inPlace = true;
        return this;
    }

    /** From now on the thread gives way whenever a layer asks its pass for something: threads that share a layer meet inside it, even on one core. */
    public Graph giveWay() {
        givesWay = true;
        return this;
    }

    void asked() {
        if (givesWay) Thread.yield();
    }

    private String full(String ref) {
        return nodes.containsKey(ref)
                ? ref + "." + nodes.get(ref).layer().outputs().get(0)
                : ref;
    }

    private Node node(String id) {
        Node n = nodes.get(id);
        if (n == null) throw new ConfigException("graph: there is no node " + id + "; there are " + nodes.keySet());
        return n;
    }

    /** The shape of an input or output. */
    public Shape shape(String ref) {
        return shapes.get(full(ref));
    }

    /** The names of a node's outputs. */
    public List<String> outputs(String id) {
        return node(id).layer().outputs();
    }

    public List<Port> ports(String id) {
        return node(id).layer().inputs();
    }

    public Plan plan(String id) {
        return node(id).plan();
    }

    /** What the layer of a node saw last. */
    public Pass pass(String id) {
        return node(id);
    }

    /** A number of the last forward. */
    public Tensor value(String ref) {
        return values.get(full(ref));
    }

    /** The gradient by an input or output; of what nobody wanted there is none. */
    public Optional<Tensor> gradient(String ref) {
        return Optional.ofNullable(gradients.get(full(ref)));
    }

    /** What layers asked for in backward without having declared it, with the remedy. */
    public Set<String> undeclared() {
        return Set.copyOf(undeclared);
    }

    /**
     * Computes all nodes.
     *
     * @param batch one tensor an input, of the planned shape
     * @param at the step whose random numbers are drawn
     * @param streams where states come from; without it they are zero
     */
    public void forward(Map<String, Tensor> batch, boolean train, long at, Optional<Session> streams) {
        inputs.forEach((name, s) -> {
            Tensor t = batch.get(name);
            if (t == null)
                throw new ConfigException("graph: input " + name + " is missing; given are " + batch.keySet());
            if (!t.shape().equals(s))
                throw new ShapeException("graph: input " + name + " must be " + s + ", got " + t.shape());
        });
        training = train;
        step = at;
        session = streams;
        backward = false;
        weights.begin();
        values.clear();
        values.putAll(batch);
        undeclared.clear();
        for (Spec s : order) {
            Node n = nodes.get(s.id);
            List<Tensor> y = n.forward(
                    0,
                    s.inputs.stream()
                            .map(r -> r.isEmpty() ? Tensor.ABSENT : value(r))
                            .toArray(Tensor[]::new));
            for (int i = 0; i < y.size(); i++)
                values.put(s.id + "." + n.layer().outputs().get(i), y.get(i));
        }
    }

    /** Goes back from these gradients of inputs or outputs; those given for inputs are added to. */
    public void backward(Map<String, Tensor> seeds) {
        backward = true;
        gradients.clear();
        written.clear();
        seeds.forEach((ref, g) -> {
            gradients.put(full(ref), g.copy());
            written.add(full(ref));
        });
        for (int k = order.size() - 1; k >= 0; k--) back(order.get(k));
        backward = false;
    }

    private void back(Spec s) {
        Node n = nodes.get(s.id);
        Tensor[] dy = n.layer().outputs().stream()
                .map(o -> written.contains(s.id + "." + o) ? gradients.get(s.id + "." + o) : Tensor.ABSENT)
                .toArray(Tensor[]::new);
        if (Arrays.stream(dy).allMatch(t -> t == Tensor.ABSENT) || !needed.contains(s.id)) return;
        List<Sink> sinks = new ArrayList<>();
        List<Runnable> after = new ArrayList<>();
        Set<String> mine = new HashSet<>();
        for (int i = 0; i < s.inputs.size(); i++) {
            String ref = full(s.inputs.get(i));
            Port p = n.layer().inputs().get(Math.min(i, n.layer().inputs().size() - 1));
            if (!needed.contains(s.inputs.get(i)) || p.role() != Port.Role.VALUE) {
                sinks.add(Sink.set(Tensor.ABSENT));
                continue;
            }
            Tensor g = gradients.computeIfAbsent(ref, q -> Tensor.zeros(shapes.get(ref)));
            if (mine.add(ref)) {
                boolean first = written.add(ref);
                if (first) spoil(Poison.SINK, g);
                sinks.add(new Sink(g, first ? 0 : 1));
            } else {
                // One tensor at two ports: sinks of one layer must not overlap.
                Tensor own = garbage(Poison.SINK, g.shape());
                sinks.add(Sink.set(own));
                after.add(() -> Sink.add(g).put(own));
            }
        }
        n.backward(0, sinks, dy);
        after.forEach(Runnable::run);
    }

    /** Runs a forward and backward again and tells of the first number that is not finite. */
    void inspecting(Runnable again) {
        inspecting = true;
        try {
            again.run();
        } finally {
            inspecting = false;
        }
    }

    void inspect(String path, String direction, String what, List<Tensor> tensors, List<String> names) {
        if (!inspecting) return;
        for (int k = 0; k < tensors.size(); k++) {
            Tensor t = tensors.get(k);
            for (int i = 0; i < t.size(); i++) {
                if (Float.isFinite(t.data()[i])) continue;
                throw new NonFiniteException(path + ": " + direction + ": " + what + " " + names.get(k) + " is "
                        + t.data()[i] + " at index " + i + " of " + t.shape());
            }
        }
    }

    Tensor garbage(Poison p, Shape s) {
        Tensor t = Tensor.zeros(s);
        spoil(p, t);
        return t;
    }

    void spoil(Poison p, Tensor t) {
        if (lifted.contains(p)) return;
        t.fill(Float.NaN);
    }

    Tensor undeclared(String what, String remedy, Tensor t) {
        undeclared.add(what + " but the plan does not declare it: " + remedy);
        return lifted.contains(Poison.UNDECLARED) ? t : garbage(Poison.UNDECLARED, t.shape());
    }

    Ops ops() {
        return ops;
    }

    Weights weights() {
        return weights;
    }

    Optional<Session> session() {
        return session;
    }

    boolean training() {
        return training;
    }

    boolean backward() {
        return backward;
    }

    boolean inPlace() {
        return inPlace;
    }

    long step() {
        return step;
    }
}
