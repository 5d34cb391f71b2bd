package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Child;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;

/**
 * A blueprint fitted to concrete shapes: units in order, which values they read and write, what may share memory, and in
 * which order gradients arrive. One immutable object, shared by all threads; each run takes a {@link Workspace} from it.
 */
public final class Graph {
    /** What a graph is for. */
    public enum Mode {
        /** Outputs only. */
        PREDICT,
        /** Outputs and losses. */
        EVALUATE,
        /** Outputs, losses, and backward. */
        LEARN,
        /** Outputs, and backward from them to parameters and inputs. */
        DIFFERENTIATE;

        boolean backward() {
            return this == LEARN || this == DIFFERENTIATE;
        }

        boolean losses() {
            return this == EVALUATE || this == LEARN;
        }
    }

    /** Something a unit reads or writes. */
    static final class Value {
        final int index;
        final String name;
        final Shape shape;
        /** The step that writes it, or -1 for what the caller brings. */
        final int producer;

        int consumers;
        boolean output;
        boolean needsGradient;
        boolean getsGradient;
        /** Nobody else sees the memory, and its producer does not read it in backward. */
        boolean overwritable;

        Value(int index, String name, Shape shape, int producer) {
            this.index = index;
            this.name = name;
            this.shape = shape;
            this.producer = producer;
        }
    }

    /** A unit in its place; inputs and outputs by the number of their value, -1 for an absent input. */
    static final class Step {
        final Unit unit;
        final int[] in;
        final int[] out;
        boolean view;
        boolean inPlace;
        boolean backward;
        /** The gradient of the input is the gradient of the output in another shape. */
        boolean viewGradient;

        Step(Unit unit, int[] in, int[] out) {
            this.unit = unit;
            this.in = in;
            this.out = out;
        }
    }

    /** A loss: which value, which divisor (or -1), and how it is reduced. */
    record Total(String name, int value, int divisor, double weight, ModelSpec.Reduction reduction) {}

    final String model;
    final Mode mode;
    final Ops ops;
    private final Kernels kernels;
    final List<Value> values = new ArrayList<>();
    final List<Step> steps = new ArrayList<>();
    final List<Total> totals = new ArrayList<>();
    /** Values the caller brings, by name. */
    final Map<String, Value> given = new HashMap<>();

    final List<String> outputNames;
    final List<Value> outputs = new ArrayList<>();
    private final Blueprint blueprint;
    private final Layout.Index index;
    private final Map<String, Value> references = new HashMap<>();
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

    /**
     * Compiles.
     *
     * @param everything true to take all nodes, also those that the outputs do not need
     */
    Graph(Blueprint b, Mode mode, boolean everything, Map<String, Shape> shapes, Kernels kernels, Layout.Index index) {
        this.kernels = kernels;
        this.blueprint = b;
        this.mode = mode;
        model = b.model;
        this.index = index;
        ops = b.ops;
        outputNames = b.outputs;
        shapes.forEach((name, shape) -> {
            Value v = value(name, shape, -1);
            given.put(name, v);
            references.put(name, v);
        });
        List<Blueprint.Term> terms = mode == Mode.PREDICT
                ? List.of()
                : b.terms.stream().filter(this::available).toList();
        if (mode == Mode.LEARN && terms.size() < b.terms.size()) {
            throw new FascicleException(b.model + ": a batch must bring " + b.targets() + ", got " + shapes.keySet());
        }
        Set<String> needed = needed(terms), logits = new HashSet<>();
        Map<Blueprint.Term, Loss> stable = new HashMap<>();
        for (Blueprint.Term t : terms) fromLogits(t, logits).ifPresent(l -> stable.put(t, l));
        for (Blueprint.Node n : b.nodes) if (everything || needed.contains(n.id())) add(n, logits.contains(n.id()));
        for (String o : b.outputs) {
            Value v = references.get(o);
            v.output = true;
            outputs.add(v);
        }
        for (Blueprint.Term t : terms) add(t, Optional.ofNullable(stable.get(t)));
        shareMemory();
        if (mode.backward()) planGradients();
    }

