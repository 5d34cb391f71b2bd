package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fascicle.data.DataException;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Port;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/** All buffers of one graph for one thread at a time: forward, then backward from the losses. */
public final class Workspace {
    final Ops ops;
    Memory memory;
    boolean training;
    boolean backward;
    Inspector inspector;
    private final Graph graph;
    private final Tensor[] values;
    private final Tensor[] gradients;
    private final Cell[] cells;
    private final Tensor[][] inputs;
    private final Sink[][] sinks;
    private final Tensor[][] outputGradients;
    private final List<List<Merge>> merges = new ArrayList<>();
    private final boolean[] external;

    /** A second buffer for a tensor that stands at two ports, to be added to the first. */
    private record Merge(Sink to, Tensor from) {}

    Workspace(Graph g) {
        graph = g;
        ops = g.ops;
        int n = g.steps.size();
        values = new Tensor[g.values.size()];
        gradients = new Tensor[g.values.size()];
        cells = new Cell[n];
        inputs = new Tensor[n][];
        sinks = new Sink[n][];
        outputGradients = new Tensor[n][];
        external = new boolean[g.values.size()];
        for (int k = 0; k < n; k++) {
            Graph.Step s = g.steps.get(k);
            inputs[k] = new Tensor[s.in.length];
            Tensor[] out = new Tensor[s.out.length];
            for (int i = 0; i < out.length; i++) {
                Shape shape = s.unit.plan.outputs().get(i);
                boolean first = i == 0 && (s.view || s.inPlace);
                if (first) external[s.out[i]] = values[s.in[0]] == null;
                out[i] = !first ? Tensor.zeros(shape) : values[s.in[0]] == null ? null : values[s.in[0]].reshape(shape);
                values[s.out[i]] = out[i];
            }
            cells[k] = new Cell(s.unit, 0, this, out);
        }
        if (g.mode.backward()) gradientBuffers();
    }

    private void gradientBuffers() {
        boolean[] written = new boolean[values.length];
        for (Graph.Value v : graph.seeds()) {
            gradients[v.index] = Tensor.zeros(v.shape);
            written[v.index] = true;
        }
        for (int k = 0; k < cells.length; k++) merges.add(new ArrayList<>());
        for (int k = cells.length - 1; k >= 0; k--) {
            Graph.Step s = graph.steps.get(k);
            if (!s.backward) continue;
            outputGradients[k] = Arrays.stream(s.out)
                    .mapToObj(o -> gradients[o] == null ? Tensor.ABSENT : gradients[o])
                    .toArray(Tensor[]::new);
            sinks[k] = new Sink[s.in.length];
            for (int i = 0; i < s.in.length; i++) {
                sinks[k][i] = Sink.set(Tensor.ABSENT);
                if (!graph.wanted(s, i)) continue;
                int v = s.in[i];
                Shape shape = graph.values.get(v).shape;
                if (gradients[v] == null)
                    gradients[v] = s.viewGradient ? gradients[s.out[0]].reshape(shape) : Tensor.zeros(shape);
                boolean twice = false;
                for (int j = 0; j < i; j++) twice |= s.in[j] == v;
                if (twice) {
                    Tensor own = Tensor.zeros(shape);
                    sinks[k][i] = Sink.set(own);
                    merges.get(k).add(new Merge(Sink.add(gradients[v]), own));
                } else {
                    sinks[k][i] = new Sink(gradients[v], written[v] ? 1 : 0);
                }
                written[v] = true;
            }
        }
    }

    /**
     * Runs all units forward.
     *
     * @param batch the caller's tensors by name, in the shapes the graph was made for
     * @param closed asked before every unit; if true the run is given up with {@link ClosedException}
     */
    public void forward(Map<String, Tensor> batch, Memory m, boolean train, BooleanSupplier closed) {
        memory = m;
        training = train;
        backward = false;
        for (Graph.Value v : graph.given.values()) values[v.index] = batch.get(v.name);
        for (int k = 0; k < cells.length; k++) {
            if (closed.getAsBoolean()) throw new ClosedException();
            Graph.Step s = graph.steps.get(k);
            Tensor[] in = inputs[k];
            for (int i = 0; i < in.length; i++) {
                in[i] = s.in[i] < 0 ? Tensor.ABSENT : values[s.in[i]];
                if (s.in[i] >= 0 && graph.values.get(s.in[i]).producer < 0) check(s.unit, i, in[i]);
            }
            if (s.view) {
                if (external[s.out[0]])
                    values[s.out[0]] = in[0].reshape(s.unit.plan.outputs().get(0));
                continue;
            }
            try {
                cells[k].forward(in);
            } catch (RuntimeException e) {
                throw placed(s.unit, "forward", e);
            }
        }
    }

    /** A failure of a layer, with its place; what is no FascicleException is a mistake in the layer. */
    private FascicleException placed(Unit u, String direction, RuntimeException e) {
        if (e instanceof FascicleException f)
            return String.valueOf(f.getMessage()).contains(u.path) ? f : f.at(u.path);
        return new FascicleException(
                u.path + " of " + graph.model + ": " + u.type + " failed in " + direction + ": " + e, e);
    }

