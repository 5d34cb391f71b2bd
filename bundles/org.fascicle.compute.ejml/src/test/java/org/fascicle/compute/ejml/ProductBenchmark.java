package org.fascicle.compute.ejml;

import java.util.Locale;
import java.util.Random;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** GFLOP/s of products, ours on one and on two threads beside EJML's, in one run: {@code java … ProductBenchmark}. */
final class ProductBenchmark {
    private static final String[] SHAPES = {
        "64 64 64 NN",
        "128 128 128 NN",
        "256 256 256 NN",
        "512 512 512 NN",
        "512 512 512 NT",
        "512 512 512 TN",
        "128 784 512 NN",
        "128 784 512 NT",
        "784 128 512 TN",
        "512 128 784 TN",
        "128 512 784 NN",
        "64 400 120 NN",
        "64 400 120 NT",
        "64 120 84 NT",
        "64 84 10 NN",
        "64 84 10 NT",
        "84 64 10 TN",
        "6 25 576 NN",
        "1 784 512 NT",
        "8 784 512 NT",
        "1024 64 64 NT",
        "50 20 50 NT"
    };

    private ProductBenchmark() {}

    public static void main(String[] arguments) {
        System.out.printf("%-18s %8s %8s %8s %8s %8s%n", "m k n", "one", "packed", "two", "two pk", "EJML");
        try (EjmlOps one = new EjmlOps(1);
                EjmlOps two = new EjmlOps(2)) {
            for (String shape : arguments.length > 0 ? arguments : SHAPES) measure(shape, one, two);
        }
    }

    private static void measure(String shape, EjmlOps one, EjmlOps two) {
        String[] s = shape.split(" ", -1);
        int m = Integer.parseInt(s[0]), k = Integer.parseInt(s[1]), n = Integer.parseInt(s[2]);
        boolean ta = s[3].charAt(0) == 'T', tb = s[3].charAt(1) == 'T';
        Random random = new Random(1);
        Tensor x = random(random, ta ? k : m, ta ? m : k),
                w = random(random, tb ? n : k, tb ? k : n),
                y = Tensor.zeros(m, n);
        Matrix a = ta ? x.matrix().t() : x.matrix(), b = tb ? w.matrix().t() : w.matrix(), out = y.matrix();
        Operand packed = one.pack(w, tb ? Use.RIGHT_TRANSPOSED : Use.RIGHT);
        FMatrixRMaj ea = FMatrixRMaj.wrap(x.dim(0), x.dim(1), x.data()),
                eb = FMatrixRMaj.wrap(w.dim(0), w.dim(1), w.data()),
                ec = new FMatrixRMaj(m, n);
        double flops = 2.0 * m * k * n;
        Runnable ejml = ta
                ? () -> CommonOps_FDRM.multTransA(ea, eb, ec)
                : tb ? () -> CommonOps_FDRM.multTransB(ea, eb, ec) : () -> CommonOps_FDRM.mult(ea, eb, ec);
        System.out.printf(
                Locale.ROOT,
                "%-18s %8.1f %8.1f %8.1f %8.1f %8.1f%n",
                shape,
                flops / best(() -> one.matmul(out, 0, a, b, Epilogue.NONE), flops),
                flops / best(() -> one.matmul(out, 0, a, packed, Epilogue.NONE), flops),
                flops / best(() -> two.matmul(out, 0, a, b, Epilogue.NONE), flops),
                flops / best(() -> two.matmul(out, 0, a, packed, Epilogue.NONE), flops),
                flops / best(ejml, flops / 4));
    }

    /** The best of many rounds, in ns a call. */
    static double best(Runnable r, double flops) {
        int calls = (int) Math.max(1, 2e8 / flops / 4);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 25; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) r.run();
            best = Math.min(best, (System.nanoTime() - start) / (double) calls);
        }
        return best;
    }

    private static Tensor random(Random r, int... dims) {
        Tensor t = Tensor.zeros(dims);
        for (int i = 0; i < t.size(); i++) t.data()[i] = (float) r.nextGaussian();
        return t;
    }
}
