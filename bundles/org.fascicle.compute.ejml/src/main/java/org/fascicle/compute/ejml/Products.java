package org.fascicle.compute.ejml;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Ops;

/**
 * Products of matrices. Three ways, by size and layout, and all give the same bits: lanes along the columns of out, lanes along
 * its rows (which multiplies the transposed factors), or no lanes at all. Thread-safe.
 */
final class Products {
    /** Fewer lanes are not worth packing for. */
    static final int LEAST_LANES = 24;

    /** Most lanes of a tile; rows of one parallel chunk, whose results stay in the first-level cache; depth packed at once. */
    static final int LANES = 512;

    private static final int ROWS = 16;
    private static final int DEPTH = 256;
    /** Less than so many ns of work is not shared. */
    private static final double WORTH_SHARING = 20_000;

    private final Ops ops;
    private final Spares<Scratch> spares = new Spares<>(Scratch::new);

    Products(Ops ops) {
        this.ops = ops;
    }

    /** The lanes of one tile of n: as even as they can be. */
    static int tile(int n) {
        int tiles = (n + LANES - 1) / LANES;
        return tiles <= 1 ? n : ((n + tiles - 1) / tiles + 15) / 16 * 16;
    }

    /** A right factor as rows of lanes, where products would make them in any case. */
    Packed pack(Matrix w) {
        int n = w.width(), depth = w.height(), width = tile(n), count = (n + width - 1) / width;
        float[][][] tiles = new float[count][depth][];
        for (int t = 0; t < count; t++) {
            for (int k = 0; k < depth; k++) tiles[t][k] = new float[Math.min(width, n - t * width)];
        }
        return pack(w, tiles);
    }

    /** The same into the rows of an earlier packing of a factor of this shape. */
    Packed pack(Matrix w, float[][][] tiles) {
        int n = w.width(), depth = w.height(), width = tile(n), count = (n + width - 1) / width;
        View v = View.of(w);
        int slices = (depth + DEPTH - 1) / DEPTH;
        share(0.4 * n * depth, count * slices, s -> {
            int t = s / slices, k = s % slices * DEPTH;
            v.rows(tiles[t], k, k, Math.min(DEPTH, depth - k), t * width, Math.min(width, n - t * width));
        });
        return new Packed(w, tiles, width);
    }

    /** out = epilogue(beta * out + a b); shapes are known to fit. */
    void multiply(Matrix out, float beta, Matrix a, Matrix b, Optional<Packed> packed, Epilogue e) {
        int m = out.rows(), n = out.cols(), depth = a.width();
        if (m == 0 || n == 0) return;
        View left = View.of(a), right = View.of(b);
        double plain = (m >= 4 && n >= 4 ? 0.2 : 0.4) * m * n * depth;
        double columns = lanes(m, n, depth) + (packed.isPresent() ? 0 : packing(n, depth, right.step()));
        double rows = lanes(n, m, depth) + packing(m, depth, left.rowStep()) + 0.7 * m * n;
        if (plain <= columns && plain <= rows) {
            Dots dots = new Dots(left, right.t(), out, depth, beta, e);
            share(plain, (m + ROWS - 1) / ROWS, i -> dots.run(i * ROWS, Math.min(ROWS, m - i * ROWS)));
        } else if (columns <= rows) {
            new Call(left, right, packed, out, false, m, n, depth, beta, e).run(columns);
        } else {
            new Call(right.t(), left.t(), Optional.empty(), out, true, n, m, depth, beta, e).run(rows);
        }
    }

    /** Measured, in ns: what calls of the kernel take. */
    private static double lanes(int rows, int lanes, int depth) {
        int tiles = (lanes + LANES - 1) / LANES;
        return (rows + 1) * 0.5 * ((depth + 3) * 0.25) * (20.0 * tiles + 0.23 * lanes + (lanes < 32 ? lanes : 0));
    }

    private static double packing(int lanes, int depth, int step) {
        return depth * (step == 1 ? 10 + 0.1 * lanes : 0.5 * lanes);
    }

    private void share(double ns, int chunks, IntConsumer body) {
        if (ns < WORTH_SHARING) {
            for (int i = 0; i < chunks; i++) body.accept(i);
        } else {
            ops.parallel(chunks, body);
        }
    }

