package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/**
 * Compares products, sums and convolutions of a backend with plain loops, over shapes around the edges of tiles. Each
 * method tells what it found; empty is good. Confined to one thread.
 */
public final class OpsCheck {
    private static final int[][] PRODUCTS = {
        {1, 1, 1},
        {1, 300, 5},
        {3, 5, 7},
        {4, 16, 8},
        {8, 8, 8},
        {17, 33, 65},
        {64, 64, 64},
        {70, 2, 129},
        {2, 1030, 3},
        {130, 70, 33}
    };
    private static final float[] BETAS = {0, 1, 0.5f};
    private static final int[] ROWS = {1, 7, 64, 1024, 1025, 5000};

    private final Ops ops;
    private final Ops naive = new NaiveOps();

    public OpsCheck(Ops ops) {
        this.ops = ops;
    }

    /** Geometries: batch, groups, channels and filters in a group, height, width, kernel rows and columns, and the rest of it. */
    private record Geometry(int n, int channels, int filters, int h, int w, int kh, int kw, Conv conv) {
        Shape x() {
            return Shape.of(n, channels * conv.groups(), h, w);
        }

        Shape weights() {
            return Shape.of(filters * conv.groups(), channels, kh, kw);
        }

        Shape y() {
            int ho = (h + 2 * conv.padTop() - conv.dilationH() * (kh - 1) - 1) / conv.strideH() + 1;
            int wo = (w + 2 * conv.padLeft() - conv.dilationW() * (kw - 1) - 1) / conv.strideW() + 1;
            return Shape.of(n, filters * conv.groups(), ho, wo);
        }
    }

    private static final List<Geometry> GEOMETRIES = List.of(
            new Geometry(1, 1, 1, 1, 1, 1, 1, new Conv(1, 1, 1, 0, 0, 1, 1)),
            new Geometry(2, 3, 4, 8, 9, 3, 3, new Conv(1, 1, 1, 1, 1, 1, 1)),
            new Geometry(2, 3, 5, 7, 6, 1, 1, new Conv(1, 1, 1, 0, 0, 1, 1)),
            new Geometry(3, 2, 3, 9, 11, 3, 2, new Conv(1, 2, 3, 1, 0, 1, 1)),
            new Geometry(2, 2, 2, 10, 9, 3, 3, new Conv(1, 1, 1, 2, 2, 2, 2)),
            new Geometry(2, 2, 3, 6, 7, 3, 3, new Conv(2, 2, 1, 1, 1, 1, 2)),
            new Geometry(2, 1, 1, 8, 8, 5, 5, new Conv(6, 1, 1, 2, 2, 1, 1)),
            new Geometry(1, 17, 33, 12, 12, 3, 3, new Conv(1, 1, 1, 1, 1, 1, 1)),
            new Geometry(4, 1, 8, 28, 28, 5, 5, new Conv(1, 1, 1, 0, 0, 1, 1)),
            new Geometry(2, 3, 4, 4, 4, 3, 3, new Conv(1, 4, 4, 3, 3, 1, 1)));

    /** Products of all transpositions, betas and epilogues, of whole tensors, windows and packed operands. */
    public List<String> multiplies() {
        List<String> found = new ArrayList<>();
        for (int[] s : PRODUCTS) {
            for (int t = 0; t < 4; t++) {
                for (float beta : BETAS) {
                    for (Form form : Form.values())
                        product(s[0], s[1], s[2], (t & 1) != 0, (t & 2) != 0, beta, form, found);
                    if (!found.isEmpty()) return found;
                }
            }
        }
        return found;
    }

    /** How operands and result are given. */
    private enum Form {
        WHOLE,
        WINDOWS,
        PACKED,
        BIAS,
        BIAS_AND_FUNCTION
    }

