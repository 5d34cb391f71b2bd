package org.fascicle.layers;

import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/**
 * How a smaller tensor x repeats inside a larger y: the step in x that goes with a step along each axis of y, 0 where x
 * repeats. Axis 0 is the batch of both; the other axes are aligned from the last. Immutable.
 */
final class Broadcast {
    private final int[] dims;
    private final int[] steps;

    private Broadcast(int[] dims, int[] steps) {
        this.dims = dims;
        this.steps = steps;
    }

    /** The shape both inputs broadcast to. */
    static Shape join(Shape y, Shape x, int port) {
        boolean wider = x.rank() > y.rank();
        Shape large = wider ? x : y, small = wider ? y : x;
        int[] dims = large.dims();
        boolean fits = x.dim(0) == y.dim(0);
        for (int back = 1; back < small.rank(); back++) {
            int a = small.dim(-back), b = large.dim(-back);
            fits &= a == b || a == 1 || b == 1;
            dims[dims.length - back] = a == 1 ? b : a;
        }
        if (!fits) {
            throw new ShapeException("input " + port + " " + x + " does not broadcast with " + y
                    + " of the inputs before it; the batch must be equal,"
                    + " and from the last axis on each dimension equal or 1");
        }
        return Shape.of(dims);
    }

    static Broadcast of(Shape x, Shape y) {
        int[] dims = y.dims(), steps = new int[dims.length];
        for (int back = 1, step = 1; back < x.rank(); back++) {
            steps[dims.length - back] = x.dim(-back) == 1 ? 0 : step;
            step *= x.dim(-back);
        }
        steps[0] = x.size(1, x.rank());
        return new Broadcast(dims, steps);
    }

    /** y += x, repeated. */
    void spread(float[] y, float[] x) {
        int last = dims.length - 1, n = dims[last], step = steps[last];
        int[] index = new int[dims.length];
        for (int i = 0, j = 0, rows = rows(); rows > 0; rows--, i += n, j = next(index, j)) {
            if (step == 0) for (int c = 0; c < n; c++) y[i + c] += x[j];
            else for (int c = 0; c < n; c++) y[i + c] += x[j + c * step];
        }
    }

    /** dx += dy, summed over the repetitions. */
    void collect(float[] dx, float[] dy) {
        int last = dims.length - 1, n = dims[last], step = steps[last];
        int[] index = new int[dims.length];
        for (int i = 0, j = 0, rows = rows(); rows > 0; rows--, i += n, j = next(index, j)) {
            if (step == 0) {
                double sum = 0;
                for (int c = 0; c < n; c++) sum += dy[i + c];
                dx[j] += (float) sum;
            } else {
                for (int c = 0; c < n; c++) dx[j + c * step] += dy[i + c];
            }
        }
    }

    private int rows() {
        int rows = 1;
        for (int a = 0; a < dims.length - 1; a++) rows *= dims[a];
        return rows;
    }

    /** Goes to the next row of y, all axes but the last counting like an odometer, and gives its place in x. */
    private int next(int[] index, int at) {
        for (int a = dims.length - 2; a >= 0; a--) {
            at += steps[a];
            if (++index[a] < dims[a]) return at;
            at -= steps[a] * dims[a];
            index[a] = 0;
        }
        return at;
    }
}
