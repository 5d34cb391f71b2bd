package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Slot;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;

/** One layer of a compiled graph on concrete shapes: what all workspaces share of it. Thread-safe. */
final class Unit {
    /** A child of a unit: layer, then activation. */
    record Nested(Unit unit, Optional<Nested> activation, int instances, boolean recomputed) {
        List<Shape> outputs() {
            List<Shape> y = unit.plan.outputs();
            if (activation.isEmpty()) return y;
            List<Shape> r = new ArrayList<>(y);
            r.set(0, activation.get().outputs().get(0));
            return r;
        }
    }

    final String path;
    final String type;
    final Layer layer;
    final List<Port> ports;
    final List<String> outputNames;
    final Plan plan;
    final Shapes in;
    final int[] params;
    final Names paramNames;
    final Names keptNames;
    final Names stateNames;
    final Names childNames;
    final Nested[] children;
    /** What the layer's product applies to its result. */
    final Optional<ScalarFunction> fused;

    private final Kernels kernels;

    Unit(String path, Child child, Shapes in, Optional<ScalarFunction> fuse, Kernels kernels, Layout.Index index) {
        this.path = path;
        this.in = in;
        this.kernels = kernels;
        type = child.type();
        layer = child.layer();
        ports = List.copyOf(layer.inputs());
        outputNames = List.copyOf(layer.outputs());
        checkPorts();
        plan = layer.plan(in);
        if (plan.outputs().size() != outputNames.size()) {
            throw new FascicleException(
                    "the plan has " + plan.outputs().size() + " outputs, the layer names " + outputNames);
        }
        if (plan.has(Trait.EPILOGUE) && plan.readOutputs().contains(0)) {
            throw new FascicleException("a layer with the EPILOGUE trait cannot read output 0 in backward");
        }
        boolean canFuse =
                fuse.isPresent() && plan.has(Trait.EPILOGUE) && !fuse.get().slopeNeedsInput();
        fused = canFuse ? fuse : Optional.empty();
        params = plan.params().stream()
                .mapToInt(p -> index.of(path + "." + p.name(), p))
                .toArray();
        paramNames = new Names(
                "parameters of " + path, plan.params().stream().map(Param::name).toList());
        keptNames = new Names(
                "kept tensors of " + path, plan.kept().stream().map(Slot::name).toList());
        stateNames = new Names(
                "states of " + path, plan.state().stream().map(Slot::name).toList());
        childNames = new Names(
                "children of " + path,
                plan.children().stream().map(c -> c.child().name()).toList());
        children = plan.children().stream()
                .map(c -> nested(
                        path + "." + c.child().name(),
                        c.child(),
                        c.inputs(),
                        c.instances(),
                        c.recomputed(),
                        kernels,
                        index))
                .toArray(Nested[]::new);
    }

    private static Nested nested(
            String path, Child c, Shapes in, int instances, boolean recomputed, Kernels kernels, Layout.Index index) {
        Unit u = new Unit(path, c, in, scalar(c.activation()), kernels, index);
        if (c.activation().isEmpty() || u.fused.isPresent())
            return new Nested(u, Optional.empty(), instances, recomputed);
        Nested a = nested(
                path + ".activation",
                c.activation().get(),
                Shapes.of(u.plan.outputs().get(0)),
                instances,
                recomputed,
                kernels,
                index);
        return new Nested(u, Optional.of(a), instances, recomputed);
    }

    /** The function that an activation is, if it is no more than that. */
    static Optional<ScalarFunction> scalar(Optional<Child> activation) {
        return activation
                .filter(a -> a.activation().isEmpty() && a.layer() instanceof ScalarFunction)
                .map(a -> (ScalarFunction) a.layer());
    }

    private void checkPorts() {
        int last = ports.size() - 1;
        for (int i = 0; i < ports.size(); i++) {
            Port p = ports.get(i);
            if (p.arity() != Port.Arity.OPTIONAL && !in.has(i)) {
                throw new FascicleException(type + " needs an input " + p.name() + "; its inputs are "
                        + ports.stream().map(Port::name).toList());
            }
            if (p.arity() == Port.Arity.MANY && i != last)
                throw new FascicleException("only the last port may take many inputs, not " + p.name());
        }
        if (in.count() > ports.size() && (last < 0 || ports.get(last).arity() != Port.Arity.MANY)) {
            throw new FascicleException(type + " takes " + ports.size() + " inputs "
                    + ports.stream().map(Port::name).toList() + ", got " + in.count());
        }
    }

    /** The port an input belongs to: the last one takes all that follow. */
    Port port(int input) {
        return ports.get(Math.min(input, ports.size() - 1));
    }

    /** True if backward reads this input. */
    boolean reads(int input) {
        return plan.readInputs().contains(Math.min(input, ports.size() - 1))
                || plan.readInputs().contains(input);
    }

    /** True if it or a child has something to learn. */
    boolean learns() {
        for (Param p : plan.params()) if (p.kind().trained()) return true;
        for (Nested n : children) {
            for (Optional<Nested> c = Optional.of(n); c.isPresent(); c = c.get().activation())
                if (c.get().unit().learns()) return true;
        }
        return false;
    }

    Kernel kernel(ScalarFunction f) {
        return kernels.of(f);
    }

    Epilogue epilogue() {
        return fused.isEmpty() ? Epilogue.NONE : new Epilogue(Optional.empty(), fused.map(kernels::of));
    }
}