    private void product(int m, int k, int n, boolean ta, boolean tb, float beta, Form form, List<String> found) {
        int extra = form == Form.WINDOWS ? 3 : 0;
        Matrix a = operand(m, k, ta, extra, 1.5), b = operand(k, n, tb, extra, 2);
        Tensor start = Samples.normal(m, n + extra);
        if (beta == 0) start.fill(Float.NaN);
        Tensor want = start.copy(), got = start.copy(), bias = Samples.normal(n);
        Operand right = form == Form.PACKED ? ops.pack(b.tensor(), tb ? Use.RIGHT_TRANSPOSED : Use.RIGHT) : b;
        naive.matmul(want.matrix().columns(0, n), beta, a, b, epilogue(naive, form, bias));
        ops.matmul(got.matrix().columns(0, n), beta, a, right, epilogue(ops, form, bias));
        String what = "matmul [" + m + ", " + k + (ta ? "] transposed" : "]") + " by [" + k + ", " + n
                + (tb ? "] transposed" : "]") + ", beta " + beta + ", " + form;
        same(what, got, want, 2e-6 * Math.sqrt(k) + 1e-5, found);
    }

    private static Epilogue epilogue(Ops ops, Form form, Tensor bias) {
        return switch (form) {
            case BIAS -> Epilogue.NONE.bias(bias);
            case BIAS_AND_FUNCTION -> new Epilogue(Optional.of(bias), Optional.of(ops.kernel(Elementary.TANH)));
            default -> Epilogue.NONE;
        };
    }

    /** A factor that a product reads as {@code [rows, cols]}, with some columns around it that do not belong to it. */
    private static Matrix operand(int rows, int cols, boolean transposed, int extra, double spread) {
        int r = transposed ? cols : rows, c = transposed ? rows : cols;
        Matrix m = Samples.uniform(-spread, spread, r, c + extra).matrix().columns(extra / 2, c);
        return transposed ? m.t() : m;
    }

    /** Many products at once. */
    public List<String> multipliesMany() {
        List<String> found = new ArrayList<>();
        Tensor x = Samples.normal(6, 5, 8),
                w = Samples.normal(6, 8, 7),
                got = Samples.normal(6, 5, 7),
                want = got.copy();
        Matrix[] a = new Matrix[6], b = new Matrix[6], y = new Matrix[6], z = new Matrix[6];
        for (int i = 0; i < 6; i++) {
            a[i] = x.sample(i);
            b[i] = w.sample(i);
            y[i] = got.sample(i);
            z[i] = want.sample(i);
        }
        ops.matmul(y, 1, a, b);
        naive.matmul(z, 1, a, b);
        same("six products at once, beta 1", got, want, 2e-5, found);
        return found;
    }

    /** Sums over rows and channels, short and long. */
    public List<String> sums() {
        List<String> found = new ArrayList<>();
        for (int rows : ROWS) {
            Tensor x = Samples.uniform(0, 1, rows, 9);
            for (float beta : BETAS) {
                Matrix window = x.matrix().columns(2, 5);
                compare(
                        "sumRows of " + rows + " rows, beta " + beta,
                        Shape.of(5),
                        beta,
                        o -> ops.sumRows(o, window),
                        o -> naive.sumRows(o, window),
                        found);
                for (Tensor t : List.of(x, x.reshape(1, rows, 9), x.reshape(rows, 3, 3), x.reshape(rows, 9, 1, 1))) {
                    compare(
                            "sumChannels of " + t.shape() + ", beta " + beta,
                            Shape.of(t.dim(1)),
                            beta,
                            o -> ops.sumChannels(o, t),
                            o -> naive.sumChannels(o, t),
                            found);
                }
            }
        }
        return found;
    }

    private static void compare(
            String what, Shape s, float beta, Consumer<Sink> tried, Consumer<Sink> plain, List<String> found) {
        Tensor start = Samples.normal(s.dims());
        if (beta == 0) start.fill(Float.NaN);
        Tensor got = start.copy(), want = start.copy();
        tried.accept(new Sink(got, beta));
        plain.accept(new Sink(want, beta));
        same(what, got, want, 2e-5, found);
    }

    /** Convolutions of several geometries with their epilogues. */
    public List<String> convolves() {
        List<String> found = new ArrayList<>();
        for (Geometry g : GEOMETRIES) {
            Tensor x = Samples.normal(g.x().dims()),
                    w = Samples.normal(g.weights().dims()),
                    bias = Samples.normal(g.y().dim(1));
            for (Form form : List.of(Form.WHOLE, Form.BIAS, Form.BIAS_AND_FUNCTION)) {
                Tensor got = Tensor.zeros(g.y()), want = Tensor.zeros(g.y());
                got.fill(Float.NaN);
                ops.conv(g.conv(), got, x, ops.pack(w, Use.CONV), epilogue(ops, form, bias));
                naive.conv(g.conv(), want, x, naive.pack(w, Use.CONV), epilogue(naive, form, bias));
                same("conv of " + g + ", " + form, got, want, 3e-5, found);
            }
        }
        return found;
    }

