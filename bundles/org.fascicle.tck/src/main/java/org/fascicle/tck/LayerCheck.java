package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.nn.Child;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.tck.reference.Poison;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/** The promises of a layer besides its gradients, each a method that tells what it found; empty is good. Confined to one thread. */
public final class LayerCheck {
    private final Child subject;
    private final Case c;

    public LayerCheck(Child subject, Case c) {
        this.subject = subject;
        this.c = c;
    }

    private Trial trial() {
        return new Trial(subject, c, 0);
    }

    private Shapes shapes() {
        return new Shapes(c.inputs().stream().map(Tensor::shape).toList());
    }

    /** The plan is a pure function of the shapes, and its parts have names of their own. */
    public List<String> planIsPure() {
        String a = text(subject.layer().plan(shapes())),
                b = text(subject.layer().plan(shapes()));
        List<String> found = new ArrayList<>();
        if (!a.equals(b)) found.add("plan gives something else when asked again: expected " + a + ", got " + b);
        Plan p = subject.layer().plan(shapes());
        unique("parameters", p.params().stream().map(x -> x.name()).toList(), found);
        unique("kept tensors", p.kept().stream().map(x -> x.name()).toList(), found);
        unique("states", p.state().stream().map(x -> x.name()).toList(), found);
        unique("children", p.children().stream().map(x -> x.child().name()).toList(), found);
        if (p.outputs().size() != subject.outputs().size()) {
            found.add("the plan has " + p.outputs().size() + " outputs, the layer names " + subject.outputs());
        }
        return found;
    }

    private static void unique(String what, List<String> names, List<String> found) {
        if (Set.copyOf(names).size() != names.size())
            found.add("two " + what + " of the plan have the same name: " + names);
    }

    private static String text(Plan p) {
        return "outputs " + p.outputs() + ", params " + p.params() + ", kept " + p.kept() + ", state " + p.state()
                + ", reads "
                + p.readInputs() + ", readsOutputs " + p.readOutputs() + ", traits " + p.traits() + ", children "
                + p.children().stream()
                        .map(x -> x.child().name() + " " + x.instances() + " " + x.inputs() + " " + x.recomputed())
                        .toList();
    }

    /** Outputs, gradients, next statistics and states are all written, with finite numbers. */
    public List<String> fillsEverything(boolean training) {
        List<String> found = new ArrayList<>();
        trial().all(training).forEach((name, t) -> {
            int i = Numbers.firstNotFinite(t);
            if (i >= 0)
                found.add(name + " is " + t.data()[i] + " at " + Numbers.place(t.shape(), i) + " of " + t.shape() + " ("
                        + mode(training) + "): expected a finite number");
        });
        if (!found.isEmpty()) found.addAll(0, reliesOnDeclaredOnly(training));
        return found;
    }

    private static String mode(boolean training) {
        return training ? "training" : "inference";
    }

    /** Nothing depends on memory that was not declared as read, or not written before: lifting the poison changes no bit. */
    public List<String> reliesOnDeclaredOnly(boolean training) {
        Trial strict = trial();
        Map<String, Tensor> expected = strict.all(training);
        List<String> found = new ArrayList<>();
        for (Poison p : Poison.values()) {
            Optional<String> d = Numbers.difference(trial().lift(p).all(training), expected);
            if (d.isEmpty()) continue;
            String what = switch (p) {
                case UNDECLARED ->
                    "backward reads "
                            + String.join(
                                    ", and ",
                                    strict.undeclared().stream().sorted().toList());
                case OUTPUT ->
                    "forward leaves a part of an output unwritten, or adds to it before it is written: fill every element";
                case KEPT ->
                    "backward reads kept memory that forward did not write, or forward adds to it: write every element";
                case SCRATCH -> "scratch is read before it is written: its content is undefined, fill it first";
                case SINK ->
                    "backward leaves a part of a gradient unwritten, or adds to a sink whose beta is 0: use put, a product that takes beta, or += on accumulator()";
                case NEXT -> "a next statistic or state is not written in all its elements";
            };
            found.add(what + " (" + mode(training) + ": " + d.get() + ")");
        }
        return found;
    }

    /** The same inputs and the same seed give the same bits, on the same layer object. */
    public List<String> repeats(boolean training) {
        Map<String, Tensor> first = trial().all(training), second = trial().all(training);
        return Numbers.difference(first, second)
                .map(d -> "the same inputs, parameters and seed gave different bits (" + mode(training) + "): " + d
                        + "; draw from Pass.random only, and keep nothing between calls")
                .stream()
                .toList();
    }

