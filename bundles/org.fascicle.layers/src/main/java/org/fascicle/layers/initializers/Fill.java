package org.fascicle.layers.initializers;

import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Tensor;

/** Fills a tensor with draws: element i of the tensor is made from draws i, i + size, i + 2 size, … only. */
final class Fill {
    /** The standard deviation of a standard normal that is truncated at ±2. */
    static final double TRUNCATED_DEVIATION = 0.8796256610342398;

    private static final float LIMIT = 2;

    private Fill() {}

    /** Uniform between low and high; the 2^24 possible values lie symmetric about the middle. */
    static void uniform(Tensor w, Draws d, double low, double high) {
        float[] x = w.data();
        int n = w.size();
        d.uniform(x, 0, n);
        for (int i = 0; i < n; i++) x[i] = (float) (low + (high - low) * (x[i] + 0x1p-25));
    }

    static void normal(Tensor w, Draws d, double mean, double deviation) {
        float[] x = w.data();
        int n = w.size();
        d.normal(x, 0, n);
        for (int i = 0; i < n; i++) x[i] = (float) (mean + deviation * x[i]);
    }

    /** Normal, drawn again for as long as it lies more than two deviations from the mean. */
    static void truncatedNormal(Tensor w, Draws d, double mean, double deviation) {
        float[] x = w.data();
        int n = w.size();
        d.normal(x, 0, n);
        for (int i = 0; i < n; i++) {
            float z = x[i];
            for (long again = n; Math.abs(z) > LIMIT; again += n) z = d.normal(again + i);
            x[i] = (float) (mean + deviation * z);
        }
    }
}
