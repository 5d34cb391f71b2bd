package org.fascicle.tck.third;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/** The greatest of each group of channels (Goodfellow 2013): {@code [N, C, …]} to {@code [N, C / pieces, …]}. */
public record Maxout(int pieces) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        if (x.dim(1) % pieces != 0) {
            throw new ShapeException("channels must be a multiple of pieces = " + pieces + ", got " + x.dim(1));
        }
        return Plan.of(x.with(1, x.dim(1) / pieces)).reads(0);
    }

    @Override
    public void forward(Pass p) {
        float[] x = p.input(0).data(), y = p.output(0).data();
        int inner = p.input(0).shape().channels(1).inner();
        for (int i = 0, n = p.output(0).size(); i < n; i++) y[i] = x[best(x, i, inner)];
    }

    @Override
    public void backward(Pass p) {
        float[] x = p.input(0).data(),
                dy = p.outputGradient(0).data(),
                dx = p.inputGradient(0).accumulator();
        int inner = p.input(0).shape().channels(1).inner();
        for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[best(x, i, inner)] += dy[i];
    }

    private int best(float[] x, int i, int inner) {
        int first = i / inner * pieces * inner + i % inner, best = first;
        for (int j = 1; j < pieces; j++) if (x[first + j * inner] > x[best]) best = first + j * inner;
        return best;
    }

    @FascicleActivation("maxout")
    public static final class Factory implements Layer.Factory {
        @Override
        public Maxout create(Config c) {
            return new Maxout(c.integer("pieces", 2, Range.POSITIVE));
        }
    }
}
