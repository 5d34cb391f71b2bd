package org.fascicle.tck.reference;

import java.util.function.IntConsumer;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** The primitives in plain loops: the definition, not the fast one. Products are float32 with fma, k ascending. Thread-safe. */
public final class NaiveOps implements Ops {
    /** Sums over more than this many numbers are float32 within a chunk and double between chunks. */
    private static final int CHUNK = 1024;

    @Override
    public String identity() {
        return "naive 1";
    }

    @Override
    public void matmul(Matrix out, float beta, Operand left, Operand right, Epilogue e) {
        Matrix a = matrix(left), b = matrix(right);
        int m = a.height(), k = a.width(), n = b.width();
        if (b.height() != k || out.rows() != m || out.cols() != n || out.transposed()) {
            throw new ShapeException("matmul: [" + m + ", " + k + "] by [" + b.height() + ", " + n + "] into ["
                    + out.rows() + ", " + out.cols() + "]" + (out.transposed() ? " transposed" : ""));
        }
        checkBias(e, n);
        int ai = a.transposed() ? 1 : a.stride(), ak = a.transposed() ? a.stride() : 1;
        int bk = b.transposed() ? 1 : b.stride(), bj = b.transposed() ? b.stride() : 1;
        float[] x = a.tensor().data(), w = b.tensor().data(), y = out.tensor().data();
        float[] bias = e.bias().map(Tensor::data).orElse(null);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float s = 0;
                for (int q = 0; q < k; q++) {
                    s = Math.fma(x[a.offset() + i * ai + q * ak], w[b.offset() + q * bk + j * bj], s);
                }
                int o = out.row(i) + j;
                float sum = beta == 0 ? s : beta * y[o] + s;
                y[o] = bias == null ? sum : sum + bias[j];
            }
        }
        e.kernel().ifPresent(f -> f.apply(out, out));
    }

    private static Matrix matrix(Operand o) {
        if (o instanceof Matrix m) return m;
        throw new ShapeException(
                "naive: an operand of another backend: " + o.getClass().getName());
    }

    private static void checkBias(Epilogue e, int n) {
        e.bias().ifPresent(b -> {
            if (b.size() != n)
                throw new ShapeException("epilogue: a bias for " + n + " columns has " + b.size() + " numbers");
        });
    }

    @Override
    public void sumRows(Sink out, Matrix x) {
        if (out.tensor().size() != x.cols()) {
            throw new ShapeException(
                    "sumRows: " + x.cols() + " columns into " + out.tensor().shape());
        }
        float[] d = x.tensor().data(), y = out.tensor().data();
        for (int j = 0; j < x.cols(); j++) {
            Sum sum = new Sum();
            for (int i = 0; i < x.rows(); i++) sum.add(d[x.row(i) + j]);
            y[j] = sum.into(y[j], out.beta());
        }
    }

    @Override
    public void sumChannels(Sink out, Tensor x) {
        if (x.rank() < 2 || out.tensor().size() != x.dim(1)) {
            throw new ShapeException(
                    "sumChannels: " + x.shape() + " into " + out.tensor().shape());
        }
        int n = x.dim(0), c = x.dim(1), inner = x.shape().size(2, x.rank());
        float[] y = out.tensor().data();
        for (int k = 0; k < c; k++) {
            Sum sum = new Sum();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < inner; j++) sum.add(x.data()[(i * c + k) * inner + j]);
            }
            y[k] = sum.into(y[k], out.beta());
        }
    }

    private static final class Sum {
        private double chunks;
        private float chunk;
        private int count;

        void add(float x) {
            chunk += x;
            if (++count % CHUNK == 0) {
                chunks += chunk;
                chunk = 0;
            }
        }

        float into(float old, float beta) {
            float sum = (float) (chunks + chunk);
            return beta == 0 ? sum : beta * old + sum;
        }
    }

    @Override
    public void conv(Conv g, Tensor out, Tensor x, Operand w, Epilogue e) {
        Tensor k = matrix(w).tensor();
        checkConv("conv", g, x.shape(), k.shape(), out.shape());
        checkBias(e, k.dim(0));
        float[] y = out.data();
        out.fill(0);
        taps(g, x.shape(), k.shape(), out.shape(), (a, b, o) -> y[o] = Math.fma(x.data()[a], k.data()[b], y[o]));
        e.bias()
                .ifPresent(v -> out.shape().channels(1).each((c, from, to) -> {
                    for (int i = from; i < to; i++) y[i] += v.data()[c];
                }));
        e.kernel().ifPresent(f -> f.apply(out, out));
    }

    @Override
    public void convInputGradient(Conv g, Sink dx, Operand w, Tensor dy) {
        Tensor k = matrix(w).tensor();
        checkConv("convInputGradient", g, dx.tensor().shape(), k.shape(), dy.shape());
        float[] d = dx.accumulator();
        taps(
                g,
                dx.tensor().shape(),
                k.shape(),
                dy.shape(),
                (a, b, o) -> d[a] = Math.fma(dy.data()[o], k.data()[b], d[a]));
    }

    @Override
    public void convWeightGradient(Conv g, Sink dw, Tensor x, Tensor dy) {
        checkConv("convWeightGradient", g, x.shape(), dw.tensor().shape(), dy.shape());
        float[] d = dw.accumulator();
        taps(
                g,
                x.shape(),
                dw.tensor().shape(),
                dy.shape(),
                (a, b, o) -> d[b] = Math.fma(dy.data()[o], x.data()[a], d[b]));
    }

    private static void checkConv(String what, Conv g, Shape x, Shape w, Shape y) {
        boolean fits = x.rank() == 4
                && w.rank() == 4
                && y.rank() == 4
                && x.dim(0) == y.dim(0)
                && w.dim(0) == y.dim(1)
                && w.dim(1) * g.groups() == x.dim(1)
                && w.dim(0) % g.groups() == 0;
        if (!fits)
            throw new ShapeException(
                    what + ": input " + x + ", weights " + w + ", output " + y + " in " + g.groups() + " groups");
    }

    /** One multiplication of a convolution: the indices in input, weights and output. */
    @FunctionalInterface
    private interface Tap {
        void at(int x, int w, int y);
    }

    private static void taps(Conv g, Shape x, Shape w, Shape y, Tap t) {
        int filters = w.dim(0), channels = w.dim(1), perGroup = filters / g.groups();
        for (int n = 0; n < y.dim(0); n++) {
            for (int o = 0; o < filters; o++) {
                for (int i = 0; i < y.dim(2); i++) {
                    for (int j = 0; j < y.dim(3); j++) {
                        int to = ((n * filters + o) * y.dim(2) + i) * y.dim(3) + j;
                        for (int c = 0; c < channels; c++) {
                            int from = n * x.dim(1) + o / perGroup * channels + c;
                            window(g, x, w, i, j, from, o * channels + c, to, t);
                        }
                    }
                }
            }
        }
    }

    private static void window(Conv g, Shape x, Shape w, int i, int j, int plane, int kernel, int to, Tap t) {
        for (int p = 0; p < w.dim(2); p++) {
            int r = i * g.strideH() - g.padTop() + p * g.dilationH();
            if (r < 0 || r >= x.dim(2)) continue;
            for (int q = 0; q < w.dim(3); q++) {
                int s = j * g.strideW() - g.padLeft() + q * g.dilationW();
                if (s < 0 || s >= x.dim(3)) continue;
                t.at((plane * x.dim(2) + r) * x.dim(3) + s, (kernel * w.dim(2) + p) * w.dim(3) + q, to);
            }
        }
    }

    @Override
    public Operand pack(Tensor w, Use use) {
        return use == Use.RIGHT_TRANSPOSED ? w.rows().t() : w.rows();
    }

    @Override
    public Kernel kernel(ScalarFunction f) {
        return new BlockKernel(f);
    }

    @Override
    public void parallel(int chunks, IntConsumer body) {
        for (int i = 0; i < chunks; i++) body.accept(i);
    }

    @Override
    public String toString() {
        return identity();
    }
}
