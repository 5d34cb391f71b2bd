package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.DoubleUnaryOperator;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.ScalarBlock;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/** Checks a backend's kernels, vector functions and parallel loops. Each method tells what it found; empty is good. Confined to one thread. */
public final class KernelCheck {
    private static final int[] SIZES = {1, 3, 8, 17, 1023, 1024, 1025, 3000};
    private static final int ULPS = 2;

    private final Ops ops;
    private final Ops naive = new NaiveOps();

    public KernelCheck(Ops ops) {
        this.ops = ops;
    }

    /** x · sigmoid(x): a function without block forms whose slope needs x. */
    private record Swish() implements ScalarFunction {
        @Override
        public float apply(float x) {
            return (float) (x / (1 + Math.exp(-x)));
        }

        @Override
        public float slope(float x, float y) {
            double s = 1 / (1 + Math.exp(-x));
            return (float) (s + x * s * (1 - s));
        }
    }

    /** A vector function as a block form. */
    private record Vector(String name, DoubleUnaryOperator exact, double from, double to) implements ScalarFunction {
        @Override
        public float apply(float x) {
            return (float) exact.applyAsDouble(x);
        }

        @Override
        public float slope(float x, float y) {
            return 1;
        }

        @Override
        public void apply(Block b, float[] y, float[] x, int n) {
            switch (name) {
                case "exp" -> b.exp(y, x, n);
                case "log" -> b.log(y, x, n);
                case "log1p" -> b.log1p(y, x, n);
                case "tanh" -> b.tanh(y, x, n);
                case "sigmoid" -> b.sigmoid(y, x, n);
                default -> b.erf(y, x, n);
            }
        }
    }

    private static final List<Vector> VECTORS = List.of(
            new Vector("exp", Math::exp, -80, 80),
            new Vector("log", Math::log, 1e-6, 1e6),
            new Vector("log1p", Math::log1p, -0.9, 100),
            new Vector("tanh", Math::tanh, -12, 12),
            new Vector("sigmoid", x -> 1 / (1 + Math.exp(-x)), -30, 30),
            new Vector("erf", ScalarBlock::erf, -6, 6));

    /** Kernels compute a function and its slope on whole tensors and windows, with any beta, in place too. */
    public List<String> kernelsAgree() {
        List<String> found = new ArrayList<>();
        for (ScalarFunction f : List.of(Elementary.EXP, Elementary.TANH, Elementary.SIGMOID, new Swish())) {
            Kernel tried = ops.kernel(f), plain = naive.kernel(f);
            for (int n : SIZES) {
                compare(f + " of " + n, tried, plain, Samples.normal(n).flat(), f.slopeNeedsInput(), found);
                compare(
                        f + " on windows",
                        tried,
                        plain,
                        Samples.normal(3, n + 5).matrix().columns(2, n),
                        f.slopeNeedsInput(),
                        found);
                if (!found.isEmpty()) return found;
            }
        }
        return found;
    }

    private static Matrix like(Matrix m, Tensor t) {
        return new Matrix(t, m.offset(), m.rows(), m.cols(), m.stride(), false);
    }

    private static void compare(
            String what, Kernel tried, Kernel plain, Matrix x, boolean needsInput, List<String> found) {
        Tensor before = x.tensor().copy(), got = before.copy(), want = before.copy();
        tried.apply(like(x, got), x);
        plain.apply(like(x, want), x);
        OpsCheck.same(what, got, want, 1e-6, found);
        Tensor place = before.copy();
        tried.apply(like(x, place), like(x, place));
        OpsCheck.same(what + ", y being x", place, want, 1e-6, found);
        for (float beta : new float[] {0, 1, 0.5f}) {
            Tensor dy = Samples.uniform(-1, 1, before.shape().dims()),
                    a = Samples.normal(before.shape().dims()),
                    b = a.copy(),
                    nan = before.copy();
            nan.fill(Float.NaN);
            Matrix in = needsInput ? x : like(x, nan);
            tried.slope(like(x, a), beta, in, like(x, want), like(x, dy));
            plain.slope(like(x, b), beta, in, like(x, want), like(x, dy));
            OpsCheck.same("slope of " + what + ", beta " + beta, a, b, 1e-5, found);
        }
        Tensor dy = Samples.uniform(-1, 1, before.shape().dims()), a = dy.copy(), b = dy.copy();
        tried.slope(like(x, a), 0, x, like(x, want), like(x, a));
        plain.slope(like(x, b), 0, x, like(x, want), like(x, dy));
        OpsCheck.same("slope of " + what + ", dx being dy", a, b, 1e-5, found);
        if (Numbers.difference(Map.of("x", before), Map.of("x", x.tensor())).isPresent())
            found.add(what + ": x was written");
    }

    /** Vector functions are within 2 ulp; NaN gives NaN; a repeated call gives the same bits. */
    public List<String> vectorFunctionsAreExact() {
        List<String> found = new ArrayList<>();
        for (Vector v : VECTORS) {
            int n = 20_000;
            Tensor x = Tensor.zeros(n), y = Tensor.zeros(n), again = Tensor.zeros(n);
            for (int i = 0; i < n; i++) x.data()[i] = (float) (v.from + (v.to - v.from) * i / (n - 1));
            Kernel k = ops.kernel(v);
            k.apply(y, x);
            k.apply(again, x);
            for (int i = 0; i < n; i++) {
                double exact = v.exact.applyAsDouble(x.data()[i]);
                if (Math.abs(y.data()[i] - exact) <= (ULPS + 0.01) * Math.ulp((float) exact) + 1e-37) continue;
                found.add(v.name + "(" + x.data()[i] + "): expected " + (float) exact + " within " + ULPS + " ulp, got "
                        + y.data()[i]);
                break;
            }
            Numbers.difference(Map.of(v.name, y), Map.of(v.name, again))
                    .ifPresent(d -> found.add("a repeated call gave other bits: " + d));
            Tensor nan = Tensor.of(Shape.of(9), 1, 1, Float.NaN, 1, 1, 1, 1, 1, Float.NaN), r = Tensor.zeros(9);
            k.apply(r, nan);
            if (!Float.isNaN(r.data()[2]) || !Float.isNaN(r.data()[8]))
                found.add(v.name + "(NaN): expected NaN, got " + r.data()[2] + " and " + r.data()[8]);
        }
        return found;
    }

    /** A parallel loop runs every body once, is inline within a body, and throws what a body threw. */
    public List<String> parallelRunsEveryBodyOnce() {
        List<String> found = new ArrayList<>();
        for (int chunks : new int[] {0, 1, 2, 7, 64, 1000}) {
            AtomicIntegerArray count = new AtomicIntegerArray(Math.max(1, chunks));
            ops.parallel(chunks, count::incrementAndGet);
            for (int i = 0; i < chunks; i++)
                if (count.get(i) != 1)
                    found.add("parallel of " + chunks + ": body " + i + " ran " + count.get(i) + " times");
        }
        AtomicIntegerArray nested = new AtomicIntegerArray(16);
        ops.parallel(4, i -> ops.parallel(4, j -> nested.incrementAndGet(4 * i + j)));
        for (int i = 0; i < 16; i++)
            if (nested.get(i) != 1) found.add("nested parallel: body " + i + " ran " + nested.get(i) + " times");
        try {
            ops.parallel(8, i -> {
                if (i == 5) throw new ShapeException("body 5");
            });
            found.add("parallel: expected what body 5 threw, nothing was thrown");
        } catch (ShapeException e) {
            if (!"body 5".equals(e.getMessage())) found.add("parallel: expected what body 5 threw, got " + e);
        }
        return found;
    }
}
