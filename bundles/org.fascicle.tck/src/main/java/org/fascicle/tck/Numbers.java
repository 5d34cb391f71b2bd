package org.fascicle.tck;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** Compares tensors and says where they differ. */
final class Numbers {
    private Numbers() {}

    /** The first difference in bits between tensors of the same names, e.g. {@code gradient of x at [0, 3]: 1.0 and 2.0}. */
    static Optional<String> difference(Map<String, Tensor> a, Map<String, Tensor> b) {
        for (Map.Entry<String, Tensor> e : a.entrySet()) {
            Tensor x = e.getValue(), y = b.get(e.getKey());
            if (y == null) return Optional.of(e.getKey() + " is missing");
            if (!x.shape().equals(y.shape())) return Optional.of(e.getKey() + ": " + x.shape() + " and " + y.shape());
            for (int i = 0; i < x.size(); i++) {
                if (Float.floatToIntBits(x.data()[i]) != Float.floatToIntBits(y.data()[i])) {
                    return Optional.of(
                            e.getKey() + " at " + place(x.shape(), i) + ": " + x.data()[i] + " and " + y.data()[i]);
                }
            }
        }
        return Optional.empty();
    }

    /** A flat index as one index an axis. */
    static String place(Shape s, int index) {
        int[] at = new int[s.rank()];
        for (int a = s.rank() - 1, rest = index; a >= 0; a--) {
            at[a] = rest % s.dim(a);
            rest /= s.dim(a);
        }
        return Arrays.toString(at);
    }

    /** The first index that is not finite, or -1. */
    static int firstNotFinite(Tensor t) {
        for (int i = 0; i < t.size(); i++) if (!Float.isFinite(t.data()[i])) return i;
        return -1;
    }

    /** The largest magnitude. */
    static double max(Tensor t) {
        double max = 0;
        for (int i = 0; i < t.size(); i++) max = Math.max(max, Math.abs(t.data()[i]));
        return max;
    }
}