    /** Forward and backward write neither inputs nor parameters, nor the gradients by outputs. */
    public List<String> leavesInputsUntouched(boolean training) {
        Trial t = trial();
        Map<String, Tensor> inputs = copies(t.inputs()), weights = t.weights().copy();
        List<String> found = new ArrayList<>();
        t.forward(training);
        Numbers.difference(inputs, t.inputs())
                .ifPresent(d -> found.add("forward writes to input " + d
                        + "; only outputs, kept, scratch and next values may be written"));
        Numbers.difference(weights, t.weights().copy())
                .ifPresent(d -> found.add("forward writes to parameter " + d + "; only nextStatistic may be written"));
        t.backward();
        if (found.isEmpty()) {
            Numbers.difference(inputs, t.inputs())
                    .ifPresent(d -> found.add("backward writes to input " + d + "; use scratch"));
            Numbers.difference(weights, t.weights().copy())
                    .ifPresent(d -> found.add("backward writes to parameter " + d + "; gradients go to its sink"));
        }
        Numbers.difference(copies(t.seeds()), t.seedsAfterwards())
                .ifPresent(d -> found.add("backward writes to the gradient by output " + d + "; use scratch"));
        return found;
    }

    private static Map<String, Tensor> copies(Map<String, Tensor> m) {
        Map<String, Tensor> r = new LinkedHashMap<>();
        m.forEach((name, t) -> r.put(name, t.copy()));
        return r;
    }

    /** A gradient is added to what another wrote before: a sink with beta 1 ends as old + gradient. */
    public List<String> addsToGradients(boolean training) {
        float before = 3;
        Map<String, Tensor> alone = trial().all(training);
        Trial t = trial();
        Map<String, Tensor> seeds = new LinkedHashMap<>(t.seeds());
        t.variables().forEach((name, x) -> {
            if (!t.inputs().containsKey(name)) return;
            Tensor three = Tensor.zeros(x.shape());
            three.fill(before);
            seeds.put(name, three);
        });
        t.forward(training);
        t.weights().preset(before);
        List<String> found = new ArrayList<>();
        t.backward(seeds).forEach((name, got) -> {
            Tensor g = alone.get("gradient of " + name);
            double tolerance = 1e-5 * (before + Numbers.max(g));
            for (int i = 0; i < g.size(); i++) {
                float want = before + g.data()[i];
                if (Math.abs(got.data()[i] - want) <= tolerance) continue;
                boolean overwrites = Math.abs(got.data()[i] - g.data()[i]) <= tolerance;
                found.add("gradient of " + name + " at " + Numbers.place(g.shape(), i) + " (" + mode(training) + "): "
                        + (overwrites
                                ? "overwrites what another wrote before"
                                : "is not added to what another wrote before")
                        + ": expected " + before + " + " + g.data()[i] + ", got " + got.data()[i]
                        + "; use put, a product that takes the sink's beta, or += on accumulator()");
                return;
            }
        });
        return found;
    }

    /** Backward works when gradients are missing: of some outputs, and of inputs that nobody wants. */
    public List<String> bearsMissingGradients(boolean training) {
        List<String> found = new ArrayList<>();
        Map<String, Tensor> full = trial().all(training);
        if (trial().weights().trained().size() > 0) {
            Map<String, Tensor> expected = new LinkedHashMap<>(), got = new Trial(subject, c, 0, false).all(training);
            got.keySet().forEach(k -> expected.put(k, full.get(k)));
            Numbers.difference(expected, got)
                    .ifPresent(d -> found.add("when nobody wants the gradients of inputs, others change: " + d));
        }
        Trial all = trial();
        if (all.seeds().size() < 2) return found;
        Map<String, Tensor> sum = new LinkedHashMap<>();
        for (String output : all.seeds().keySet()) {
            Trial t = trial();
            t.forward(training);
            t.backward(Map.of(output, t.seeds().get(output)))
                    .forEach((name, g) -> sum.merge(name, g, LayerCheck::plus));
        }
        sum.forEach((name, got) -> {
            Tensor want = full.get("gradient of " + name);
            for (int i = 0; i < want.size(); i++) {
                if (Math.abs(got.data()[i] - want.data()[i]) <= 1e-4 * (1 + Numbers.max(want))) continue;
                found.add("the gradients by each output alone do not add up to that by all: " + name + " at "
                        + Numbers.place(want.shape(), i) + ": expected " + want.data()[i] + ", got " + got.data()[i]
                        + "; ask hasOutputGradient for each output");
                return;
            }
        });
        return found;
    }

    private static Tensor plus(Tensor a, Tensor b) {
        for (int i = 0; i < a.size(); i++) a.data()[i] += b.data()[i];
        return a;
    }

