package org.fascicle.activations;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The greatest of each group of channels (Goodfellow et al. 2013): [N, C, …] to [N, C / pieces, …] with
 * y[n, c] = max over j of x[n, c * pieces + j]. The first of equals gets the gradient. Keeps which one won, not the input.
 * Immutable and thread-safe.
 *
 * @param pieces how many channels make one
 * @param axis the axis of the channels
 */
public record Maxout(int pieces, int axis) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        int channels = Windows.of(x, axis).length();
        if (channels % pieces != 0) {
            throw new ShapeException("axis " + axis + " of input " + x + " must be a multiple of pieces = " + pieces
                    + ", got " + channels + "; change pieces, or the units or filters before it");
        }
        Shape y = x.with(axis, channels / pieces);
        return Plan.of(y).keep("winner", y);
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0), output = p.output(0);
        float[] x = input.data(), y = output.data(), winner = p.kept("winner").data();
        int n = output.size(), inner = input.shape().channels(axis).inner();
        if (inner == 1) {
            for (int i = 0, from = 0; i < n; i++, from += pieces) {
                float best = x[from], which = 0;
                for (int j = 1; j < pieces; j++) {
                    float v = x[from + j];
                    if (v > best) which = j;
                    best = Math.max(best, v);
                }
                y[i] = best;
                winner[i] = which;
            }
            return;
        }
        for (int at = 0, from = 0; at < n; at += inner, from += pieces * inner) {
            System.arraycopy(x, from, y, at, inner);
            for (int i = at; i < at + inner; i++) winner[i] = 0;
            for (int j = 1; j < pieces; j++) {
                int shift = from + j * inner - at;
                for (int i = at; i < at + inner; i++) {
                    float v = x[i + shift];
                    if (v > y[i]) winner[i] = j;
                    y[i] = Math.max(y[i], v);
                }
            }
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor gradient = p.outputGradient(0);
        float[] dy = gradient.data(), winner = p.kept("winner").data();
        Sink sink = p.inputGradient(0);
        float[] dx = sink.accumulator();
        int n = gradient.size(), inner = sink.tensor().shape().channels(axis).inner();
        for (int at = 0, from = 0; at < n; at += inner, from += pieces * inner) {
            for (int i = 0; i < inner; i++) dx[from + (int) winner[at + i] * inner + i] += dy[at + i];
        }
    }

    /** Options {@code pieces} (2) and {@code axis} (1). */
    @Component
    @FascicleActivation("maxout")
    public static final class Factory implements Layer.Factory {
        @Override
        public Maxout create(Config c) {
            return new Maxout(c.integer("pieces", 2, Range.atLeast(1)), c.integer("axis", 1, Range.ANY));
        }
    }
}
