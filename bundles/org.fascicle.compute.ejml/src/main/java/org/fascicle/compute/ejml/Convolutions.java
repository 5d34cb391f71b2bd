package org.fascicle.compute.ejml;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/**
 * Convolutions as products of the weights and of shifted copies of the images, made tile by tile in scratch memory; lanes run
 * along pixels. Every output is one chain over channels, kernel rows, kernel columns. Thread-safe.
 */
final class Convolutions {
    /** Rows of results that stay in the first-level cache; depth unfolded at once. */
    private static final int ROWS = 16;

    private static final int DEPTH = 256;
    /** A chunk of less than so many multiplications is not worth another thread. */
    private static final double CHUNK = 300_000;

    private final Ops ops;
    private final Spares<Unfolding> unfoldings = new Spares<>(Unfolding::new);
    private final Spares<Scratch> results = new Spares<>(Scratch::new);

    private final WeightGradients gradients;

    Convolutions(Ops ops) {
        gradients = new WeightGradients(ops, unfoldings);
        this.ops = ops;
    }

    /** out = epilogue(beta * out + x * w); row k of a group's weights starts at {@code start(group) + k * rowStep}. */
    void correlate(Geometry g, Tensor out, float beta, Tensor x, float[] w, int groupStep, int rowStep, Epilogue e) {
        if (g.pixels() == 0 || g.samples() == 0) return;
        Tiles tiles = Tiles.of(g);
        share(ops, g.work(), tiles.count(), t -> {
            Unfolding u = unfoldings.take();
            for (int group = 0; group < g.groups(); group++)
                correlate(g, tiles, t, group, u, out, beta, x, w, group * groupStep, rowStep, e);
            unfoldings.give(u);
        });
    }

    private static void correlate(
            Geometry g,
            Tiles tiles,
            int t,
            int group,
            Unfolding u,
            Tensor out,
            float beta,
            Tensor x,
            float[] w,
            int at,
            int rowStep,
            Epilogue e) {
        u.open(g, tiles, t, group, x);
        int n = u.lanes(), depth = g.depth();
        float[][] c = u.c(g.out(), n);
        for (int k = 0; k < g.out(); k++) Arrays.fill(c[k], 0, n, 0);
        for (int k = 0; k < depth; k += DEPTH) {
            int deep = Math.min(DEPTH, depth - k);
            float[][] b = u.unfold(k, deep);
            for (int r = 0; r < g.out(); r += ROWS) {
                Chains.add(c, r, Math.min(ROWS, g.out() - r), b, 0, deep, w, at + r * rowStep + k, rowStep, 1, n);
            }
        }
        Optional<Tensor> bias = e.bias();
        if (bias.isPresent()) {
            for (int k = 0; k < g.out(); k++) add(c[k], bias.get().data()[group * g.out() + k], n);
        }
        int first = tiles.sample(t),
                samples = tiles.samples(t),
                row = tiles.row(t),
                rows = tiles.rows(t),
                pixels = g.pixels();
        for (int s = 0; s < samples; s++) {
            int o = ((first + s) * g.groups() + group) * g.out() * pixels + row * g.outWidth();
            for (int k = 0; k < g.out(); k++) u.fold(c[k], s, out.data(), o + k * pixels, beta);
            if (e.kernel().isPresent()) {
                Matrix part = out.window(o, g.out(), rows * g.outWidth(), pixels);
                e.kernel().get().apply(part, part);
            }
        }
    }

    /** dx = beta * dx + the gradient, for strides over 1: products of the transposed weights, added where they came from. */
    void scatter(Geometry g, Tensor dx, float beta, Tensor w, Tensor dy) {
        int area = g.height() * g.width(), depth = g.depth(), pixels = g.pixels();
        share(ops, g.work(), g.samples() * g.groups(), t -> {
            Scratch s = results.take();
            int at = t * g.in() * area, from = t * g.out() * pixels, weights = t % g.groups() * g.out() * depth;
            float[][] b = s.b(g.out(), pixels), c = s.c(depth, pixels);
            float[] sum = s.line(area);
            for (int k = 0; k < g.out(); k++) System.arraycopy(dy.data(), from + k * pixels, b[k], 0, pixels);
            for (int k = 0; k < depth; k++) Arrays.fill(c[k], 0, pixels, 0);
            for (int r = 0; r < depth; r += ROWS) {
                Chains.add(c, r, Math.min(ROWS, depth - r), b, 0, g.out(), w.data(), weights + r, 1, depth, pixels);
            }
            int kernel = g.kernelHeight() * g.kernelWidth();
            for (int i = 0; i < g.in(); i++) {
                Arrays.fill(sum, 0, area, 0);
                for (int k = 0; k < kernel; k++)
                    scatter(g, c[i * kernel + k], k / g.kernelWidth(), k % g.kernelWidth(), sum);
                put(dx.data(), at + i * area, beta, sum, area);
            }
            results.give(s);
        });
    }

    private static void scatter(Geometry g, float[] c, int p, int q, float[] sum) {
        for (int i = 0; i < g.outHeight(); i++) {
            int r = i * g.strideH() - g.top() + p * g.dilationH();
            if (r < 0 || r >= g.height()) continue;
            for (int j = 0; j < g.outWidth(); j++) {
                int s = j * g.strideW() - g.left() + q * g.dilationW();
                if (s >= 0 && s < g.width()) sum[r * g.width() + s] += c[i * g.outWidth() + j];
            }
        }
    }

    /** dw = beta * dw + the gradient. */
    void weights(Geometry g, Sink dw, Tensor x, Tensor dy) {
        gradients.add(g, dw, x, dy);
    }

    static void share(Ops ops, double work, int tasks, IntConsumer body) {
        int chunks = (int) Math.min(tasks, Math.max(1, work / CHUNK));
        if (chunks <= 1) {
            for (int i = 0; i < tasks; i++) body.accept(i);
            return;
        }
        ops.parallel(chunks, c -> {
            for (int i = (int) ((long) tasks * c / chunks), end = (int) ((long) tasks * (c + 1) / chunks); i < end; i++)
                body.accept(i);
        });
    }

    private static void put(float[] to, int at, float beta, float[] from, int n) {
        if (beta == 0) System.arraycopy(from, 0, to, at, n);
        else for (int i = 0; i < n; i++) to[at + i] = Math.fma(beta, to[at + i], from[i]);
    }

    private static void add(float[] c, float b, int n) {
        for (int j = 0; j < n; j++) c[j] += b;
    }
}
