package org.fascicle.compute.ejml;

import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;

/**
 * The right factor of products as rows of lanes: {@code tiles[t][k][j]} is element (k, t * width + j). Immutable.
 *
 * @param matrix what it was packed from: products that read it better that way still can
 */
record Packed(Matrix matrix, float[][][] tiles, int width) implements Operand {}
