package org.fascicle.activations;

import org.fascicle.nn.Activation;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Block;
import org.osgi.service.component.annotations.Component;

/**
 * x for x greater than 0, else alpha (exp(x) - 1) (Clevert et al. 2015); the slope at 0 is alpha. Immutable and thread-safe.
 *
 * @param alpha the limit for x to minus infinity is -alpha
 */
public record Elu(float alpha) implements Activation {
    @Override
    public float apply(float x) {
        return Math.max(x, 0f) + (float) (alpha * Math.expm1(Math.min(x, 0f)));
    }

    @Override
    public float slope(float x, float y) {
        float up = Signs.positive(y);
        return up + (1 - up) * (Math.min(y, 0f) + alpha);
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }

    /** exp(u) - 1 = 2 t / (1 - t) with t = tanh(u / 2): exact near 0, where exp(u) - 1 cancels. */
    @Override
    public void apply(Block b, float[] y, float[] x, int n) {
        float[] t = b.temporary(0);
        for (int i = 0; i < n; i++) t[i] = 0.5f * Math.min(x[i], 0f);
        b.tanh(t, t, n);
        for (int i = 0; i < n; i++) y[i] = Math.max(x[i], 0f) + alpha * (2 * t[i] / (1 - t[i]));
    }

    /** Option {@code alpha} (1). */
    @Component
    @FascicleActivation("elu")
    public static final class Factory implements Layer.Factory {
        @Override
        public Elu create(Config c) {
            return new Elu((float) c.real("alpha", 1, Range.NOT_NEGATIVE));
        }
    }
}
