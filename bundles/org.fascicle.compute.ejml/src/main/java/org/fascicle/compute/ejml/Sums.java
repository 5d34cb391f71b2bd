package org.fascicle.compute.ejml;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/** Sums of columns and of channels: float32 over {@link #CHUNK} rows, the chunks combined in double. Thread-safe. */
final class Sums {
    private static final int CHUNK = 32;
    /** Columns of one parallel piece. */
    private static final int COLUMNS = 512;

    private static final int WORTH_SHARING = 1 << 17;

    private final Ops ops;
    private final Spares<Columns> spares = new Spares<>(Columns::new);

    Sums(Ops ops) {
        this.ops = ops;
    }

    void rows(Sink out, Matrix x) {
        int n = x.width();
        if (x.transposed()) {
            // A column is a stored row: a channel of one sample.
            channels(out, x.tensor().data(), x.offset(), 1, 0, n, x.stride(), x.cols());
        } else {
            float[] d = out.tensor().data();
            share(x.rows() * (long) n, (n + COLUMNS - 1) / COLUMNS, piece -> {
                Columns s = spares.take();
                int from = piece * COLUMNS, count = Math.min(COLUMNS, n - from);
                s.open(count);
                s.add(x.tensor().data(), x.offset() + from, x.rows(), x.stride(), count);
                for (int j = 0; j < count; j++) d[from + j] = put(out.beta(), d[from + j], s.total[j]);
                spares.give(s);
            });
        }
    }

    void channels(Sink out, Tensor x) {
        int channels = x.dim(1), inner = x.shape().size(2, x.rank());
        channels(out, x.data(), 0, x.dim(0), channels * inner, channels, inner, inner);
    }

    /** Sums [samples, channels, inner] at these steps over samples and inner. */
    private void channels(
            Sink out, float[] x, int offset, int samples, int sampleStep, int channels, int step, int inner) {
        float[] d = out.tensor().data();
        if (inner < 32 && step == inner) {
            // Short channels lie next to each other: several make one run of columns.
            int each = Math.max(1, COLUMNS / Math.max(1, inner));
            share(samples * (long) channels * inner, (channels + each - 1) / each, piece -> {
                Columns s = spares.take();
                int from = piece * each, count = Math.min(each, channels - from);
                s.open(count * inner);
                s.add(x, offset + from * inner, samples, sampleStep, count * inner);
                for (int c = 0; c < count; c++) d[from + c] = put(out.beta(), d[from + c], s.sum(c * inner, inner));
                spares.give(s);
            });
            return;
        }
        share(samples * (long) channels * inner, channels, c -> {
            Columns s = spares.take();
            double total = 0;
            // A long run is folded into rows of COLUMNS.
            int whole = inner / COLUMNS, rest = inner - whole * COLUMNS;
            for (int n = 0; n < samples && whole > 0; n++) {
                if (n == 0) s.open(COLUMNS);
                s.add(x, offset + n * sampleStep + c * step, whole, COLUMNS, COLUMNS);
            }
            if (whole > 0) total += s.sum(0, COLUMNS);
            s.open(rest);
            s.add(x, offset + c * step + whole * COLUMNS, samples, sampleStep, rest);
            total += s.sum(0, rest);
            d[c] = put(out.beta(), d[c], total);
            spares.give(s);
        });
    }

    private static float put(float beta, float old, double sum) {
        return (float) (beta == 0 ? sum : (double) beta * old + sum);
    }

    private void share(long numbers, int pieces, IntConsumer body) {
        if (numbers < WORTH_SHARING) {
            for (int i = 0; i < pieces; i++) body.accept(i);
        } else {
            ops.parallel(pieces, body);
        }
    }

    /** Sums of columns under way. */
    private static final class Columns {
        private final float[] part = new float[COLUMNS];
        private final float[] row = new float[COLUMNS];
        final double[] total = new double[COLUMNS];

        void open(int n) {
            Arrays.fill(total, 0, n, 0);
        }

        /** Adds so many rows of n columns each. */
        void add(float[] x, int at, int rows, int stride, int n) {
            for (int r = 0; r < rows; ) {
                int end = Math.min(rows, r + CHUNK);
                System.arraycopy(x, at + r * stride, part, 0, n);
                for (r++; r < end; r++) {
                    System.arraycopy(x, at + r * stride, row, 0, n);
                    add(part, row, n);
                }
                for (int j = 0; j < n; j++) total[j] += part[j];
            }
        }

        double sum(int from, int n) {
            double s = 0;
            for (int j = from; j < from + n; j++) s += total[j];
            return s;
        }

        private static void add(float[] sum, float[] x, int n) {
            for (int j = 0; j < n; j++) sum[j] += x[j];
        }
    }
}
