package org.fascicle.compute.ejml;

import org.fascicle.tensor.Block;

/** What one thread needs to run a function on blocks: copies of the operands, temporaries, and the vector functions. */
final class Buffers implements Block {
    final float[] x = new float[LIMIT];
    final float[] y = new float[LIMIT];
    final float[] dx = new float[LIMIT];
    final float[] dy = new float[LIMIT];
    private final float[][] temporaries = new float[4][LIMIT];

    @Override
    public void exp(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) StrictMath.exp(x[i]);
    }

    @Override
    public void log(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) StrictMath.log(x[i]);
    }

    @Override
    public void log1p(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) StrictMath.log1p(x[i]);
    }

    @Override
    public void tanh(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) StrictMath.tanh(x[i]);
    }

    @Override
    public void sigmoid(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = (float) (1 / (1 + StrictMath.exp(-x[i])));
    }

    @Override
    public void erf(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            double a = Math.abs((double) x[i]);
            // Series of erf; replaced where it converges slowly by 1.
            double s = a, t = a;
            for (int k = 1; k < 200 && a < 5; k++) {
                t *= -a * a / k;
                s += t / (2 * k + 1);
            }
            double r = a < 5 ? 2 / Math.sqrt(Math.PI) * s : a >= 5 ? 1 : Double.NaN;
            y[i] = (float) Math.copySign(r, x[i]);
        }
    }

    @Override
    public float[] temporary(int k) {
        return temporaries[k];
    }
}
