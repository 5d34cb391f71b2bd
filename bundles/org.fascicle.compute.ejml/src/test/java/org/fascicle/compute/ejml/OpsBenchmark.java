package org.fascicle.compute.ejml;

import java.util.Locale;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** Convolutions in µs a batch and functions in ns an element, on one and on two threads. */
final class OpsBenchmark {
    private OpsBenchmark() {}

    private record Relu() implements ScalarFunction {
        @Override
        public float apply(float x) {
            return Math.max(x, 0);
        }

        @Override
        public float slope(float x, float y) {
            return y > 0 ? 1 : 0;
        }

        @Override
        public boolean slopeNeedsInput() {
            return false;
        }
    }

    private interface Call {
        void run(EjmlOps ops);
    }

    public static void main(String[] arguments) {
        try (EjmlOps one = new EjmlOps(1);
                EjmlOps two = new EjmlOps(2)) {
            EjmlOps[] both = {one, two};
            String only = arguments.length > 0 ? arguments[0] : "";
            if (!only.equals("functions")) {
                convolution(both, "C1 1-6 5x5 28", 64, 1, 6, 5, 28, 0, 1);
                convolution(both, "C1 1-6 5x5 28 same", 64, 1, 6, 5, 28, 2, 1);
                convolution(both, "C3 6-16 5x5 14", 64, 6, 16, 5, 14, 0, 1);
                convolution(both, "16-16 3x3 32", 32, 16, 16, 3, 32, 1, 1);
                convolution(both, "32-32 3x3 16", 32, 32, 32, 3, 16, 1, 1);
                convolution(both, "64-64 3x3 8", 32, 64, 64, 3, 8, 1, 1);
                convolution(both, "64-64 1x1 16", 32, 64, 64, 1, 16, 0, 1);
                convolution(both, "16-32 3x3 32 /2", 32, 16, 32, 3, 32, 1, 2);
            }
            if (only.equals("conv")) return;
            Tensor x = new Numbers(1).normal(1 << 18),
                    y = Tensor.zeros(1 << 18),
                    dx = Tensor.zeros(1 << 18),
                    rows = x.reshape(1024, 256),
                    sums = Tensor.zeros(256);
            Tensor image = x.reshape(64, 16, 16, 16), channels = Tensor.zeros(16);
            for (ScalarFunction f :
                    new ScalarFunction[] {new Relu(), Elementary.EXP, Elementary.TANH, Elementary.SIGMOID}) {
                Kernel[] k = {one.kernel(f), two.kernel(f)};
                print(f.toString() + " apply", 1e-3 * x.size(), both, ops -> k[ops == one ? 0 : 1].apply(y, x));
                print(f + " slope", 1e-3 * x.size(), both, ops -> k[ops == one ? 0 : 1].slope(Sink.set(dx), x, y, x));
            }
            Buffers b = new Buffers();
            print("erf", 1e-3 * 1024, both, ops -> b.erf(b.y, x.data(), 1024));
            for (int i = 0; i < 1024; i++) b.x[i] = Math.abs(x.data()[i]);
            print("log", 1e-3 * 1024, both, ops -> b.log(b.y, b.x, 1024));
            print("log1p", 1e-3 * 1024, both, ops -> b.log1p(b.y, b.x, 1024));
            print("Math.exp", 1e-3 * 1024, both, ops -> {
                for (int i = 0; i < 1024; i++) y.data()[i] = (float) Math.exp(x.data()[i]);
            });
            print("Math.tanh", 1e-3 * 1024, both, ops -> {
                for (int i = 0; i < 1024; i++) y.data()[i] = (float) Math.tanh(x.data()[i]);
            });
            print("sumRows", 1e-3 * x.size(), both, ops -> ops.sumRows(Sink.set(sums), rows.matrix()));
            print("sumChannels", 1e-3 * x.size(), both, ops -> ops.sumChannels(Sink.set(channels), image));
            print("parallel of 2 (us)", 1, both, ops -> ops.parallel(2, i -> {}));
        }
    }

    private static void print(String what, double unit, EjmlOps[] both, Call c) {
        System.out.printf(Locale.ROOT, "%-20s", what);
        for (EjmlOps ops : both)
            System.out.printf(
                    Locale.ROOT, " %9.3f", 1e-3 * ProductBenchmark.best(() -> c.run(ops), 2000 * unit) / unit);
        System.out.println();
    }

    private static void convolution(
            EjmlOps[] both, String what, int n, int in, int out, int kernel, int size, int pad, int stride) {
        Numbers numbers = new Numbers(1);
        int o = (size + 2 * pad - kernel) / stride + 1;
        Tensor x = numbers.normal(n, in, size, size),
                w = numbers.normal(out, in, kernel, kernel),
                y = numbers.normal(n, out, o, o);
        Tensor dx = Tensor.zeros(x.shape()), dw = Tensor.zeros(w.shape()), z = Tensor.zeros(y.shape());
        Conv g = new Conv(1, stride, stride, pad, pad, 1, 1);
        Operand forward = both[0].pack(w, Use.CONV), back = both[0].pack(w, Use.CONV_INPUT_GRADIENT);
        double flops = 2.0 * y.size() * in * kernel * kernel;
        Call[] calls = {
            ops -> ops.conv(g, z, x, forward, Epilogue.NONE),
            ops -> ops.convInputGradient(g, Sink.set(dx), back, y),
            ops -> ops.convWeightGradient(g, Sink.set(dw), x, y)
        };
        System.out.printf(Locale.ROOT, "%-20s", what);
        for (Call c : calls) {
            for (EjmlOps ops : both) {
                double ns = ProductBenchmark.best(() -> c.run(ops), flops);
                System.out.printf(Locale.ROOT, " %7.0f us %5.1f GF/s", 1e-3 * ns, flops / ns);
            }
        }
        System.out.println();
    }
}
