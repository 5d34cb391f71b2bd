package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.fascicle.model.Learner;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Param;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A blueprint with its parameters and the graphs compiled from it so far: what is replaced as a whole when code comes or
 * goes. Thread-safe.
 */
public final class Program {
    private static final Logger LOG = LoggerFactory.getLogger(Program.class);
    /** Stand for open dimensions: many divisors, so that strides and pools fit; what differs between the two is open. */
    private static final int[] PROBES = {480, 720};
    /** How many shapes a program remembers. */
    private static final int GRAPHS = 8;

    /** A node for a summary; shapes without the batch, ? where open. */
    public record Line(
            String id, String type, List<String> inputs, List<String> shapes, long parameters, long statistics) {}

    /** What a graph is asked for: nothing of anybody's code, so it may outlive a program. */
    public record Request(Graph.Mode mode, Map<String, Shape> shapes) {
        public Request {
            shapes = Map.copyOf(shapes);
        }
    }

    private static final class Remembered {
        final Graph graph;
        volatile long used = System.nanoTime();

        Remembered(Graph graph) {
            this.graph = graph;
        }
    }

    private final Blueprint blueprint;
    private final Kernels kernels;
    private final Layout layout;
    private final List<Line> lines;
    /** Read without a lock: a predicting thread that loses its processor must not hold up the others. */
    private final Map<Request, Remembered> graphs = new ConcurrentHashMap<>();

    /** For the one who learns. */
    private final Operands operands;

    private volatile Reading reading;

    /**
     * Plans everything.
     *
     * @param existing the parameters of the model's weights, all of which must stay as they are; empty for a new model
     */
    public Program(Blueprint b, Optional<Layout> existing) {
        blueprint = b;
        kernels = new Kernels(b.ops);
        Layout.Builder first = new Layout.Builder(), second = new Layout.Builder();
        Graph small = probe(PROBES[0], first), large = open() ? probe(PROBES[1], second) : small;
        Layout found = first.build();
        if (open()) sameParameters(found, second.build());
        existing.ifPresent(have -> {
            found.entries().forEach(e -> have.require(e.path(), e.param()));
            for (Layout.Entry e : have.entries()) {
                if (found.find(e.path()) < 0)
                    throw new ConfigException(
                            e.path() + ": the code has no such parameter any more; weights untouched");
            }
        });
        layout = existing.orElse(found);
        operands = new Operands(b.ops, layout.size());
        lines = b.nodes.stream()
                .map(n -> line(n, small.shapes(n), large.shapes(n)))
                .toList();
    }

    private boolean open() {
        return blueprint.inputs.stream().anyMatch(i -> i.dims().contains(-1));
    }

    private Graph probe(int length, Layout.Index index) {
        Map<String, Shape> shapes = new HashMap<>();
        for (ModelSpec.Input i : blueprint.inputs) {
            shapes.put(
                    i.name(),
                    Shape.of(i.dims().stream().mapToInt(d -> d < 0 ? length : d).toArray())
                            .prepend(1));
        }
        try {
            return new Graph(blueprint, Graph.Mode.PREDICT, true, shapes, kernels, index);
        } catch (ShapeException e) {
            throw open() ? new ShapeException(e.getMessage() + "; tried with " + length + " for ?", e) : e;
        }
    }

    private void sameParameters(Layout a, Layout b) {
        for (Layout.Entry e : a.entries()) {
            int i = b.find(e.path());
            Param p = i < 0 ? null : b.entries().get(i).param();
            if (p == null || !p.fits(e.param())) {
                throw new ShapeException(
                        e.path() + " of " + blueprint.model
                                + ": the parameter depends on an open dimension of the input; give that dimension, or pool over it");
            }
        }
    }

    private Line line(Blueprint.Node n, List<Shape> small, List<Shape> large) {
        List<String> shapes = new ArrayList<>();
        for (int i = 0; i < small.size(); i++) {
            StringBuilder s = new StringBuilder("[");
            for (int d = 1; d < small.get(i).rank(); d++) {
                boolean same = small.get(i).dim(d) == large.get(i).dim(d);
                s.append(d == 1 ? "" : ", ")
                        .append(same ? Integer.toString(small.get(i).dim(d)) : "?");
            }
            shapes.add(s.append(']').toString());
        }
        long trained = 0, other = 0;
        for (Layout.Entry e : layout.entries()) {
            if (!e.path().startsWith(n.id() + ".")) continue;
            if (e.param().kind().trained()) trained += e.param().shape().size();
            else other += e.param().shape().size();
        }
        String type = n.what().type()
                + n.what().activation().map(a -> " + " + a.type()).orElse("");
        return new Line(n.id(), type, n.inputs(), shapes, trained, other);
    }

    public Layout layout() {
        return layout;
    }

    public List<Line> lines() {
        return lines;
    }

    public Blueprint blueprint() {
        return blueprint;
    }

    Operands operands() {
        return operands;
    }

    /** The graph for these tensors, compiled if need be. */
    public Graph graph(Graph.Mode mode, Map<String, Tensor> batch) {
        return graph(new Request(mode, shapes(mode, batch)));
    }

    private Graph graph(Request r) {
        Remembered known = graphs.get(r);
        if (known == null) known = compile(r);
        known.used = System.nanoTime();
        return known.graph;
    }

