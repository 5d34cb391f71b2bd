package org.fascicle.tck.reference;

import java.util.Arrays;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.ShapeException;

/** Runs the block form of a function on copies: plug-ins index from 0, and cannot write elsewhere. Thread-safe. */
record BlockKernel(ScalarFunction function) implements Kernel {
    @Override
    public void apply(Matrix y, Matrix x) {
        same("apply", y, x);
        ScalarBlock block = new ScalarBlock();
        int length = Math.min(Block.LIMIT, x.cols());
        float[] from = new float[length], to = new float[length];
        for (int r = 0; r < x.rows(); r++) {
            for (int at = 0, n; at < x.cols(); at += n) {
                n = Math.min(Block.LIMIT, x.cols() - at);
                load(from, x, r, at, n);
                block.forget();
                function.apply(block, to, from, n);
                System.arraycopy(to, 0, y.tensor().data(), y.row(r) + at, n);
            }
        }
    }

    @Override
    public void slope(Matrix dx, float beta, Matrix x, Matrix y, Matrix dy) {
        same("slope", dx, dy);
        same("slope", y, dy);
        if (function.slopeNeedsInput()) same("slope", x, dy);
        ScalarBlock block = new ScalarBlock();
        int length = Math.min(Block.LIMIT, y.cols());
        float[] bx = new float[length], by = new float[length], bd = new float[length];
        float[] g = new float[length], d = dx.tensor().data();
        for (int r = 0; r < y.rows(); r++) {
            for (int at = 0, n; at < y.cols(); at += n) {
                n = Math.min(Block.LIMIT, y.cols() - at);
                if (function.slopeNeedsInput()) load(bx, x, r, at, n);
                else Arrays.fill(bx, Float.NaN);
                load(by, y, r, at, n);
                load(bd, dy, r, at, n);
                block.forget();
                function.slope(block, g, bx, by, bd, n);
                for (int i = 0, o = dx.row(r) + at; i < n; i++, o++) d[o] = beta == 0 ? g[i] : beta * d[o] + g[i];
            }
        }
    }

    private static void same(String what, Matrix a, Matrix b) {
        if (a.rows() != b.rows() || a.cols() != b.cols()) {
            throw new ShapeException(what + ": windows must be of one size, got [" + a.rows() + ", " + a.cols()
                    + "] and [" + b.rows() + ", " + b.cols() + "]");
        }
    }

    private static void load(float[] to, Matrix m, int row, int at, int n) {
        System.arraycopy(m.tensor().data(), m.row(row) + at, to, 0, n);
        Arrays.fill(to, n, to.length, Float.NaN);
    }
}