    /** One product with lanes. */
    private final class Call {
        private final View factors;
        private final View lanes;
        private final Optional<Packed> packed;
        private final Matrix out;
        private final boolean transposed;
        private final int rows;
        private final int width;
        private final int depth;
        private final float beta;
        private final Epilogue epilogue;

        /** factors (i, k) for i below rows; lanes (k, j) for j below width; out is [rows, width], or that transposed. */
        Call(
                View factors,
                View lanes,
                Optional<Packed> packed,
                Matrix out,
                boolean transposed,
                int rows,
                int width,
                int depth,
                float beta,
                Epilogue epilogue) {
            this.factors = factors;
            this.lanes = lanes;
            this.packed = packed;
            this.out = out;
            this.transposed = transposed;
            this.rows = rows;
            this.width = width;
            this.depth = depth;
            this.beta = beta;
            this.epilogue = epilogue;
        }

        void run(double ns) {
            Scratch s = spares.take();
            int tile = packed.isPresent() ? packed.get().width() : Products.tile(width);
            for (int t = 0; t * tile < width; t++) one(s, t, t * tile, Math.min(tile, width - t * tile), ns);
            spares.give(s);
        }

        private void one(Scratch s, int t, int from, int n, double ns) {
            int blocks = (rows + ROWS - 1) / ROWS;
            // One more row a block: what a block needs to read out's old content.
            float[][] c = s.c(rows + blocks, n);
            float[] bias = s.line(transposed ? rows : n);
            epilogue.bias()
                    .ifPresent(b -> System.arraycopy(b.data(), transposed ? 0 : from, bias, 0, transposed ? rows : n));
            for (int k = 0; k == 0 || k < depth; k += DEPTH) {
                int k0 = k, deep = Math.min(DEPTH, depth - k);
                float[][] b;
                int first;
                if (packed.isPresent()) {
                    b = packed.get().tile(t);
                    first = k;
                } else {
                    b = s.b(deep, n);
                    first = 0;
                    int slices = (deep + ROWS - 1) / ROWS;
                    share(
                            0.4 * deep * n,
                            slices,
                            i -> lanes.rows(b, i * ROWS, k0 + i * ROWS, Math.min(ROWS, deep - i * ROWS), from, n));
                }
                share(ns, blocks, i -> {
                    int r = i * ROWS, count = Math.min(ROWS, rows - r);
                    if (k0 == 0) {
                        for (int q = r; q < r + count; q++) Arrays.fill(c[q], 0, n, 0);
                    }
                    Chains.add(
                            c,
                            r,
                            count,
                            b,
                            first,
                            deep,
                            factors.data(),
                            factors.index(r, k0),
                            factors.rowStep(),
                            factors.step(),
                            n);
                    if (k0 + deep >= depth) finish(c, r, count, from, n, c[rows + i], bias);
                });
            }
        }

        private void finish(float[][] c, int row, int count, int from, int n, float[] old, float[] bias) {
            float[] y = out.tensor().data();
            boolean biased = epilogue.bias().isPresent();
            for (int r = row; r < row + count; r++) {
                int o = transposed ? out.row(from) + r : out.row(r) + from, step = transposed ? out.stride() : 1;
                if (beta != 0) {
                    for (int j = 0; j < n; j++) old[j] = y[o + j * step];
                    add(c[r], beta, old, n);
                }
                if (biased) {
                    if (transposed) add(c[r], bias[r], n);
                    else add(c[r], 1, bias, n);
                }
                if (transposed) {
                    for (int j = 0; j < n; j++) y[o + j * step] = c[r][j];
                } else {
                    System.arraycopy(c[r], 0, y, o, n);
                }
            }
            if (epilogue.kernel().isPresent()) {
                Kernel f = epilogue.kernel().get();
                Matrix part = transposed
                        ? out.rows(from, n).columns(row, count)
                        : out.rows(row, count).columns(from, n);
                f.apply(part, part);
            }
        }
    }

    private static void add(float[] c, float beta, float[] x, int n) {
        for (int j = 0; j < n; j++) c[j] = Math.fma(beta, x[j], c[j]);
    }

    private static void add(float[] c, float b, int n) {
        for (int j = 0; j < n; j++) c[j] += b;
    }
}
