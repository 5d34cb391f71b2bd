package org.fascicle.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.fascicle.tensor.Shape;

/**
 * All that the compiler must know of a layer on given shapes: outputs, parameters, memory, children, and what backward
 * will read. A pure function of layer and concrete shapes, written as one chained expression. Immutable: every method
 * gives a new plan. What a plan does not declare as read by backward, or kept, may be overwritten before backward runs.
 */
public final class Plan {
    /** A child, how often it is called in one step, on what shapes, and whether its buffers are dropped after each call. */
    public record Call(Child child, int instances, Shapes inputs, boolean recomputed) {}

    private final List<Shape> outputs;
    private List<Param> params = List.of();
    private List<Slot> kept = List.of();
    private List<Slot> state = List.of();
    private List<Call> children = List.of();
    private Set<Integer> readInputs = Set.of();
    private Set<Integer> readOutputs = Set.of();
    private Set<Trait> traits = Set.of();

    private Plan(List<Shape> outputs) {
        this.outputs = outputs;
    }

    private Plan(Plan p) {
        outputs = p.outputs;
        params = p.params;
        kept = p.kept;
        state = p.state;
        children = p.children;
        readInputs = p.readInputs;
        readOutputs = p.readOutputs;
        traits = p.traits;
    }

    /** A plan with these outputs, in the order the layer names them. */
    public static Plan of(Shape... outputs) {
        return new Plan(List.of(outputs));
    }

    public Plan param(Param x) {
        Plan p = new Plan(this);
        p.params = plus(params, x);
        return p;
    }

    /** Memory that forward fills and backward reads. */
    public Plan keep(String name, Shape s) {
        return keep(name, s, 1);
    }

    /** As {@link #keep(String, Shape)}, count times. */
    public Plan keep(String name, Shape s, int count) {
        Plan p = new Plan(this);
        p.kept = plus(kept, new Slot(name, s, count));
        return p;
    }

    /** Memory of a stream: belongs to a session, zero without one. */
    public Plan state(String name, Shape s) {
        Plan p = new Plan(this);
        p.state = plus(state, Slot.of(name, s));
        return p;
    }

    /** A child called this often in one step, on inputs of these shapes. */
    public Plan child(Child c, int instances, Shape... in) {
        return call(new Call(c, instances, Shapes.of(in), false));
    }

    /** A child whose buffers are dropped after each call: backward calls it again before {@code callBackward}. */
    public Plan recomputed(Child c, int instances, Shape... in) {
        return call(new Call(c, instances, Shapes.of(in), true));
    }

    /** Backward reads these inputs; naming a last port with arity MANY means all of its tensors. */
    public Plan reads(int... inputs) {
        Plan p = new Plan(this);
        p.readInputs = plus(readInputs, inputs);
        return p;
    }

    /** Backward reads these outputs, before any activation that the runtime applies. */
    public Plan readsOutputs(int... outs) {
        Plan p = new Plan(this);
        p.readOutputs = plus(readOutputs, outs);
        return p;
    }

    public Plan trait(Trait t) {
        Plan p = new Plan(this);
        EnumSet<Trait> s = EnumSet.of(t);
        s.addAll(traits);
        p.traits = Collections.unmodifiableSet(s);
        return p;
    }

    private Plan call(Call c) {
        Plan p = new Plan(this);
        p.children = plus(children, c);
        return p;
    }

    public List<Shape> outputs() {
        return outputs;
    }

    public List<Param> params() {
        return params;
    }

    public List<Slot> kept() {
        return kept;
    }

    public List<Slot> state() {
        return state;
    }

    public List<Call> children() {
        return children;
    }

    public Set<Integer> readInputs() {
        return readInputs;
    }

    public Set<Integer> readOutputs() {
        return readOutputs;
    }

    public Set<Trait> traits() {
        return traits;
    }

    public boolean has(Trait t) {
        return traits.contains(t);
    }

    private static <T> List<T> plus(List<T> l, T t) {
        List<T> r = new ArrayList<>(l);
        r.add(t);
        return List.copyOf(r);
    }

    private static Set<Integer> plus(Set<Integer> s, int... more) {
        Set<Integer> r = new TreeSet<>(s);
        for (int i : more) r.add(i);
        return Collections.unmodifiableSet(r);
    }
}
