package org.fascicle.compute.ejml;

import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;

/** The right factor of products as rows of lanes. Immutable. */
final class Packed implements Operand {
    private final Matrix matrix;
    private final float[][][] tiles;
    private final int width;

    /** {@code tiles[t][k][j]} is element (k, t * width + j). */
    Packed(Matrix matrix, float[][][] tiles, int width) {
        this.matrix = matrix;
        this.tiles = tiles;
        this.width = width;
    }

    /** What it was packed from: products that read it better that way still can. */
    Matrix matrix() {
        return matrix;
    }

    float[][][] tiles() {
        return tiles;
    }

    float[][] tile(int t) {
        return tiles[t];
    }

    int width() {
        return width;
    }
}
