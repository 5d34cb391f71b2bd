package org.fascicle.compute.ejml;

import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Tensor;

/**
 * Weights of a convolution for the gradient by its input. Immutable.
 *
 * @param weights [K, C, kh, kw] as they were
 * @param turned [C, K, kh, kw], each kernel turned by 180°
 */
record Flipped(Tensor weights, float[] turned) implements Operand {
    static Flipped of(Tensor w) {
        float[] turned = new float[w.size()];
        turn(w, turned);
        return new Flipped(w, turned);
    }

    static void turn(Tensor w, float[] to) {
        int outs = w.dim(0), ins = w.dim(1), area = w.dim(2) * w.dim(3);
        float[] d = w.data();
        for (int k = 0; k < outs; k++) {
            for (int c = 0; c < ins; c++) {
                int from = (k * ins + c) * area, at = (c * outs + k) * area;
                for (int i = 0; i < area; i++) to[at + i] = d[from + area - 1 - i];
            }
        }
    }
}
