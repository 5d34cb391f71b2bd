package org.fascicle.tensor;

/**
 * A strided window of rows and columns on a tensor: no copy. {@code rows} and {@code cols} are those stored,
 * {@code transposed} says how a product reads it. Immutable; the numbers are the tensor's.
 *
 * @param offset index of the first element
 * @param stride from one stored row to the next
 */
public record Matrix(Tensor tensor, int offset, int rows, int cols, int stride, boolean transposed) implements Operand {
    public Matrix {
        if (rows > 0 && cols > 0 && (offset < 0 || offset + (long) (rows - 1) * stride + cols > tensor.data().length)) {
            throw new ShapeException("window: " + rows + " rows of " + cols + " at " + offset + " by " + stride
                    + " reach beyond " + tensor);
        }
    }

    /** The same window read transposed. */
    public Matrix t() {
        return new Matrix(tensor, offset, rows, cols, stride, !transposed);
    }

    /** Some of the stored columns: a head of {@code [T, heads * d]}, a gate of {@code [N, 4 * units]}. */
    public Matrix columns(int from, int count) {
        return new Matrix(tensor, offset + from, rows, count, stride, transposed);
    }

    /** Some of the stored rows. */
    public Matrix rows(int from, int count) {
        return new Matrix(tensor, offset + from * stride, count, cols, stride, transposed);
    }

    /** The index of the first element of a stored row. */
    public int row(int i) {
        return offset + i * stride;
    }

    /** The height as a product reads it. */
    public int height() {
        return transposed ? cols : rows;
    }

    /** The width as a product reads it. */
    public int width() {
        return transposed ? rows : cols;
    }
}