    /** The gradients of convolutions by input and weights. */
    public List<String> convolvesBack() {
        List<String> found = new ArrayList<>();
        for (Geometry g : GEOMETRIES) {
            Tensor x = Samples.normal(g.x().dims()),
                    w = Samples.normal(g.weights().dims()),
                    dy = Samples.normal(g.y().dims());
            for (float beta : new float[] {0, 1}) {
                compare(
                        "convInputGradient of " + g + ", beta " + beta,
                        g.x(),
                        beta,
                        o -> ops.convInputGradient(g.conv(), o, ops.pack(w, Use.CONV_INPUT_GRADIENT), dy),
                        o -> naive.convInputGradient(g.conv(), o, naive.pack(w, Use.CONV_INPUT_GRADIENT), dy),
                        found);
                compare(
                        "convWeightGradient of " + g + ", beta " + beta,
                        g.weights(),
                        beta,
                        o -> ops.convWeightGradient(g.conv(), o, x, dy),
                        o -> naive.convWeightGradient(g.conv(), o, x, dy),
                        found);
            }
        }
        return found;
    }

    /** Shapes that do not fit give a ShapeException, and nothing is written. */
    public List<String> rejectsWrongShapes() {
        List<String> found = new ArrayList<>();
        Tensor a = Samples.normal(4, 3),
                b = Samples.normal(4, 5),
                y = Samples.normal(4, 5),
                x = Samples.normal(2, 3, 6, 6),
                w = Samples.normal(4, 2, 3, 3);
        Tensor before = y.copy();
        rejects(
                "matmul [4, 3] by [4, 5]",
                found,
                () -> ops.matmul(y.matrix(), 0, a.matrix(), b.matrix(), Epilogue.NONE));
        rejects(
                "matmul [3, 4] by [4, 5] into [4, 5]",
                found,
                () -> ops.matmul(y.matrix(), 0, a.matrix().t(), b.matrix(), Epilogue.NONE));
        rejects(
                "matmul with a bias of 4 for 5 columns",
                found,
                () -> ops.matmul(
                        y.matrix(),
                        0,
                        Samples.normal(4, 4).matrix(),
                        b.matrix(),
                        Epilogue.NONE.bias(Samples.normal(4))));
        rejects("sumRows of 3 columns into 5", found, () -> ops.sumRows(Sink.set(Tensor.zeros(5)), a.matrix()));
        rejects(
                "conv of 3 channels with weights for 2",
                found,
                () -> ops.conv(
                        new Conv(1, 1, 1, 0, 0, 1, 1),
                        Tensor.zeros(2, 4, 4, 4),
                        x,
                        ops.pack(w, Use.CONV),
                        Epilogue.NONE));
        if (!Arrays.equals(before.data(), y.data())) found.add("a rejected product has written to its result");
        return found;
    }

    private static void rejects(String what, List<String> found, Runnable call) {
        try {
            call.run();
            found.add(what + ": expected a ShapeException, nothing was thrown");
        } catch (ShapeException e) {
            if (e.getMessage() == null || e.getMessage().isBlank())
                found.add(what + ": the ShapeException has no message");
        } catch (RuntimeException e) {
            found.add(what + ": expected a ShapeException, got " + e);
        }
    }

    static void same(String what, Tensor got, Tensor want, double tolerance, List<String> found) {
        double limit = tolerance * (1 + finiteMax(want));
        for (int i = 0; i < want.size(); i++) {
            float a = got.data()[i], b = want.data()[i];
            if ((Float.isNaN(a) && Float.isNaN(b)) || Math.abs(a - b) <= limit) continue;
            found.add(what + " at " + Numbers.place(want.shape(), i) + ": expected " + b + ", got " + a);
            return;
        }
    }

    private static double finiteMax(Tensor t) {
        double max = 0;
        for (int i = 0; i < t.size(); i++) if (Float.isFinite(t.data()[i])) max = Math.max(max, Math.abs(t.data()[i]));
        return max;
    }
}
