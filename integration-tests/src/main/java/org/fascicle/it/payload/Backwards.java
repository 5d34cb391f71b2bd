package org.fascicle.it.payload;

import java.util.function.IntConsumer;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** A compute backend whose products go down k instead of up: as right as any other, and other bits. */
public final class Backwards implements Ops {
    private final Ops naive = new NaiveOps();

    @Override
    public String identity() {
        return "backwards 1";
    }

    @Override
    public void matmul(Matrix out, float beta, Operand left, Operand right, Epilogue e) {
        naive.matmul(out, beta, flipped((Matrix) left, true), flipped((Matrix) right, false), e);
    }

    /** A copy whose columns or rows are in reverse order. */
    private static Matrix flipped(Matrix m, boolean columns) {
        int h = m.height(), w = m.width();
        Tensor t = Tensor.zeros(h, w);
        float[] from = m.tensor().data();
        for (int i = 0; i < h; i++) {
            for (int j = 0; j < w; j++) {
                float x = from[m.transposed() ? m.row(j) + i : m.row(i) + j];
                t.data()[(columns ? i : h - 1 - i) * w + (columns ? w - 1 - j : j)] = x;
            }
        }
        return t.rows();
    }

    @Override
    public void sumRows(Sink out, Matrix x) {
        naive.sumRows(out, x);
    }

    @Override
    public void sumChannels(Sink out, Tensor x) {
        naive.sumChannels(out, x);
    }

    @Override
    public void conv(Conv g, Tensor out, Tensor x, Operand w, Epilogue e) {
        naive.conv(g, out, x, w, e);
    }

    @Override
    public void convInputGradient(Conv g, Sink dx, Operand w, Tensor dy) {
        naive.convInputGradient(g, dx, w, dy);
    }

    @Override
    public void convWeightGradient(Conv g, Sink dw, Tensor x, Tensor dy) {
        naive.convWeightGradient(g, dw, x, dy);
    }

    @Override
    public Operand pack(Tensor w, Use use) {
        return naive.pack(w, use);
    }

    @Override
    public Kernel kernel(ScalarFunction f) {
        return naive.kernel(f);
    }

    @Override
    public void parallel(int chunks, IntConsumer body) {
        naive.parallel(chunks, body);
    }
}
