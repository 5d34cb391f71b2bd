package org.fascicle.compute.ejml;

import java.util.Arrays;
import java.util.Random;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Tensor;

/** Seeded numbers for tests. */
final class Numbers {
    private final Random random;

    Numbers(long seed) {
        random = new Random(seed);
    }

    int from(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    int of(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    float of(float... choices) {
        return choices[random.nextInt(choices.length)];
    }

    boolean coin() {
        return random.nextBoolean();
    }

    Tensor normal(int... dims) {
        Tensor t = Tensor.zeros(dims);
        for (int i = 0; i < t.size(); i++) t.data()[i] = (float) random.nextGaussian();
        return t;
    }

    Tensor whole(int most, int... dims) {
        Tensor t = Tensor.zeros(dims);
        for (int i = 0; i < t.size(); i++) t.data()[i] = from(-most, most);
        return t;
    }

    /** A window somewhere inside a larger tensor of NaN; with {@code whole} its numbers are small integers. */
    Matrix window(int rows, int cols, boolean transposed, boolean whole) {
        int r = transposed ? cols : rows, c = transposed ? rows : cols;
        int stride = c + of(0, 0, 1, 7), offset = of(0, 3);
        Tensor t = Tensor.zeros(offset + r * stride + c);
        Arrays.fill(t.data(), Float.NaN);
        for (int i = 0; i < r; i++) {
            for (int j = 0; j < c; j++)
                t.data()[offset + i * stride + j] = whole ? from(-3, 3) : (float) random.nextGaussian();
        }
        return new Matrix(t, offset, r, c, stride, transposed);
    }

    static float at(Matrix m, int i, int j) {
        return m.tensor().data()[m.offset() + (m.transposed() ? j * m.stride() + i : i * m.stride() + j)];
    }

    /** The same window on a copy of the tensor. */
    static Matrix copy(Matrix m) {
        return new Matrix(m.tensor().copy(), m.offset(), m.rows(), m.cols(), m.stride(), m.transposed());
    }
}
