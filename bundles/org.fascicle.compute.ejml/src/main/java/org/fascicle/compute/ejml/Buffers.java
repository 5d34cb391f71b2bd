package org.fascicle.compute.ejml;

import org.fascicle.tensor.Block;

/** What one thread needs to run a function on blocks: copies of the operands, temporaries, and the vector functions. */
final class Buffers implements Block {
    final float[] x = new float[LIMIT];
    final float[] y = new float[LIMIT];
    final float[] dx = new float[LIMIT];
    final float[] dy = new float[LIMIT];
    private final float[][] temporaries = new float[4][LIMIT];
    private final Transcendentals functions = new Transcendentals();

    @Override
    public void exp(float[] y, float[] x, int n) {
        functions.exp(y, x, n);
    }

    @Override
    public void log(float[] y, float[] x, int n) {
        functions.log(y, x, n);
    }

    @Override
    public void log1p(float[] y, float[] x, int n) {
        functions.log1p(y, x, n);
    }

    @Override
    public void tanh(float[] y, float[] x, int n) {
        functions.tanh(y, x, n);
    }

    @Override
    public void sigmoid(float[] y, float[] x, int n) {
        functions.sigmoid(y, x, n);
    }

    @Override
    public void erf(float[] y, float[] x, int n) {
        functions.erf(y, x, n);
    }

    @Override
    public float[] temporary(int k) {
        return temporaries[k];
    }
}
