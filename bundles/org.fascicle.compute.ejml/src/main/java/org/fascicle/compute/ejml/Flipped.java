package org.fascicle.compute.ejml;

import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Tensor;

/** Weights {@code [K, C, kh, kw]} of a convolution for the gradient by its input. Immutable. */
final class Flipped implements Operand {
    private final Tensor weights;
    private final float[] turned;

    Flipped(Tensor w) {
        this(w, new float[w.size()]);
    }

    /** Into an array of as many elements. */
    Flipped(Tensor w, float[] turned) {
        weights = w;
        this.turned = turned;
        int outs = w.dim(0), ins = w.dim(1), area = w.dim(2) * w.dim(3);
        float[] d = w.data();
        for (int k = 0; k < outs; k++) {
            for (int c = 0; c < ins; c++) {
                int from = (k * ins + c) * area, at = (c * outs + k) * area;
                for (int i = 0; i < area; i++) turned[at + i] = d[from + area - 1 - i];
            }
        }
    }

    /** As they were. */
    Tensor weights() {
        return weights;
    }

    /** {@code [C, K, kh, kw]}, each kernel turned by 180°. */
    float[] turned() {
        return turned;
    }
}
