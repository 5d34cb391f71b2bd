package org.fascicle.tck.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Slot;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/**
 * One layer with its memory, and the pass that the layer sees. Strict on purpose: what was not declared, or not written
 * yet, is NaN. An activation that cannot be fused is a node of its own after this one. Confined to one thread.
 */
final class Node implements Pass {
    private final Graph graph;
    private final String path;
    private final Layer layer;
    private final Plan plan;
    private final boolean recomputed;
    private final Optional<Kernel> fused;
    private final Optional<Node> after;
    private final Table<Weights.Entry> params;
    private final Map<String, Node[]> children = new LinkedHashMap<>();
    private final IdentityHashMap<ScalarFunction, Kernel> kernels = new IdentityHashMap<>();
    /** The statistics that each instance saw in forward: the same in its backward. */
    private final Map<String, Tensor> statistics = new HashMap<>();

    private int instance;
    private boolean backward;
    /** True between a call that computes it again in backward and the backward that this call is for. */
    private boolean again;

    private Tensor[] in = {};
    private Tensor[] out = {};
    private Tensor[] dy = {};
    private List<Sink> dx = List.of();
    private Map<String, Tensor[]> kept = new LinkedHashMap<>();
    private final List<Tensor> scratch = new ArrayList<>();
    private final Map<String, Tensor> nextStatistics = new LinkedHashMap<>();
    private final Map<String, Sink> sinks = new LinkedHashMap<>();
    private final Map<Integer, Sink> thrownAway = new HashMap<>();
    private final Set<Integer> filled = new HashSet<>();