    /** Indices, masks and lengths are whole numbers in float32: checked where they enter. */
    private void check(Unit unit, int input, Tensor t) {
        Port port = unit.port(input);
        if (port.role() == Port.Role.VALUE || port.role() == Port.Role.CONSTANT) return;
        float[] x = t.data();
        for (int i = 0, n = t.size(); i < n; i++) {
            if (x[i] != Math.rint(x[i]) || Math.abs(x[i]) >= 1 << 24) {
                throw new DataException(unit.path + " of " + graph.model + ": input " + port.name()
                        + " must be whole numbers below 2^24, got " + x[i] + " at index " + i + " of " + t.shape());
            }
        }
    }

    /** Reduces the losses; with {@code seed} also writes their gradients. The total, weights included. */
    double losses(Map<String, Tensor> batch, Map<String, Double> byName, boolean seed) {
        Tensor sampleWeight = batch.get("sample_weight");
        double total = 0;
        for (Graph.Total t : graph.totals) {
            Tensor v = values[t.value()], d = t.divisor() < 0 ? null : values[t.divisor()];
            int n = v.size(), per = n / Math.max(1, v.dim(0));
            if (sampleWeight != null && sampleWeight.size() != v.dim(0)) {
                throw new ShapeException(graph.model + ": sample_weight must have one number for each of " + v.dim(0)
                        + " samples, got " + sampleWeight.shape());
            }
            double sum = 0, count = 0;
            for (int i = 0; i < n; i++) {
                double w = sampleWeight == null ? 1 : sampleWeight.data()[i / per];
                double c = d == null ? 1 : d.data()[i];
                sum += w * v.data()[i];
                count += t.reduction() == ModelSpec.Reduction.WEIGHTED_MEAN ? w * c : c;
            }
            double divisor = t.reduction() == ModelSpec.Reduction.SUM ? 1 : count;
            double value = divisor == 0 ? 0 : sum / divisor;
            byName.put(t.name(), value);
            total += t.weight() * value;
            if (seed) {
                float[] g = gradients[t.value()].data();
                for (int i = 0; i < n; i++) {
                    double w = sampleWeight == null ? 1 : sampleWeight.data()[i / per];
                    g[i] = divisor == 0 ? 0 : (float) (t.weight() * w / divisor);
                }
            }
        }
        return total;
    }

    /** Sets the gradients by the outputs; those left out are zero. */
    void seed(Map<String, Tensor> byOutput) {
        for (Graph.Value v : graph.outputs) gradients[v.index].fill(0);
        for (int i = 0; i < graph.outputs.size(); i++) {
            Tensor g = gradients[graph.outputs.get(i).index], s = byOutput.get(graph.outputNames.get(i));
            if (s == null) continue;
            if (s.size() != g.size())
                throw new ShapeException(
                        "the gradient by " + graph.outputNames.get(i) + " must be " + g.shape() + ", got " + s.shape());
            Sink.add(g).put(s);
        }
    }

    /** The gradients by what the caller brought; what has none is left out. */
    Map<String, Tensor> inputGradients() {
        Map<String, Tensor> m = new LinkedHashMap<>();
        graph.given.forEach((name, v) -> {
            if (gradients[v.index] != null) m.put(name, gradients[v.index].copy());
        });
        return m;
    }

    /** Runs all units backward from the gradients that {@link #losses} or {@link #seed} wrote. */
    void backward(BooleanSupplier closed) {
        backward = true;
        try {
            for (int k = cells.length - 1; k >= 0; k--) {
                Graph.Step s = graph.steps.get(k);
                if (!s.backward || s.viewGradient) continue;
                if (closed.getAsBoolean()) throw new ClosedException();
                if (s.view) {
                    sinks[k][0].put(outputGradients[k][0]);
                } else {
                    try {
                        cells[k].backward(sinks[k], outputGradients[k], true);
                    } catch (RuntimeException e) {
                        throw placed(s.unit, "backward", e);
                    }
                }
                for (Merge m : merges.get(k)) m.to().put(m.from());
            }
        } finally {
            backward = false;
        }
    }

    /** Looks at every tensor from now on; null stops it. */
    void inspect(Inspector i) {
        inspector = i;
    }

    /** The outputs by the names the model gives them: the workspace's own tensors. */
    public Map<String, Tensor> outputs() {
        Map<String, Tensor> r = new LinkedHashMap<>();
        for (int i = 0; i < graph.outputs.size(); i++)
            r.put(graph.outputNames.get(i), values[graph.outputs.get(i).index]);
        return r;
    }

    /** Forgets the caller's tensors. */
    void letGo() {
        memory = null;
        for (Graph.Value v : graph.given.values()) values[v.index] = null;
        for (int i = 0; i < values.length; i++) if (external[i]) values[i] = null;
        for (Tensor[] in : inputs) Arrays.fill(in, null);
        for (Cell c : cells) c.letGo();
    }
}