    private Value value(String name, Shape shape, int producer) {
        Value v = new Value(values.size(), name, shape, producer);
        values.add(v);
        return v;
    }

    /** A loss can be computed if everything it refers to is there. */
    private boolean available(Blueprint.Term t) {
        Set<String> targets = blueprint.targets();
        return t.inputs().stream().allMatch(r -> r.isEmpty() || !targets.contains(r) || given.containsKey(r));
    }

    private Set<String> needed(List<Blueprint.Term> terms) {
        Map<String, Blueprint.Node> byId = blueprint.byId();
        Set<String> needed = new HashSet<>();
        List<String> todo = new ArrayList<>(blueprint.outputs);
        terms.forEach(t -> todo.addAll(t.inputs()));
        while (!todo.isEmpty()) {
            String id = node(todo.remove(todo.size() - 1));
            if (byId.containsKey(id) && needed.add(id)) todo.addAll(byId.get(id).inputs());
        }
        return needed;
    }

    private static String node(String reference) {
        int dot = reference.indexOf('.');
        return dot < 0 ? reference : reference.substring(0, dot);
    }

    /** A loss that has a stabler form on what its prediction's activation is given; notes nodes whose activation must stay apart. */
    private Optional<Loss> fromLogits(Blueprint.Term t, Set<String> logits) {
        Blueprint.Node n = blueprint.byId().get(node(t.inputs().get(0)));
        if (n == null || !first(n, t.inputs().get(0))) return Optional.empty();
        Optional<Loss> l = Blueprint.defaultActivation(n).flatMap(t.loss()::fromLogits);
        if (l.isPresent()) {
            logits.add(n.id());
            return l;
        }
        boolean itself = n.plainType() && n.inputs().size() == 1;
        return itself ? t.loss().fromLogits(n.what().type()) : Optional.empty();
    }

    private static boolean first(Blueprint.Node n, String reference) {
        return reference.equals(n.id())
                || reference.equals(n.id() + "." + n.what().outputs().get(0));
    }

    private void add(Blueprint.Node n, boolean activationApart) {
        Value[] in = n.inputs().stream()
                .map(r -> r.isEmpty() ? null : references.get(r))
                .toArray(Value[]::new);
        Unit u;
        Value[] out;
        try {
            u = unit(n.id(), n.what(), in, activationApart);
            out = place(u, in);
            Optional<Child> a =
                    u.fused.isPresent() ? Optional.empty() : n.what().activation();
            String path = n.id();
            if (a.isPresent()) references.put(n.id() + "!", out[0]);
            while (a.isPresent()) {
                path += ".activation";
                Unit v = unit(path, a.get(), new Value[] {out[0]}, false);
                out[0] = place(v, new Value[] {out[0]})[0];
                a = v.fused.isPresent() ? Optional.empty() : a.get().activation();
            }
        } catch (FascicleException e) {
            throw e.at(n.id() + " of " + blueprint.model);
        }
        references.put(n.id(), out[0]);
        for (int i = 0; i < out.length; i++) references.put(n.id() + "." + u.outputNames.get(i), out[i]);
    }

    private void add(Blueprint.Term t, Optional<Loss> stable) {
        try {
            Child c = stable.map(l -> Child.of(t.what().name(), t.what().type(), l))
                    .orElse(t.what());
            Value[] in = t.inputs().stream()
                    .map(r -> r.isEmpty() ? null : references.get(r))
                    .toArray(Value[]::new);
            if (stable.isPresent()) {
                Blueprint.Node n = blueprint.byId().get(node(t.inputs().get(0)));
                Value z = references.get(n.id() + "!");
                in[0] = z != null ? z : references.get(n.inputs().get(0));
            }
            Unit u = unit("losses." + t.name(), c, in, false);
            Value[] out = place(u, in);
            out[0].output = true;
            totals.add(
                    new Total(t.name(), out[0].index, out.length > 1 ? out[1].index : -1, t.weight(), t.reduction()));
        } catch (FascicleException e) {
            throw e.at("loss " + t.what().type() + " of " + blueprint.model);
        }
    }

