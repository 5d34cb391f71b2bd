package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConvolutionsTest {
    private static final EjmlOps ONE = new EjmlOps(1);
    private static final EjmlOps TWO = new EjmlOps(2);
    private static final EjmlOps FOUR = new EjmlOps(4);

    @AfterAll
    static void close() {
        ONE.close();
        TWO.close();
        FOUR.close();
    }

    private interface Tap {
        void at(int x, int w, int y);
    }

    /** Calls for every product that a convolution adds. */
    private static void taps(Conv g, Tensor x, Tensor w, Tensor y, Tap t) {
        int ins = w.dim(1), outs = w.dim(0) / g.groups();
        for (int n = 0; n < x.dim(0); n++) {
            for (int o = 0; o < w.dim(0); o++) {
                for (int i = 0; i < y.dim(2); i++) {
                    for (int j = 0; j < y.dim(3); j++) {
                        for (int c = 0; c < ins; c++) {
                            for (int p = 0; p < w.dim(2); p++) {
                                for (int q = 0; q < w.dim(3); q++) {
                                    int r = i * g.strideH() - g.padTop() + p * g.dilationH();
                                    int s = j * g.strideW() - g.padLeft() + q * g.dilationW();
                                    if (r < 0 || s < 0 || r >= x.dim(2) || s >= x.dim(3)) continue;
                                    t.at(
                                            ((n * x.dim(1) + o / outs * ins + c) * x.dim(2) + r) * x.dim(3) + s,
                                            ((o * ins + c) * w.dim(2) + p) * w.dim(3) + q,
                                            ((n * w.dim(0) + o) * y.dim(2) + i) * y.dim(3) + j);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private record Case(Conv g, Tensor x, Tensor w, Tensor y) {
        static Case random(Numbers r, boolean whole) {
            int groups = r.of(1, 1, 1, 2, 3),
                    in = r.from(1, 5),
                    out = r.from(1, 5),
                    kh = r.from(1, 5),
                    kw = r.from(1, 5);
            int sh = r.of(1, 1, 1, 2, 3), sw = r.of(sh, sh, 1, 2), dh = r.of(1, 1, 2), dw = r.of(1, 1, 2, 3);
            int top = r.of(0, 0, 1, 2, 4),
                    left = r.of(0, 0, 1, 2, 5),
                    bottom = r.of(top, 0, 1, 3),
                    right = r.of(left, 0, 1, 2);
            int h = Math.max(1, (kh - 1) * dh + 1 - top - bottom) + r.from(0, 12),
                    w = Math.max(1, (kw - 1) * dw + 1 - left - right) + r.of(0, 1, 5, 9, 40);
            int ho = (h + top + bottom - (kh - 1) * dh - 1) / sh + 1,
                    wo = (w + left + right - (kw - 1) * dw - 1) / sw + 1;
            int n = r.of(1, 2, 3, 5, 18);
            Conv g = new Conv(groups, sh, sw, top, left, dh, dw);
            int[] xs = {n, groups * in, h, w}, ws = {groups * out, in, kh, kw}, ys = {n, groups * out, ho, wo};
            return whole
                    ? new Case(g, r.whole(3, xs), r.whole(3, ws), r.whole(3, ys))
                    : new Case(g, r.normal(xs), r.normal(ws), r.normal(ys));
        }

        @Override
        public String toString() {
            return g + " " + x.shape() + " " + w.shape() + " " + y.shape();
        }
    }

    /** sum = beta * old + the products, in double, and sizes = what they add up to without signs, for the error bound. */
    private static void check(Case c, String what, Tensor got, float beta, Tensor old, int operand, boolean exact) {
        double[] sum = new double[got.size()], size = new double[got.size()];
        int[] terms = new int[got.size()];
        float[] x = c.x.data(), w = c.w.data(), y = c.y.data();
        taps(c.g, c.x, c.w, c.y, (i, j, k) -> {
            double v = operand == 0 ? (double) y[k] * w[j] : operand == 1 ? (double) x[i] * y[k] : (double) x[i] * w[j];
            int at = operand == 0 ? i : operand == 1 ? j : k;
            sum[at] += v;
            size[at] += Math.abs(v);
            terms[at]++;
        });
        for (int i = 0; i < sum.length; i++) {
            double o = beta == 0 ? 0 : beta * old.data()[i],
                    bound = exact ? 0 : (terms[i] + 2) * 0x1p-24 * (size[i] + Math.abs(o));
            if (!(Math.abs(got.data()[i] - (sum[i] + o)) <= bound)) {
                throw new AssertionError(what + " of " + c + " at " + i + ": expected " + (sum[i] + o) + " ± " + bound
                        + ", got " + got.data()[i]);
            }
        }
    }

    private static Tensor old(Numbers r, Tensor like, float beta) {
        Tensor t = r.whole(3, like.shape().dims());
        if (beta == 0) t.fill(Float.NaN);
        return t;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void convolutionsAndGradientsAgreeWithTheDefinitionOnAnyThreads(long seed) {
        Numbers r = new Numbers(seed);
        for (int round = 0; round < 20; round++) {
            boolean exact = round % 2 == 0;
            Case c = Case.random(r, exact);
            float beta = r.of(0f, 1f, 2f);
            Tensor oldX = old(r, c.x, beta), oldW = old(r, c.w, beta);
            float[][] first = null;
            for (EjmlOps ops : new EjmlOps[] {ONE, TWO, FOUR}) {
                for (boolean packed : new boolean[] {true, false}) {
                    Operand w = packed ? ops.pack(c.w, Use.CONV) : c.w.rows(),
                            v = packed ? repacked(ops, c.w) : c.w.rows();
                    Tensor y = c.y.copy(), dx = oldX.copy(), dw = oldW.copy();
                    y.fill(Float.NaN);
                    ops.conv(c.g, y, c.x, w, Epilogue.NONE);
                    ops.convInputGradient(c.g, new Sink(dx, beta), v, c.y);
                    ops.convWeightGradient(c.g, new Sink(dw, beta), c.x, c.y);
                    if (first == null) {
                        first = new float[][] {y.data(), dx.data(), dw.data()};
                        check(c, "conv", y, 0, y, 2, exact);
                        check(c, "input gradient", dx, beta, oldX, 0, exact);
                        check(c, "weight gradient", dw, beta, oldW, 1, exact);
                    } else {
                        assertThat(y.data()).as(c.toString()).isEqualTo(first[0]);
                        assertThat(dx.data()).as(c.toString()).isEqualTo(first[1]);
                        assertThat(dw.data()).as(c.toString()).isEqualTo(first[2]);
                    }
                }
            }
        }
    }

    @Test
    void largeImagesAreTiledAndSharedWithoutChangingBits() {
        Numbers r = new Numbers(11);
        Case c = new Case(
                new Conv(1, 1, 1, 1, 1, 1, 1),
                r.whole(2, 20, 16, 32, 32),
                r.whole(2, 16, 16, 3, 3),
                r.whole(2, 20, 16, 32, 32));
        for (EjmlOps ops : new EjmlOps[] {ONE, FOUR}) {
            Tensor y = Tensor.zeros(c.y.shape()), dx = Tensor.zeros(c.x.shape()), dw = Tensor.zeros(c.w.shape());
            ops.conv(c.g, y, c.x, c.w.rows(), Epilogue.NONE);
            ops.convInputGradient(c.g, Sink.set(dx), c.w.rows(), c.y);
            ops.convWeightGradient(c.g, Sink.set(dw), c.x, c.y);
            check(c, "conv", y, 0, y, 2, true);
            check(c, "input gradient", dx, 0, dx, 0, true);
            check(c, "weight gradient", dw, 0, dw, 1, true);
        }
    }

    @Test
    void fewChannelsOnManyPixelsAreSharedWithoutChangingBits() {
        Numbers r = new Numbers(13);
        for (int size : new int[] {9, 28}) {
            for (Conv g : new Conv[] {
                new Conv(1, 1, 1, 0, 0, 1, 1),
                new Conv(1, 1, 1, 2, 1, 1, 1),
                new Conv(1, 2, 2, 2, 2, 1, 1),
                new Conv(2, 1, 1, 1, 1, 1, 1)
            }) {
                int n = 37,
                        h = (size + 2 * g.padTop() - 5) / g.strideH() + 1,
                        w = (size + 2 * g.padLeft() - 5) / g.strideW() + 1;
                Case c = new Case(
                        g, r.whole(2, n, g.groups(), size, size), r.whole(2, 6, 1, 5, 5), r.whole(2, n, 6, h, w));
                for (EjmlOps ops : new EjmlOps[] {ONE, TWO, FOUR}) {
                    Tensor old = r.whole(2, 6, 1, 5, 5), dw = old.copy();
                    ops.convWeightGradient(g, Sink.add(dw), c.x, c.y);
                    check(c, "weight gradient", dw, 1, old, 1, true);
                }
                Tensor x = r.normal(c.x.shape().dims()),
                        y = r.normal(c.y.shape().dims()),
                        one = Tensor.zeros(c.w.shape()),
                        four = Tensor.zeros(c.w.shape());
                ONE.convWeightGradient(g, Sink.set(one), x, y);
                FOUR.convWeightGradient(g, Sink.set(four), x, y);
                assertThat(four.data()).isEqualTo(one.data());
            }
        }
    }

    @Test
    void theEpilogueAddsABiasPerChannelThenAppliesTheFunction() {
        Numbers r = new Numbers(12);
        Tensor x = r.normal(3, 4, 40, 40),
                w = r.normal(6, 2, 3, 3),
                bias = r.normal(6),
                plain = Tensor.zeros(3, 6, 38, 38),
                y = Tensor.zeros(3, 6, 38, 38);
        Conv g = new Conv(2, 1, 1, 0, 0, 1, 1);
        TWO.conv(g, plain, x, w.rows(), Epilogue.NONE);
        TWO.conv(g, y, x, w.rows(), new Epilogue(Optional.of(bias), Optional.of(TWO.kernel(Elementary.TANH))));
        for (int i = 0; i < y.size(); i++) plain.data()[i] += bias.data()[i / (38 * 38) % 6];
        TWO.kernel(Elementary.TANH).apply(plain, plain);
        assertThat(y.data()).isEqualTo(plain.data());
    }

    @Test
    void misfitsAreRejectedBeforeAnythingIsWritten() {
        Tensor x = Tensor.zeros(2, 4, 5, 5), w = Tensor.zeros(6, 2, 3, 3), y = Tensor.zeros(2, 6, 3, 3);
        y.fill(7);
        Conv two = new Conv(2, 1, 1, 0, 0, 1, 1), one = new Conv(1, 1, 1, 0, 0, 1, 1);
        assertThatThrownBy(() -> ONE.conv(one, y, x, w.rows(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("take 2 channels");
        assertThatThrownBy(() -> ONE.conv(two, y, x.reshape(2, 4, 25), w.rows(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> ONE.conv(two, y, Tensor.zeros(3, 4, 5, 5), w.rows(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("samples");
        assertThatThrownBy(() -> ONE.conv(two, y, x, Tensor.zeros(5, 2, 3, 3).rows(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> ONE.conv(new Conv(2, 0, 1, 0, 0, 1, 1), y, x, w.rows(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("strides");
        assertThatThrownBy(() -> ONE.conv(two, y, x, w.rows(), Epilogue.NONE.bias(Tensor.zeros(5))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("bias");
        assertThatThrownBy(() -> ONE.convInputGradient(two, Sink.set(y), w.rows(), x))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> ONE.convWeightGradient(two, Sink.set(y), x, y)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> ONE.pack(x.reshape(2, 100), Use.CONV_INPUT_GRADIENT))
                .isInstanceOf(ShapeException.class);
        assertThat(y.data()).containsOnly(7);
    }

    /** Packed into the memory that held something else. */
    private static Operand repacked(EjmlOps ops, Tensor w) {
        Tensor other = w.copy();
        other.fill(3);
        return ops.repack(w, Use.CONV_INPUT_GRADIENT, ops.pack(other, Use.CONV_INPUT_GRADIENT));
    }
}