    private synchronized Remembered compile(Request r) {
        Remembered known = graphs.get(r);
        if (known != null) return known;
        Remembered made = new Remembered(new Graph(blueprint, r.mode, false, r.shapes, kernels, layout::require));
        if (graphs.size() == GRAPHS) {
            graphs.entrySet().stream()
                    .min(Comparator.comparingLong(e -> e.getValue().used))
                    .map(Map.Entry::getKey)
                    .ifPresent(graphs::remove);
        }
        graphs.put(r, made);
        return made;
    }

    /** What it was asked for, as far as it remembers. */
    public List<Request> requests() {
        return List.copyOf(graphs.keySet());
    }

    /** Does now what it would be asked for first: whoever waits for it waits less. */
    public void prepare(Collection<Request> requests) {
        for (Request r : requests) {
            try {
                graph(r);
            } catch (FascicleException e) {
                // Told when it is asked again; for all else the program is good.
                LOG.debug("{}: not prepared for {}: {}", blueprint.model, r, e.getMessage());
            }
        }
    }

    /** Takes what its predecessor has of the weights, if that had the same backend. */
    @SuppressWarnings("ReferenceEquality")
    public void inherit(Program before) {
        if (before.blueprint.ops == blueprint.ops) reading = before.reading;
    }

    private Map<String, Shape> shapes(Graph.Mode mode, Map<String, Tensor> batch) {
        Map<String, Shape> shapes = new HashMap<>();
        int n = -1;
        for (ModelSpec.Input i : blueprint.inputs) {
            Tensor t = batch.get(i.name());
            if (t == null)
                throw new ShapeException(blueprint.model + ": input " + i.name() + " " + text(i)
                        + " is missing; given are " + batch.keySet());
            check(i, t.shape());
            if (n >= 0 && t.dim(0) != n)
                throw new ShapeException(
                        blueprint.model + ": all inputs must have the same batch size, got " + n + " and " + t.dim(0));
            n = t.dim(0);
            shapes.put(i.name(), t.shape());
        }
        if (n == 0) throw new ShapeException(blueprint.model + ": a batch must have at least one sample");
        if (mode != Graph.Mode.PREDICT) {
            for (String t : blueprint.targets())
                if (batch.containsKey(t)) shapes.put(t, batch.get(t).shape());
        }
        return shapes;
    }

    private void check(ModelSpec.Input i, Shape s) {
        boolean fits = s.rank() == i.dims().size() + 1;
        for (int d = 0; fits && d < i.dims().size(); d++)
            fits = i.dims().get(d) < 0 || i.dims().get(d) == s.dim(d + 1);
        if (!fits)
            throw new ShapeException(
                    blueprint.model + ": input " + i.name() + " must be " + text(i) + ", N samples first, got " + s);
    }

    private static String text(ModelSpec.Input i) {
        StringBuilder b = new StringBuilder("[N");
        for (int d : i.dims()) b.append(", ").append(d < 0 ? "?" : Integer.toString(d));
        return b.append(']').toString();
    }

    /** Weights as this program's backend likes them. */
    private Reading reading(WeightSet w) {
        Reading r = reading;
        if (r == null || r.weights() != w) reading = r = new Reading(w, blueprint.ops);
        return r;
    }

    /** Outputs in new tensors. */
    public Map<String, Tensor> predict(
            WeightSet w, Map<String, Tensor> batch, Optional<Map<String, Tensor[]>> session, BooleanSupplier closed) {
        return run(Graph.Mode.PREDICT, w, batch, session, closed).outputs();
    }

    /** Outputs, without a trace: predictions keep the graphs and the packed weights that they are at work with. */
    public Map<String, Tensor> probe(WeightSet w, Map<String, Tensor> batch, BooleanSupplier closed) {
        Map<String, Shape> shapes = shapes(Graph.Mode.PREDICT, batch);
        Graph g = new Graph(blueprint, Graph.Mode.PREDICT, false, shapes, kernels, layout::require);
        Reading r = reading;
        Workspace space = g.acquire();
        space.forward(batch, r != null && r.weights() == w ? r : new Reading(w, blueprint.ops), false, closed);
        return space.outputs();
    }

    /** Outputs and losses on published weights. */
    public Learner.Result evaluate(WeightSet w, Map<String, Tensor> batch, BooleanSupplier closed) {
        return run(Graph.Mode.EVALUATE, w, batch, Optional.empty(), closed);
    }

    private Learner.Result run(
            Graph.Mode mode,
            WeightSet w,
            Map<String, Tensor> batch,
            Optional<Map<String, Tensor[]>> session,
            BooleanSupplier closed) {
        Graph g = graph(mode, batch);
        Workspace space = g.acquire();
        try {
            Reading r = reading(w);
            space.forward(batch, session.isEmpty() ? r : r.with(session.get()), false, closed);
            Map<String, Double> losses = new LinkedHashMap<>();
            double total = space.losses(batch, losses, false);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            space.outputs().forEach((k, t) -> outputs.put(k, t.copy()));
            return new Learner.Result(losses.isEmpty() ? Double.NaN : total, losses, outputs);
        } finally {
            g.release(space);
        }
    }
}
