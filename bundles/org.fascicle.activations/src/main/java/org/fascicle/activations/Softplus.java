package org.fascicle.activations;

import org.fascicle.nn.Activation;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Block;
import org.osgi.service.component.annotations.Component;

/**
 * log(1 + exp(beta x)) / beta (Dugas et al. 2001), without overflow. Its slope 1 / (1 + exp(-beta x)) is 1 - exp(-beta y),
 * so that only the output is kept. Immutable and thread-safe.
 *
 * @param beta the greater, the nearer to relu
 */
public record Softplus(float beta) implements Activation {
    @Override
    public float apply(float x) {
        return (float) (Math.max(x, 0.0) + Math.log1p(Math.exp(-beta * (double) Math.abs(x))) / beta);
    }

    @Override
    public float slope(float x, float y) {
        return (float) -Math.expm1(-beta * (double) y);
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }

    @Override
    public void apply(Block b, float[] y, float[] x, int n) {
        float[] t = b.temporary(0);
        for (int i = 0; i < n; i++) t[i] = -beta * Math.abs(x[i]);
        b.exp(t, t, n);
        b.log1p(t, t, n);
        for (int i = 0; i < n; i++) y[i] = Math.max(x[i], 0f) + t[i] / beta;
    }

    /** 1 - exp(u) = -2 t / (1 - t) with t = tanh(u / 2), as in {@link Elu}. */
    @Override
    public void slope(Block b, float[] dx, float[] x, float[] y, float[] dy, int n) {
        float[] t = b.temporary(0);
        for (int i = 0; i < n; i++) t[i] = -0.5f * beta * y[i];
        b.tanh(t, t, n);
        for (int i = 0; i < n; i++) dx[i] = dy[i] * (-2 * t[i] / (1 - t[i]));
    }

    /** Option {@code beta} (1). */
    @Component
    @FascicleActivation("softplus")
    public static final class Factory implements Layer.Factory {
        @Override
        public Softplus create(Config c) {
            return new Softplus((float) c.real("beta", 1, Range.POSITIVE));
        }
    }
}
