package org.fascicle.tck.reference;

import java.util.Arrays;
import org.fascicle.tensor.Block;

/** The vector functions one number at a time, computed in double and rounded once. Confined to one thread. */
public final class ScalarBlock implements Block {
    private static final int TEMPORARIES = 4;
    private final float[][] temporaries = new float[TEMPORARIES][];

    /** Fills the temporaries with NaN: their content is undefined at the start of every call. */
    public void forget() {
        for (float[] t : temporaries) if (t != null) Arrays.fill(t, Float.NaN);
    }

    @Override
    public void exp(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) Math.exp(x[i]);
    }

    @Override
    public void log(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) Math.log(x[i]);
    }

    @Override
    public void log1p(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) Math.log1p(x[i]);
    }

    @Override
    public void tanh(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) Math.tanh(x[i]);
    }

    @Override
    public void sigmoid(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) (1 / (1 + Math.exp(-x[i])));
    }

    @Override
    public void erf(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) erf(x[i]);
    }

    /** 2 / sqrt(pi) exp(-x²) Σ 2^k x^(2k+1) / (1 · 3 · … · (2k+1)): every term has the same sign. */
    public static double erf(double x) {
        if (Double.isNaN(x)) return x;
        if (Math.abs(x) > 6) return Math.copySign(1, x);
        double term = x, sum = x;
        for (int k = 1; Math.abs(term) > Math.abs(sum) * 1e-18; k++) {
            term *= 2 * x * x / (2 * k + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    @Override
    public float[] temporary(int k) {
        if (temporaries[k] == null) {
            temporaries[k] = new float[LIMIT];
            Arrays.fill(temporaries[k], Float.NaN);
        }
        return temporaries[k];
    }
}
