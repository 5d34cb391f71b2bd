package org.fascicle.tck.third;

import org.fascicle.nn.Activation;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.tensor.Block;

/** x tanh(softplus(x)) (Misra 2019), with the optional block forms. */
@FascicleActivation("mish_block")
public final class MishBlock implements Activation {
    @Override
    public float apply(float x) {
        return (float) (x * Math.tanh(softplus(x)));
    }

    @Override
    public float slope(float x, float y) {
        double t = Math.tanh(softplus(x));
        return (float) (t + x * (1 - t * t) / (1 + Math.exp(-x)));
    }

    @Override
    public void apply(Block b, float[] y, float[] x, int n) {
        float[] t = b.temporary(0);
        tanhSoftplus(b, t, x, n);
        for (int i = 0; i < n; i++) y[i] = x[i] * t[i];
    }

    @Override
    public void slope(Block b, float[] dx, float[] x, float[] y, float[] dy, int n) {
        float[] t = b.temporary(0), s = b.temporary(1);
        tanhSoftplus(b, t, x, n);
        b.sigmoid(s, x, n);
        for (int i = 0; i < n; i++) dx[i] = dy[i] * (t[i] + x[i] * (1 - t[i] * t[i]) * s[i]);
    }

    private static void tanhSoftplus(Block b, float[] t, float[] x, int n) {
        for (int i = 0; i < n; i++) t[i] = -Math.abs(x[i]);
        b.exp(t, t, n);
        b.log1p(t, t, n);
        for (int i = 0; i < n; i++) t[i] += Math.max(x[i], 0);
        b.tanh(t, t, n);
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
}
