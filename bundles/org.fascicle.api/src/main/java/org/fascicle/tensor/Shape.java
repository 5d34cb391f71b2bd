package org.fascicle.tensor;

import java.util.Arrays;

/** The dimensions of a tensor; axis 0 is the batch. A scalar has rank 0. Immutable. */
public final class Shape {
    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        this.dims = dims;
        int n = 1;
        for (int d : dims) {
            if (d < 0) throw new ShapeException("shape: dimensions must not be negative, got " + Arrays.toString(dims));
            long next = (long) n * d;
            if (next > Integer.MAX_VALUE) {
                throw new ShapeException(
                        "shape: " + Arrays.toString(dims) + " has more than 2^31 - 1 elements; take a smaller batch");
            }
            n = (int) next;
        }
        size = n;
    }

    public static Shape of(int... dims) {
        return new Shape(dims.clone());
    }

    public int rank() {
        return dims.length;
    }

    /** The length of an axis; negative axes count from the end. */
    public int dim(int axis) {
        return dims[axis(axis)];
    }

    /** An axis as 0 to rank - 1; negative ones count from the end. {@link ShapeException} if there is no such axis. */
    public int axis(int axis) {
        int a = axis < 0 ? axis + dims.length : axis;
        if (a < 0 || a >= dims.length)
            throw new ShapeException("axis " + axis + " of " + this + ": there is no such axis");
        return a;
    }

    /** A copy of the dimensions. */
    public int[] dims() {
        return dims.clone();
    }

    /** This shape with one dimension replaced. */
    public Shape with(int axis, int n) {
        int[] d = dims.clone();
        d[axis(axis)] = n;
        return new Shape(d);
    }

    /** This shape with the dimensions {@code from} (inclusive) to {@code to} (exclusive) only. */
    public Shape part(int from, int to) {
        return new Shape(Arrays.copyOfRange(dims, from, to));
    }

    /** This shape with {@code n} put before it: a sample's shape becomes a batch's. */
    public Shape prepend(int n) {
        int[] d = new int[dims.length + 1];
        d[0] = n;
        System.arraycopy(dims, 0, d, 1, dims.length);
        return new Shape(d);
    }

    /** The product of the dimensions from (inclusive) to (exclusive). */
    public int size(int from, int to) {
        int n = 1;
        for (int i = from; i < to; i++) n *= dims[i];
        return n;
    }

    /** The number of elements. */
    public int size() {
        return size;
    }

    /** The runs of equal index on an axis: how to loop per channel without index arithmetic. */
    public Channels channels(int axis) {
        int a = axis(axis);
        return new Channels(size(0, a), dims[a], size(a + 1, dims.length));
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Shape s && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** {@code [2, 3]}. */
    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