    Node(Graph graph, String path, Child what, Shapes shapes, boolean recomputed) {
        this.graph = graph;
        this.path = path;
        this.recomputed = recomputed;
        layer = what.layer();
        plan = layer.plan(shapes);
        check(plan, layer);
        fused = what.activation()
                .filter(a -> fuses(plan, a))
                .map(a -> graph.ops().kernel((ScalarFunction) a.layer()));
        after = what.activation()
                .filter(a -> fused.isEmpty())
                .map(a -> new Node(
                        graph,
                        path + "." + a.name(),
                        a,
                        Shapes.of(plan.outputs().get(0)),
                        recomputed));
        params = new Table<>("parameters of " + path);
        for (Param p : plan.params()) params.add(p.name(), graph.weights().entry(path + "." + p.name(), p));
        for (Plan.Call c : plan.children()) {
            Node[] nodes = new Node[c.recomputed() ? 1 : c.instances()];
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = new Node(graph, path + "." + c.child().name(), c.child(), c.inputs(), c.recomputed());
            }
            if (children.put(c.child().name(), nodes) != null)
                throw wrong("two children are named " + c.child().name());
        }
    }

    private void check(Plan p, Layer l) {
        if (p.outputs().size() != l.outputs().size()) {
            throw wrong("the plan has " + p.outputs().size() + " outputs, the layer names " + l.outputs());
        }
        if (p.has(Trait.EPILOGUE) && p.readOutputs().contains(0)) {
            throw wrong("a layer with the trait EPILOGUE must not read output 0 in backward");
        }
    }

    /** A scalar function goes into the product only where backward needs nothing but its result. */
    private static boolean fuses(Plan plan, Child activation) {
        return plan.has(Trait.EPILOGUE)
                && activation.activation().isEmpty()
                && activation.layer() instanceof ScalarFunction f
                && !f.slopeNeedsInput();
    }

    Layer layer() {
        return layer;
    }

    Plan plan() {
        return plan;
    }

    /** Output shapes, activation included. */
    List<Shape> shapes() {
        List<Shape> s = new ArrayList<>(plan.outputs());
        after.ifPresent(a -> s.set(0, a.shapes().get(0)));
        return s;
    }

    boolean hasParameters() {
        return !plan.params().isEmpty()
                || !children.isEmpty()
                || after.map(Node::hasParameters).orElse(false);
    }

    private List<Tensor> results() {
        List<Tensor> r = new ArrayList<>(Arrays.asList(out));
        after.ifPresent(a -> r.set(0, a.results().get(0)));
        return r;
    }

    List<Tensor> forward(int which, Tensor... inputs) {
        if (recomputed) forget();
        instance = which;
        again = graph.backward();
        in = inputs.clone();
        out = plan.outputs().stream().map(s -> graph.garbage(Poison.OUTPUT, s)).toArray(Tensor[]::new);
        if (graph.inPlace() && plan.has(Trait.IN_PLACE) && !plan.readInputs().contains(0)) {
            out[0].set(in[0]);
            in[0] = out[0].reshape(in[0].shape());
        }
        kept = new LinkedHashMap<>();
        for (Slot s : plan.kept()) {
            Tensor[] t = new Tensor[s.count()];
            Arrays.setAll(t, i -> graph.garbage(Poison.KEPT, s.shape()));
            kept.put(s.name(), t);
        }
        if (!graph.backward()) {
            for (Param p : plan.params()) statistics.remove(p.name() + "#" + instance);
            for (Slot s : plan.state()) session(s).ifPresent(t -> graph.spoil(Poison.NEXT, t.next()));
        }
        layer.forward(this);
        nextStatistics.forEach((name, t) -> params.get(name).next(t));
        nextStatistics.clear();
        end();
        graph.inspect(path, "forward", "output", Arrays.asList(out), layer.outputs());
        after.ifPresent(a -> a.forward(instance, out[0]));
        return results();
    }

    void backward(int which, List<Sink> into, Tensor... gradients) {
        instance = which;
        dx = into;
        dy = gradients.clone();
        backward = true;
        for (Node[] nodes : children.values()) {
            for (Node n : nodes) {
                n.again = false;
                if (n.recomputed) n.forget();
            }
        }
        if (hasOutputGradient(0)) throughActivation();
        layer.backward(this);
        for (int i = 0; i < in.length; i++) {
            if (wants(i) && !filled.contains(i))
                throw wrong("backward did not fill the gradient of input " + port(i).name());
        }
        for (Param p : plan.params()) {
            if (p.kind().trained() && !sinks.containsKey(p.name()))
                throw wrong("backward did not fill the gradient of " + p.name());
        }
        inspectGradients();
        end();
        sinks.clear();
        thrownAway.clear();
        filled.clear();
        dy = new Tensor[0];
        backward = false;
        again = false;
    }

    /** Makes of the gradient by the activation's result the gradient by output 0. */
    private void throughActivation() {
        Tensor dz = graph.garbage(Poison.SINK, plan.outputs().get(0));
        if (fused.isPresent()) {
            fused.get().slope(Sink.set(dz), graph.garbage(Poison.UNDECLARED, out[0].shape()), out[0], dy[0]);
            dy[0] = dz;
        } else if (after.isPresent()) {
            after.get().backward(instance, List.of(Sink.set(dz)), dy[0]);
            dy[0] = dz;
        }
    }

    private void inspectGradients() {
        for (int i = 0; i < in.length; i++) {
            if (wants(i))
                graph.inspect(path, "backward", "gradient of", List.of(dx.get(i).tensor()), List.of(port(i).name()));
        }
        sinks.forEach((name, s) -> graph.inspect(path, "backward", "gradient of", List.of(s.tensor()), List.of(name)));
    }

    private void end() {
        for (Tensor t : scratch) graph.spoil(Poison.SCRATCH, t);
        scratch.clear();
    }

    /** What a recomputed child gave is dropped. */
    private void forget() {
        for (Tensor t : out) graph.spoil(Poison.UNDECLARED, t);
        for (Tensor[] k : kept.values()) for (Tensor t : k) graph.spoil(Poison.KEPT, t);
        after.ifPresent(Node::forget);
        again = false;
    }

    private FascicleException wrong(String what) {
        return new FascicleException(path + ": " + what);
    }

    private Port port(int i) {
        List<Port> ports = layer.inputs();
        return ports.get(Math.min(i, ports.size() - 1));
    }

    @Override
    public boolean training() {
        return graph.training();
    }

    @Override
    public Ops ops() {
        graph.asked();
        return graph.ops();
    }

    @Override
    public int inputs() {
        return in.length;
    }

    @Override
    public boolean has(int i) {
        return i < in.length && in[i] != Tensor.ABSENT;
    }

    @Override
    public Tensor input(int i) {
        graph.asked();
        if (!has(i)) throw wrong("input " + port(i).name() + " is absent; ask has(" + i + ") first");
        if (!backward
                || plan.readInputs().contains(Math.min(i, layer.inputs().size() - 1))
                || plan.readInputs().contains(i)) {
            return in[i];
        }
        return graph.undeclared(
                "input " + i, "add .reads(" + Math.min(i, layer.inputs().size() - 1) + ")", in[i]);
    }

    @Override
    public Tensor output(int i) {
        graph.asked();
        if (!backward || plan.readOutputs().contains(i)) return out[i];
        return graph.undeclared("output " + i, "add .readsOutputs(" + i + ")", out[i]);
    }

    @Override
    public Tensor parameter(String name) {
        return params.get(name).value();
    }

    @Override
    public Operand operand(String name, Use use) {
        return graph.ops().pack(params.get(name).value(), use);
    }

    @Override
    public Tensor statistic(String name) {
        Weights.Entry e = params.get(name);
        if (!training()) return e.value();
        return graph.backward()
                ? statistics.getOrDefault(name + "#" + instance, e.value())
                : statistics.computeIfAbsent(name + "#" + instance, k -> e.next());
    }

    @Override
    public Tensor nextStatistic(String name) {
        Weights.Entry e = params.get(name);
        if (e.param().kind() != Param.Kind.STATISTIC) throw wrong(name + " is no statistic but " + e.param());
        if (!training() || graph.backward()) return scratch(e.param().shape());
        return nextStatistics.computeIfAbsent(
                name, k -> graph.garbage(Poison.NEXT, e.param().shape()));
    }

    private Slot stateSlot(String name) {
        for (Slot s : plan.state()) if (s.name().equals(name)) return s;
        throw wrong("state " + name + " was not declared in the plan");
    }

    private Optional<Session.State> session(Slot s) {
        return graph.session()
                .map(q -> q.state(path + (instance == 0 ? "." : "#" + instance + ".") + s.name(), s.shape()));
    }

    @Override
    public Tensor state(String name) {
        Slot s = stateSlot(name);
        return session(s).map(Session.State::current).orElseGet(() -> Tensor.zeros(s.shape()));
    }

    @Override
    public Tensor nextState(String name) {
        Slot s = stateSlot(name);
        return graph.backward()
                ? scratch(s.shape())
                : session(s).map(Session.State::next).orElseGet(() -> scratch(s.shape()));
    }

    @Override
    public boolean hasOutputGradient(int i) {
        return i < dy.length && dy[i] != Tensor.ABSENT;
    }

    @Override
    public Tensor outputGradient(int i) {
        if (!hasOutputGradient(i))
            throw wrong("output " + i + " has no gradient; ask hasOutputGradient(" + i + ") first");
        return dy[i];
    }

    @Override
    public boolean wants(int i) {
        return has(i)
                && port(i).role() == Port.Role.VALUE
                && i < dx.size()
                && dx.get(i).tensor() != Tensor.ABSENT;
    }

    @Override
    public boolean wants(String name) {
        return params.get(name).param().kind().trained();
    }

    @Override
    public Sink inputGradient(int i) {
        graph.asked();
        if (!has(i))
            throw wrong("input " + port(i).name() + " is absent and has no gradient; ask wants(" + i + ") first");
        if (!wants(i)) return thrownAway.computeIfAbsent(i, k -> Sink.set(scratch(in[k].shape())));
        filled.add(i);
        return dx.get(i);
    }

    @Override
    public Sink gradient(String name) {
        return sinks.computeIfAbsent(name, k -> {
            Weights.Entry e = params.get(k);
            if (!wants(k)) return Sink.set(scratch(e.param().shape()));
            boolean first = e.write();
            if (first) graph.spoil(Poison.SINK, e.gradient());
            return new Sink(e.gradient(), first ? 0 : 1);
        });
    }

    @Override
    public Tensor kept(String name) {
        return kept(name, 0);
    }

    @Override
    public Tensor kept(String name, int index) {
        graph.asked();
        Tensor[] t = kept.get(name);
        if (t == null) throw wrong("kept \"" + name + "\" was not declared in the plan; declared are " + kept.keySet());
        return t[index];
    }

    @Override
    public Tensor scratch(Shape s) {
        Tensor t = graph.garbage(Poison.SCRATCH, s);
        scratch.add(t);
        return t;
    }

    @Override
    public Epilogue epilogue() {
        return fused.isPresent() ? new Epilogue(Optional.empty(), fused) : Epilogue.NONE;
    }

    @Override
    public Kernel kernel(ScalarFunction f) {
        return kernels.computeIfAbsent(f, graph.ops()::kernel);
    }

    @Override
    public Draws random(int stream) {
        return Philox.of(graph.weights().seed(), path, instance, stream, graph.step());
    }

    private Node child(Child c, int i) {
        Node[] nodes = children.get(c.name());
        if (nodes == null)
            throw wrong("child " + c.name() + " was not declared in the plan; declared are " + children.keySet());
        return nodes[nodes[0].recomputed ? 0 : i];
    }

    @Override
    public List<Tensor> call(Child c, int i, Tensor... inputs) {
        Node n = child(c, i);
        for (int k = 0; k < inputs.length; k++) {
            if (n.reads(k) && !n.recomputed && inputs[k] != Tensor.ABSENT && !lives(inputs[k])) {
                throw wrong("child " + c.name() + " reads its input " + k
                        + " in backward, and that tensor does not live so long: declare it as read, or keep it");
            }
        }
        return n.forward(number(c, i), inputs);
    }

    /** Which of all the uses of a child in one step this is: the uses of this layer times the planned calls, and so on down. */
    private int number(Child c, int i) {
        for (Plan.Call k : plan.children()) if (k.child().name().equals(c.name())) return instance * k.instances() + i;
        throw wrong("child " + c.name() + " was not declared in the plan");
    }

    private boolean reads(int input) {
        return plan.readInputs().contains(input)
                || plan.readInputs().contains(Math.min(input, layer.inputs().size() - 1));
    }

    /** True if this tensor is still there when backward runs. */
    private boolean lives(Tensor t) {
        for (int i = 0; i < in.length; i++) if (reads(i) && in[i].data() == t.data()) return true;
        for (int i : plan.readOutputs()) if (out[i].data() == t.data()) return true;
        for (Tensor[] k : kept.values()) for (Tensor x : k) if (x.data() == t.data()) return true;
        for (Node[] nodes : children.values()) {
            for (Node n : nodes) {
                if (!n.recomputed) for (Tensor x : n.results()) if (x.data() == t.data()) return true;
            }
        }
        return false;
    }

    @Override
    public List<Tensor> result(Child c, int i) {
        Node n = child(c, i);
        List<Tensor> r = n.results();
        if (r.isEmpty() || (n.instance == number(c, i) && (!backward || n.again))) return r;
        return r.stream()
                .map(t -> graph.undeclared(
                        "the result of child " + c.name(), "keep it, or call the child again in backward", t))
                .toList();
    }

    @Override
    public void callBackward(Child c, int i, List<Sink> into, Tensor... gradients) {
        Node n = child(c, i);
        if (n.recomputed && !(n.again && n.instance == number(c, i))) {
            throw wrong("child " + c.name() + " is recomputed: call its instance " + i
                    + " again right before callBackward");
        }
        for (Sink s : into) if (s.beta() == 0 && s.tensor() != Tensor.ABSENT) graph.spoil(Poison.SINK, s.tensor());
        n.backward(number(c, i), into, gradients);
        if (n.recomputed) n.forget();
    }
}
