package org.fascicle.compute.ejml;

import java.util.Arrays;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/**
 * Gradients of a convolution by its weights. Two ways, chosen by shape alone: with lanes along channels and kernel, or, where
 * these are few, along pixels. The batch is cut into parts that do not depend on threads, and the parts are summed in order.
 * Thread-safe.
 */
final class WeightGradients {
    /** Most parts of a batch, and most numbers of their sums. */
    private static final int PARTS = 16;

    private static final int PIXEL_PARTS = 4;
    private static final int NUMBERS = 1 << 22;
    /** Rows of results that stay in the first-level cache. */
    private static final int ROWS = 16;
    /** Pixels unfolded at once. */
    private static final int DEPTH = 128;

    private final Ops ops;
    private final Spares<Unfolding> unfoldings;
    private final Spares<Scratch> results = new Spares<>(Scratch::new);

    WeightGradients(Ops ops, Spares<Unfolding> unfoldings) {
        this.ops = ops;
        this.unfoldings = unfoldings;
    }

    /** dw = beta * dw + the gradient. */
    void add(Geometry g, Sink dw, Tensor x, Tensor dy) {
        if (g.samples() == 0 || g.pixels() == 0) {
            float[] d = dw.tensor().data();
            for (int i = 0; i < dw.tensor().size(); i++) d[i] = dw.beta() == 0 ? 0 : dw.beta() * d[i];
            return;
        }
        Tiles tiles = Tiles.of(g);
        double outs = g.out(), depth = g.depth(), pixels = g.pixels(), images = (double) g.samples() * g.groups();
        double patches = images * pixels * (outs / 8 * (20 + 0.23 * depth + (depth < 32 ? depth : 0)) + 0.5 * depth);
        double lanes = images * (outs * depth * (0.1 * pixels + 15) + 0.1 * (outs + depth) * pixels)
                + g.groups() * outs * depth * tiles.lanes();
        if (lanes < patches && outs * depth * g.groups() * tiles.lanes() * PIXEL_PARTS <= NUMBERS) {
            alongPixels(g, tiles, dw, x, dy);
        } else {
            alongPatches(g, dw, x, dy);
        }
    }

    /** Every weight is one chain over the pixels of a part. */
    private void alongPatches(Geometry g, Sink dw, Tensor x, Tensor dy) {
        int all = g.groups() * g.out(), depth = g.depth();
        int parts = Math.max(1, Math.min(Math.min(PARTS, g.samples()), NUMBERS / Math.max(1, all * depth)));
        Scratch s = results.take();
        float[][] sums = s.c(parts * all, depth);
        Convolutions.share(ops, g.work(), parts, part -> {
            Unfolding u = unfoldings.take();
            for (int k = 0; k < all; k++) Arrays.fill(sums[part * all + k], 0, depth, 0);
            for (int n = part(g.samples(), part, parts), end = part(g.samples(), part + 1, parts); n < end; n++) {
                for (int group = 0; group < g.groups(); group++)
                    patches(g, n, group, u, sums, part * all + group * g.out(), x, dy);
            }
            unfoldings.give(u);
        });
        float[] d = dw.tensor().data();
        int kernel = g.kernelHeight() * g.kernelWidth();
        for (int k = 0, o = 0; k < all; k++) {
            for (int c = 0; c < g.in(); c++) {
                for (int q = 0; q < kernel; q++, o++) {
                    double v = dw.beta() == 0 ? 0 : (double) dw.beta() * d[o];
                    for (int part = 0; part < parts; part++) v += sums[part * all + k][q * g.in() + c];
                    d[o] = (float) v;
                }
            }
        }
        results.give(s);
    }

    private static void patches(
            Geometry g, int n, int group, Unfolding u, float[][] sums, int first, Tensor x, Tensor dy) {
        u.channelsLast(g, n, group, x);
        int pixels = g.pixels(), step = Math.max(1, DEPTH / Math.max(1, g.outWidth()));
        for (int i = 0; i < g.outHeight(); i += step) {
            int rows = Math.min(step, g.outHeight() - i);
            float[][] b = u.patches(i, rows);
            for (int r = 0; r < g.out(); r += ROWS) {
                int at = ((n * g.groups() + group) * g.out() + r) * pixels + i * g.outWidth();
                Chains.add(
                        sums,
                        first + r,
                        Math.min(ROWS, g.out() - r),
                        b,
                        0,
                        rows * g.outWidth(),
                        dy.data(),
                        at,
                        pixels,
                        1,
                        g.depth());
            }
        }
    }

