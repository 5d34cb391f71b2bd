package org.fascicle.compute.ejml;

import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import org.fascicle.tensor.ScalarFunction;

/**
 * A template: {@link FunctionKernel} defines a hidden copy of this class for every function, so that function is a constant
 * and its calls are compiled into the loop. One loop for all functions would call each through a table: ten times slower.
 */
final class FunctionLoop implements BlockLoop {
    /** The function, and whether it has block forms of its own. */
    record Data(ScalarFunction function, boolean blockApply, boolean blockSlope) {}

    private static final ScalarFunction FUNCTION = data().function();
    private static final boolean BLOCK_APPLY = data().blockApply();
    private static final boolean BLOCK_SLOPE = data().blockSlope();

    private static Data data() {
        try {
            return MethodHandles.classData(MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, Data.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the private lookup of a class must be good for its own data", e);
        }
    }

    @Override
    public void apply(Buffers b, int n) {
        float[] y = b.y;
        float[] x = b.x;
        if (BLOCK_APPLY) {
            FUNCTION.apply(b, y, x, n);
        } else {
            for (int i = 0; i < n; i++) y[i] = FUNCTION.apply(x[i]);
        }
    }

    @Override
    public void slope(Buffers b, int n) {
        float[] dx = b.dx;
        float[] x = b.x;
        float[] y = b.y;
        float[] dy = b.dy;
        if (BLOCK_SLOPE) {
            FUNCTION.slope(b, dx, x, y, dy, n);
        } else {
            for (int i = 0; i < n; i++) dx[i] = dy[i] * FUNCTION.slope(x[i], y[i]);
        }
    }
}
