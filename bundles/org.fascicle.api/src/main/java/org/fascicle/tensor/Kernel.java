package org.fascicle.tensor;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The specialised loop of one scalar function, on windows (time steps, gates) as on whole tensors. All windows of one
 * call have the same rows and cols; {@code transposed} is ignored. Thread-safe; owned by the compiled graph.
 */
@ConsumerType
public interface Kernel {
    /** y = f(x); y may be x. */
    void apply(Matrix y, Matrix x);

    /** dx = beta * dx + dy * f'(x); x is not read if the slope does not need it; dx may be dy. */
    void slope(Matrix dx, float beta, Matrix x, Matrix y, Matrix dy);

    default void apply(Tensor y, Tensor x) {
        apply(y.flat(), x.flat());
    }

    default void slope(Sink dx, Tensor x, Tensor y, Tensor dy) {
        slope(dx.tensor().flat(), dx.beta(), x.flat(), y.flat(), dy.flat());
    }
}