    /** Traits say what is true: in place gives the same bits, a view is the input, an epilogue reaches the product. */
    public List<String> keepsItsTraits() {
        Plan plan = subject.layer().plan(shapes());
        List<String> found = new ArrayList<>();
        if (plan.has(Trait.IN_PLACE)) {
            if (plan.readInputs().contains(0))
                found.add("IN_PLACE, but backward reads input 0, which is overwritten: drop one of them");
            Numbers.difference(trial().all(true), trial().workInPlace().all(true))
                    .ifPresent(d ->
                            found.add("IN_PLACE, but other bits come out when output 0 is the array of input 0: " + d));
        }
        Child bare = Child.of(subject.name(), subject.type(), subject.layer());
        if (plan.has(Trait.VIEW)) view(new Trial(bare, c, 0), found);
        if (plan.has(Trait.EPILOGUE)) {
            Child tanh = Child.of("activation", "tanh", new Parts.Scalar(Elementary.TANH));
            Trial plain = new Trial(bare, c, 0),
                    fused =
                            new Trial(
                                    new Child(subject.name(), subject.type(), subject.layer(), Optional.of(tanh)),
                                    c,
                                    0);
            plain.forward(true);
            fused.forward(true);
            String y = "output " + subject.outputs().get(0);
            Tensor expected = plain.outputs().get(y);
            for (int i = 0; i < expected.size(); i++) expected.data()[i] = Elementary.TANH.apply(expected.data()[i]);
            Numbers.difference(Map.of(y, expected), fused.outputs())
                    .ifPresent(d -> found.add(
                            "EPILOGUE, but the epilogue is not applied once to output 0: hand p.epilogue() to the product that makes it; "
                                    + d));
        }
        return found;
    }

    private static void view(Trial t, List<String> found) {
        Map<String, Tensor> all = t.all(true);
        Tensor x = t.inputs().values().iterator().next(),
                y = all.values().iterator().next();
        String input = t.inputs().keySet().iterator().next();
        if (x.size() != y.size()
                || Numbers.difference(Map.of("output", x), Map.of("output", y.reshape(x.shape())))
                        .isPresent()) {
            found.add("VIEW, but output 0 has not the numbers of input 0");
        }
        Tensor dx = all.get("gradient of " + input),
                dy = t.seeds().values().iterator().next();
        if (dx != null
                && Numbers.difference(Map.of("gradient", dy.reshape(dx.shape())), Map.of("gradient", dx))
                        .isPresent()) {
            found.add("VIEW, but the gradient of input 0 is not that of output 0");
        }
    }

    /** Inputs of another rank, or of another batch size than their neighbours, work or give a ShapeException. */
    public List<String> rejectsWrongShapes() {
        List<String> found = new ArrayList<>();
        for (int k = 0; k < c.inputs().size(); k++) {
            Tensor t = c.inputs().get(k);
            if (t == Tensor.ABSENT) continue;
            Shape s = t.shape();
            if (s.rank() > 1) tryShape(k, s.part(0, s.rank() - 1), found);
            if (s.rank() > 2) tryShape(k, s.part(0, 1), found);
            int[] longer = Arrays.copyOf(s.dims(), s.rank() + 1);
            longer[s.rank()] = 1;
            tryShape(k, Shape.of(longer), found);
            if (c.inputs().size() > 1 && s.rank() > 0 && s.dim(0) > 1) {
                tryShape(k, s.with(0, s.dim(0) - 1), found);
                tryShape(k, s.with(0, s.dim(0) + 1), found);
            }
        }
        return found;
    }

    private void tryShape(int k, Shape s, List<String> found) {
        Tensor old = c.inputs().get(k), t = Tensor.zeros(s);
        for (int i = 0; i < t.size(); i++) t.data()[i] = old.data()[i % old.size()];
        List<Tensor> inputs = new ArrayList<>(c.inputs());
        inputs.set(k, t);
        List<Port> ports = subject.inputs();
        try {
            new Trial(subject, new Case(c.name(), c.options(), inputs, c.stateful()), 0).all(true);
        } catch (ShapeException e) {
            if (e.getMessage() == null || e.getMessage().length() < 10)
                found.add("a ShapeException must say what was expected and what came, got: " + e.getMessage());
        } catch (RuntimeException e) {
            found.add("given " + s + " in place of " + old.shape() + " for "
                    + ports.get(Math.min(k, ports.size() - 1)).name()
                    + ": expected a ShapeException (or that it works), got " + e + "; check it in plan, e.g. by in.get("
                    + k + ", \"[N, C]\")");
        }
    }
}