    private Unit unit(String path, Child c, Value[] in, boolean activationApart) {
        List<Shape> shapes = new ArrayList<>();
        for (Value v : in) shapes.add(v == null ? Shapes.ABSENT : v.shape);
        return new Unit(
                path,
                c,
                new Shapes(shapes),
                activationApart ? Optional.empty() : Unit.scalar(c.activation()),
                kernels,
                index);
    }

    private Value[] place(Unit u, Value[] in) {
        int[] from = new int[in.length], to = new int[u.plan.outputs().size()];
        for (int i = 0; i < in.length; i++) {
            from[i] = in[i] == null ? -1 : in[i].index;
            if (in[i] != null) in[i].consumers++;
        }
        Value[] out = new Value[to.length];
        for (int i = 0; i < to.length; i++) {
            out[i] = value(u.path + "." + u.outputNames.get(i), u.plan.outputs().get(i), steps.size());
            to[i] = out[i].index;
        }
        steps.add(new Step(u, from, to));
        return out;
    }

    /** Views hand on the same array; a layer that can work in place does, where nobody else looks at its input. */
    private void shareMemory() {
        for (Step s : steps) {
            Unit u = s.unit;
            Value x = s.in.length == 0 || s.in[0] < 0 ? null : values.get(s.in[0]);
            boolean alone = x != null && x.overwritable && x.consumers == 1 && !x.output;
            s.view = x != null && u.plan.has(Trait.VIEW) && u.fused.isEmpty();
            s.inPlace = !s.view
                    && alone
                    && u.plan.has(Trait.IN_PLACE)
                    && !(mode.backward() && u.reads(0))
                    && x.shape.size() == values.get(s.out[0]).shape.size();
            for (int i = 0; i < s.out.length; i++) {
                boolean readLater =
                        mode.backward() && (u.plan.readOutputs().contains(i) || (i == 0 && u.fused.isPresent()));
                values.get(s.out[i]).overwritable = s.view ? alone : !readLater;
            }
        }
    }

    private void planGradients() {
        if (mode == Mode.DIFFERENTIATE) for (Value v : given.values()) v.needsGradient = true;
        for (Step s : steps) {
            boolean need = s.unit.learns();
            for (int i = 0; i < s.in.length; i++) need |= wanted(s, i);
            for (int o : s.out) values.get(o).needsGradient = need;
        }
        for (Value v : seeds()) v.getsGradient = true;
        for (int k = steps.size() - 1; k >= 0; k--) {
            Step s = steps.get(k);
            for (int o : s.out) s.backward |= values.get(o).getsGradient && values.get(o).needsGradient;
            if (!s.backward) continue;
            for (int i = 0; i < s.in.length; i++) if (wanted(s, i)) values.get(s.in[i]).getsGradient = true;
            s.viewGradient =
                    s.view && values.get(s.in[0]).consumers == 1 && !values.get(s.in[0]).output && wanted(s, 0);
        }
    }

    /** Where backward begins: the losses, or the outputs. */
    List<Value> seeds() {
        return mode == Mode.LEARN
                ? totals.stream().map(t -> values.get(t.value())).toList()
                : outputs;
    }

    /** True if the gradient by this input is of use to anybody. */
    boolean wanted(Step s, int input) {
        return s.in[input] >= 0
                && s.unit.port(input).role() == Port.Role.VALUE
                && values.get(s.in[input]).needsGradient;
    }

    /** The shape of an output by its reference. */
    public Shape shape(String reference) {
        return references.get(reference).shape;
    }

    /** The shapes of all outputs of a node, activation included. */
    List<Shape> shapes(Blueprint.Node n) {
        return n.what().outputs().stream()
                .map(o -> references.get(n.id() + "." + o).shape)
                .toList();
    }

    /** A workspace that nobody uses; give it back by {@link #release}. */
    public Workspace acquire() {
        Workspace w = idle.poll();
        return w != null ? w : new Workspace(this);
    }

    public void release(Workspace w) {
        w.letGo();
        idle.add(w);
    }
}
