package org.fascicle.tensor;

import java.util.Arrays;

/**
 * Dense row-major float32 numbers, from index 0 of an array that may be longer than needed. The array is shared, never
 * copied unless said so. Not thread-safe: who may write it is a matter of agreement, stated where a tensor is handed over.
 */
public final class Tensor {
    /** Stands for an optional input or a gradient that is not there. */
    public static final Tensor ABSENT = new Tensor(Shape.of(0), new float[0]);

    private final Shape shape;
    private final float[] data;

    private Tensor(Shape shape, float[] data) {
        this.shape = shape;
        this.data = data;
    }

    public static Tensor zeros(Shape s) {
        return new Tensor(s, new float[s.size()]);
    }

    public static Tensor zeros(int... dims) {
        return zeros(Shape.of(dims));
    }

    /** A tensor on this array; {@link ShapeException} if the array is too short. */
    public static Tensor of(Shape s, float... data) {
        if (data.length < s.size()) {
            throw new ShapeException("tensor: " + s + " needs " + s.size() + " numbers, got " + data.length);
        }
        return new Tensor(s, data);
    }

    public Shape shape() {
        return shape;
    }

    public int dim(int axis) {
        return shape.dim(axis);
    }

    public int rank() {
        return shape.rank();
    }

    public int size() {
        return shape.size();
    }

    /** The array itself; only the first {@link #size()} elements belong to this tensor. */
    public float[] data() {
        return data;
    }

    /** The same numbers in another shape of as many elements. */
    public Tensor reshape(Shape s) {
        if (s.size() != size())
            throw new ShapeException("reshape: " + shape + " has " + size() + " elements, " + s + " has " + s.size());
        return new Tensor(s, data);
    }

    public Tensor reshape(int... dims) {
        return reshape(Shape.of(dims));
    }

    public Tensor copy() {
        return new Tensor(shape, Arrays.copyOf(data, size()));
    }

    public void fill(float v) {
        Arrays.fill(data, 0, size(), v);
    }

    /** Copies all numbers of a tensor of as many elements. */
    public void set(Tensor t) {
        if (t.size() != size()) throw new ShapeException("set: " + shape + " from " + t.shape);
        System.arraycopy(t.data, 0, data, 0, size());
    }

    /** All but the last axis as rows; a vector is one row. */
    public Matrix matrix() {
        int c = shape.rank() == 0 ? 1 : shape.dim(-1);
        return new Matrix(this, 0, c == 0 ? 0 : size() / c, c, c, false);
    }

    /** Axis 0 as rows, everything else as columns. */
    public Matrix rows() {
        int r = shape.rank() == 0 ? 1 : shape.dim(0), c = r == 0 ? 0 : size() / r;
        return new Matrix(this, 0, r, c, c, false);
    }

    /** Everything as one row. */
    public Matrix flat() {
        return new Matrix(this, 0, 1, size(), size(), false);
    }

    /** One index of axis 0 as a matrix whose columns are the last axis: a sample {@code [T, F]} of {@code [N, T, F]}. */
    public Matrix sample(int n) {
        int c = shape.dim(-1), each = size() / shape.dim(0);
        return new Matrix(this, n * each, each / c, c, c, false);
    }

    /** One time step of {@code [N, T, F]} as a matrix {@code [N, F]}. */
    public Matrix step(int t) {
        int f = shape.dim(2);
        return new Matrix(this, t * f, shape.dim(0), f, shape.dim(1) * f, false);
    }

    /** Any window of rows and columns. */
    public Matrix window(int offset, int rows, int cols, int stride) {
        return new Matrix(this, offset, rows, cols, stride, false);
    }

    @Override
    public String toString() {
        return "Tensor" + shape;
    }
}
