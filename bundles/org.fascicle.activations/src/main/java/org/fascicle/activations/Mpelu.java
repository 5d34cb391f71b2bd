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
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * x for x greater than 0, else alpha[c] (exp(beta[c] x) - 1) with alpha and beta trained per channel (Li et al. 2016); x
 * is [N, C, …]. Holds relu, leaky relu and elu within it. The slope at 0 is alpha beta. Immutable and thread-safe.
 *
 * @param alpha initial value
 * @param beta initial value
 */
public record Mpelu(float alpha, float beta) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        int channels = Prelu.channels(x, false).channels();
        return Plan.of(x)
                .param(Param.scale("alpha", channels, alpha))
                .param(Param.scale("beta", channels, beta))
                .keep("exp", x)
                .reads(0);
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0), kept = p.kept("exp");
        float[] x = input.data(), y = p.output(0).data(), e = kept.data();
        float[] a = p.parameter("alpha").data(), b = p.parameter("beta").data();
        Channels g = Prelu.channels(input.shape(), false);
        int n = input.size(), channels = g.channels();
        if (g.inner() == 1) {
            for (int at = 0; at < n; at += channels) {
                for (int c = 0; c < channels; c++) e[at + c] = b[c] * Math.min(x[at + c], 0f);
            }
        } else {
            g.each((c, from, to) -> {
                float k = b[c];
                for (int i = from; i < to; i++) e[i] = k * Math.min(x[i], 0f);
            });
        }
        p.kernel(Elementary.EXP).apply(kept, kept);
        if (g.inner() == 1) {
            for (int at = 0; at < n; at += channels) {
                for (int c = 0; c < channels; c++) y[at + c] = Math.max(x[at + c], 0f) + a[c] * (e[at + c] - 1);
            }
        } else {
            g.each((c, from, to) -> {
                float k = a[c];
                for (int i = from; i < to; i++) y[i] = Math.max(x[i], 0f) + k * (e[i] - 1);
            });
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor input = p.input(0);
        float[] x = input.data(),
                e = p.kept("exp").data(),
                dy = p.outputGradient(0).data();
        float[] a = p.parameter("alpha").data(), b = p.parameter("beta").data();
        Channels g = Prelu.channels(input.shape(), false);
        Sink sink = p.inputGradient(0);
        float[] dx = sink.tensor().data();
        boolean add = sink.beta() != 0;
        int n = input.size(), channels = g.channels();
        Tensor each = p.scratch(input.shape());
        float[] t = each.data();
        if (g.inner() == 1) {
            for (int at = 0; at < n; at += channels) {
                for (int c = 0, i = at; c < channels; c++, i++) {
                    float up = Signs.positive(x[i]), d = dy[i] * (up + (1 - up) * (a[c] * b[c] * e[i]));
                    dx[i] = add ? dx[i] + d : d;
                    t[i] = dy[i] * (a[c] * (Math.min(x[i], 0f) * e[i]));
                }
            }
        } else {
            g.each((c, from, to) -> {
                float k = a[c], kb = k * b[c];
                for (int i = from; i < to; i++) {
                    float up = Signs.positive(x[i]), d = dy[i] * (up + (1 - up) * (kb * e[i]));
                    dx[i] = add ? dx[i] + d : d;
                    t[i] = dy[i] * (k * (Math.min(x[i], 0f) * e[i]));
                }
            });
        }
        p.ops().sumChannels(p.gradient("beta"), each);
        for (int i = 0; i < n; i++) t[i] = dy[i] * (e[i] - 1);
        p.ops().sumChannels(p.gradient("alpha"), each);
    }

    /** Options {@code alpha} (1) and {@code beta} (1), the initial values: elu. */
    @Component
    @FascicleActivation("mpelu")
    public static final class Factory implements Layer.Factory {
        @Override
        public Mpelu create(Config c) {
            return new Mpelu((float) c.real("alpha", 1, Range.ANY), (float) c.real("beta", 1, Range.ANY));
        }
    }
}
