package org.fascicle.layers;

import java.util.List;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * Joins any number of inputs along one axis other than the batch; their shapes agree on all others. Immutable and
 * thread-safe.
 *
 * @param axis negative ones count from the end
 */
public record Concatenate(int axis) implements Layer {
    @Override
    public List<Port> inputs() {
        return List.of(Port.value("x").many());
    }

    @Override
    public Plan plan(Shapes in) {
        Shape first = in.get(0);
        int a = first.axis(axis), sum = 0;
        if (a == 0) throw new ShapeException("axis " + axis + " of " + first + " is the batch; take another");
        for (int k = 0; k < in.count(); k++) {
            Shape x = in.get(k);
            if (x.rank() != first.rank() || !x.with(a, first.dim(a)).equals(first)) {
                throw new ShapeException(
                        "input " + k + " must be as input 0 " + first + " on every axis but " + axis + ", got " + x);
            }
            sum += x.dim(a);
        }
        return Plan.of(first.with(a, sum));
    }

    @Override
    public void forward(Pass p) {
        Tensor y = p.output(0);
        int all = run(y);
        for (int k = 0, at = 0; k < p.inputs(); k++) {
            Tensor x = p.input(k);
            int n = run(x), rows = x.size() / Math.max(1, n);
            for (int r = 0; r < rows; r++) System.arraycopy(x.data(), r * n, y.data(), r * all + at, n);
            at += n;
        }
    }

    @Override
    public void backward(Pass p) {
        float[] dy = p.outputGradient(0).data();
        int all = run(p.outputGradient(0));
        for (int k = 0, at = 0; k < p.inputs(); k++) {
            Sink sink = p.inputGradient(k);
            float[] dx = sink.tensor().data();
            int n = run(sink.tensor()), rows = sink.tensor().size() / Math.max(1, n);
            for (int r = 0; r < rows; r++) {
                if (sink.beta() == 0) System.arraycopy(dy, r * all + at, dx, r * n, n);
                else for (int i = 0; i < n; i++) dx[r * n + i] += dy[r * all + at + i];
            }
            at += n;
        }
    }

    /** How many numbers lie together: those of the axis and of all after it. */
    private int run(Tensor t) {
        return t.shape().size(t.shape().axis(axis), t.rank());
    }

    /** Options: {@code axis} (-1). */
    @Component
    @FascicleLayer("concatenate")
    public static final class Factory implements Layer.Factory {
        @Override
        public Concatenate create(Config c) {
            int axis = c.integer("axis", -1, Range.ANY);
            if (axis == 0) throw c.invalid("axis", "any axis but the batch", axis);
            return new Concatenate(axis);
        }
    }
}
