package org.fascicle.compute.ejml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.ShapeException;

/**
 * The loop of one function over windows, in blocks that are copied in and out: functions index from 0 and cannot write
 * elsewhere. Its class data and hidden class live as long as this object. Thread-safe.
 */
final class FunctionKernel implements Kernel {
    /** Blocks of one parallel chunk, and the least number of elements worth sharing. */
    private static final int BLOCKS = 8;

    private static final int WORTH_SHARING = 4 * BLOCKS * Block.LIMIT;

    private final BlockLoop loop;
    private final boolean needsInput;
    private final EjmlOps ops;
    private final Spares<Buffers> buffers;

    FunctionKernel(ScalarFunction f, byte[] template, EjmlOps ops, Spares<Buffers> buffers) {
        this.ops = ops;
        this.buffers = buffers;
        needsInput = f.slopeNeedsInput();
        FunctionLoop.Data data = new FunctionLoop.Data(
                f,
                overrides(f, "apply", Block.class, float[].class, float[].class, int.class),
                overrides(
                        f,
                        "slope",
                        Block.class,
                        float[].class,
                        float[].class,
                        float[].class,
                        float[].class,
                        int.class));
        try {
            MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClassWithClassData(template, data, true);
            loop = (BlockLoop) hidden.lookupClass().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "kernel: the loop of " + f.getClass().getName() + " could not be made", e);
        }
    }

    /** The bytes of {@link FunctionLoop}. */
    static byte[] template() {
        String name = FunctionLoop.class.getSimpleName() + ".class";
        try (InputStream in = FunctionLoop.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("kernel: " + name + " is missing from this bundle");
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("kernel: " + name + " of this bundle cannot be read", e);
        }
    }

    private static boolean overrides(ScalarFunction f, String name, Class<?>... arguments) {
        try {
            return f.getClass().getMethod(name, arguments).getDeclaringClass() != ScalarFunction.class;
        } catch (NoSuchMethodException | LinkageError e) {
            // Calling the block form is right in any case, if slower.
            return true;
        }
    }

    @Override
    public void apply(Matrix y, Matrix x) {
        same("y", y, "x", x);
        Grid g = grid(y, flat(y) && flat(x));
        run(g, (b, i) -> {
            g.load(b.x, x, i);
            int n = g.count(i);
            loop.apply(b, n);
            g.store(y, b.y, i);
        });
    }

    @Override
    public void slope(Matrix dx, float beta, Matrix x, Matrix y, Matrix dy) {
        same("dx", dx, "y", y);
        same("dx", dx, "dy", dy);
        if (needsInput) same("dx", dx, "x", x);
        Grid g = grid(dx, flat(dx) && flat(y) && flat(dy) && (!needsInput || flat(x)));
        run(g, (b, i) -> {
            int n = g.count(i);
            if (needsInput) g.load(b.x, x, i);
            else Arrays.fill(b.x, 0, n, Float.NaN);
            g.load(b.y, y, i);
            g.load(b.dy, dy, i);
            loop.slope(b, n);
            if (beta != 0) {
                g.load(b.y, dx, i);
                for (int j = 0; j < n; j++) b.dx[j] = beta * b.y[j] + b.dx[j];
            }
            g.store(dx, b.dx, i);
        });
    }

    private static void same(String a, Matrix m, String b, Matrix o) {
        if (m.rows() != o.rows() || m.cols() != o.cols()) {
            throw new ShapeException("kernel: " + a + " has [" + m.rows() + ", " + m.cols() + "], " + b + " has ["
                    + o.rows() + ", " + o.cols() + "]; all windows of one call must have the same rows and columns");
        }
    }

    private static boolean flat(Matrix m) {
        return m.stride() == m.cols() || m.rows() <= 1;
    }

    private static Grid grid(Matrix m, boolean flat) {
        return flat ? new Grid(1, m.rows() * m.cols(), true) : new Grid(m.rows(), m.cols(), false);
    }

    private interface Step {
        void run(Buffers b, int block);
    }

    private void run(Grid g, Step step) {
        int blocks = g.blocks();
        if (g.rows * (long) g.cols < WORTH_SHARING) {
            part(0, blocks, step);
        } else {
            ops.parallel(
                    (blocks + BLOCKS - 1) / BLOCKS, c -> part(c * BLOCKS, Math.min(blocks, (c + 1) * BLOCKS), step));
        }
    }

    private void part(int from, int to, Step step) {
        Buffers b = buffers.take();
        try {
            for (int i = from; i < to; i++) step.run(b, i);
        } finally {
            buffers.give(b);
        }
    }

    /** Windows cut into blocks: several short rows, or a piece of a long one. */
    private static final class Grid {
        private final int rows;
        private final int cols;
        private final boolean flat;
        private final int rowsPerBlock;
        private final int pieces;

        Grid(int rows, int cols, boolean flat) {
            this.rows = rows;
            this.cols = cols;
            this.flat = flat;
            rowsPerBlock = Math.max(1, Block.LIMIT / Math.max(1, cols));
            pieces = (cols + Block.LIMIT - 1) / Block.LIMIT;
        }

        int blocks() {
            return pieces > 1 ? rows * pieces : cols == 0 ? 0 : (rows + rowsPerBlock - 1) / rowsPerBlock;
        }

        private int row(int block) {
            return pieces > 1 ? block / pieces : block * rowsPerBlock;
        }

        private int col(int block) {
            return pieces > 1 ? block % pieces * Block.LIMIT : 0;
        }

        private int height(int block) {
            return pieces > 1 ? 1 : Math.min(rowsPerBlock, rows - row(block));
        }

        private int width(int block) {
            return Math.min(Block.LIMIT, cols - col(block));
        }

        int count(int block) {
            return height(block) * width(block);
        }

        void load(float[] to, Matrix m, int block) {
            int h = height(block), w = width(block), from = start(m, block);
            float[] d = m.tensor().data();
            for (int r = 0, at = 0; r < h; r++, at += w, from += m.stride()) System.arraycopy(d, from, to, at, w);
        }

        void store(Matrix m, float[] from, int block) {
            int h = height(block), w = width(block), to = start(m, block);
            float[] d = m.tensor().data();
            for (int r = 0, at = 0; r < h; r++, at += w, to += m.stride()) System.arraycopy(from, at, d, to, w);
        }

        private int start(Matrix m, int block) {
            return m.offset() + (flat ? 0 : row(block) * m.stride()) + col(block);
        }
    }
}