    /** Every weight is one chain for each place in a tile of pixels, over the tiles of a part; then the places are summed. */
    private void alongPixels(Geometry g, Tiles tiles, Sink dw, Tensor x, Tensor dy) {
        int weights = g.groups() * g.out() * g.depth(), pieces = tiles.pieces(), images = tiles.count() / pieces;
        int parts = Math.min(PIXEL_PARTS, images), width = tiles.lanes();
        Scratch s = results.take();
        float[][] sums = s.c(parts * weights, width);
        Convolutions.share(ops, g.work(), parts, part -> {
            Unfolding u = unfoldings.take(), v = unfoldings.take();
            for (int k = 0; k < weights; k++) Arrays.fill(sums[part * weights + k], 0, width, 0);
            for (int group = 0; group < g.groups(); group++) {
                int first = part * weights + group * g.out() * g.depth();
                for (int piece = 0; piece < pieces; piece++) {
                    for (int i = part(images, part, parts), end = part(images, part + 1, parts); i < end; i += 2) {
                        int t = i * pieces + piece, next = t + pieces;
                        open(u, g, tiles, t, group, x, dy);
                        if (i + 1 < end && tiles.samples(next) == tiles.samples(t)) {
                            open(v, g, tiles, next, group, x, dy);
                            pair(g, u, v, sums, first);
                        } else {
                            single(g, u, sums, first);
                            if (i + 1 < end) {
                                open(u, g, tiles, next, group, x, dy);
                                single(g, u, sums, first);
                            }
                        }
                    }
                }
            }
            unfoldings.give(u);
            unfoldings.give(v);
        });
        float[] d = dw.tensor().data();
        for (int k = 0; k < weights; k++) {
            for (int part = 1; part < parts; part++) Chains.sum(sums[k], sums[part * weights + k], width);
            double v = dw.beta() == 0 ? 0 : (double) dw.beta() * d[k];
            for (int i = 0; i < width; i += tiles.pitch()) v += line(sums[k], i, g.outWidth());
            d[k] = (float) v;
        }
        results.give(s);
    }

    /** Images and gradients of one tile as lanes. */
    private static void open(Unfolding u, Geometry g, Tiles tiles, int t, int group, Tensor x, Tensor dy) {
        u.open(g, tiles, t, group, x);
        u.unfold(0, g.depth());
        float[][] d = u.c(g.out(), u.lanes());
        int step = g.groups() * g.out() * g.pixels(),
                at = tiles.sample(t) * step + group * g.out() * g.pixels() + tiles.row(t) * g.outWidth();
        for (int k = 0; k < g.out(); k++) u.spread(dy.data(), at + k * g.pixels(), step, d[k]);
    }

    private static void pair(Geometry g, Unfolding u, Unfolding v, float[][] sums, int first) {
        int n = u.lanes();
        float[][] b = u.b(), d = u.c(g.out(), n), e = v.b(), f = v.c(g.out(), n);
        for (int k = 0, at = first; k < g.out(); k++) {
            for (int q = 0; q < g.depth(); q++, at++) Chains.lanes(sums[at], b[q], d[k], e[q], f[k], n);
        }
    }

    private static void single(Geometry g, Unfolding u, float[][] sums, int first) {
        int n = u.lanes();
        float[][] b = u.b(), d = u.c(g.out(), n);
        for (int k = 0, at = first; k < g.out(); k++) {
            for (int q = 0; q < g.depth(); q++, at++) Chains.lanes(sums[at], b[q], d[k], n);
        }
    }

    private static double line(float[] x, int from, int n) {
        double s = 0, t = 0;
        int i = from, end = from + n;
        for (; i + 2 <= end; i += 2) {
            s += x[i];
            t += x[i + 1];
        }
        return i < end ? s + t + x[i] : s + t;
    }

    private static int part(int n, int part, int parts) {
        return (int) ((long) n * part / parts);
    }
}
