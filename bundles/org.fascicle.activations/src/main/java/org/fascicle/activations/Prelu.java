package org.fascicle.activations;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Channels;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * x for x greater than 0, else alpha[c] x with a trained alpha per channel (He et al. 2015); x is [N, C, …]. The slope at
 * 0 is alpha. Immutable and thread-safe.
 *
 * @param initial alpha at first
 * @param shared one alpha for all channels; x may then be of any shape
 */
public record Prelu(float initial, boolean shared) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(in.get(0))
                .param(Param.scale("alpha", channels(in.get(0), shared).channels(), initial))
                .reads(0);
    }

    /** The elements of each parameter of a per-channel activation. */
    static Channels channels(Shape x, boolean shared) {
        if (shared) return new Channels(1, 1, x.size());
        if (x.rank() < 2)
            throw new ShapeException("input must be [N, C, …], got " + x + "; set shared = true for one parameter");
        return x.channels(1);
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0);
        float[] x = input.data(),
                y = p.output(0).data(),
                alpha = p.parameter("alpha").data();
        Channels g = channels(input.shape(), shared);
        if (g.inner() == 1) {
            for (int at = 0, n = input.size(); at < n; at += g.channels()) {
                for (int c = 0; c < g.channels(); c++) y[at + c] = Signs.bent(x[at + c], alpha[c]);
            }
        } else {
            g.each((c, from, to) -> {
                float a = alpha[c];
                for (int i = from; i < to; i++) y[i] = Signs.bent(x[i], a);
            });
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor input = p.input(0);
        float[] x = input.data(),
                dy = p.outputGradient(0).data(),
                alpha = p.parameter("alpha").data();
        Channels g = channels(input.shape(), shared);
        Sink sink = p.inputGradient(0);
        float[] dx = sink.tensor().data();
        boolean add = sink.beta() != 0;
        if (g.inner() == 1) {
            for (int at = 0, n = input.size(); at < n; at += g.channels()) {
                for (int c = 0; c < g.channels(); c++) {
                    float d = dy[at + c] * Signs.bentSlope(x[at + c], alpha[c]);
                    dx[at + c] = add ? dx[at + c] + d : d;
                }
            }
        } else {
            g.each((c, from, to) -> {
                float a = alpha[c];
                for (int i = from; i < to; i++) {
                    float d = dy[i] * Signs.bentSlope(x[i], a);
                    dx[i] = add ? dx[i] + d : d;
                }
            });
        }
        if (!p.wants("alpha")) return;
        Tensor negative = p.scratch(g.outer(), g.channels(), g.inner());
        float[] t = negative.data();
        for (int i = 0, n = input.size(); i < n; i++) t[i] = dy[i] * Math.min(x[i], 0f);
        p.ops().sumChannels(p.gradient("alpha"), negative);
    }

    /**
     * Options {@code alpha}, the initial value (0.25, as in the paper; Keras starts at 0), and {@code shared} (false; true is
     * what PyTorch does unless told otherwise).
     */
    @Component
    @FascicleActivation("prelu")
    public static final class Factory implements Layer.Factory {
        @Override
        public Prelu create(Config c) {
            return new Prelu((float) c.real("alpha", 0.25, Range.ANY), c.flag("shared", false));
        }
    }
}
