package org.fascicle.tensor;

import java.util.function.IntConsumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The primitives of a compute backend. Thread-safe. The bits of a result depend on arguments and shapes only: not on
 * the number of threads, and not on what ran before. Outputs never overlap inputs unless said so. Shapes that do not fit
 * give a {@link ShapeException} before anything is written.
 */
@ConsumerType
public interface Ops {
    /** What, besides shapes and arguments, decides the bits: recorded with every run, e.g. {@code ejml 0.46}. */
    String identity();

    /** out = epilogue(beta * out + a b); with beta 0 the old content is not read. Float32 with fma, k ascending in fixed blocks. */
    void matmul(Matrix out, float beta, Operand a, Operand b, Epilogue e);

    /** Many like products at once (attention heads, groups): out[i] = beta * out[i] + a[i] b[i]. */
    default void matmul(Matrix[] out, float beta, Matrix[] a, Matrix[] b) {
        parallel(out.length, i -> matmul(out[i], beta, a[i], b[i], Epilogue.NONE));
    }

    /** out[j] = beta * out[j] + the sum of column j; over more than 1,024 rows in fixed chunks combined in double. */
    void sumRows(Sink out, Matrix x);

    /** out[c] = beta * out[c] + the sum over all but axis 1 of x {@code [N, C, …]}, as exact as {@link #sumRows}. */
    void sumChannels(Sink out, Tensor x);

    /** Cross-correlation of x {@code [N, C, H, W]} with w packed for {@link Use#CONV} into out {@code [N, K, Ho, Wo]}, then the epilogue. */
    void conv(Conv g, Tensor out, Tensor x, Operand w, Epilogue e);

    /** dx = beta * dx + the gradient by the input; w packed for {@link Use#CONV_INPUT_GRADIENT}. */
    void convInputGradient(Conv g, Sink dx, Operand w, Tensor dy);

    /** dw = beta * dw + the gradient by the weights; dw is {@code [K, C / groups, kh, kw]}. */
    void convWeightGradient(Conv g, Sink dw, Tensor x, Tensor dy);

    /** A parameter rearranged for one use, or a plain matrix on it if this backend has no better form. The parameter must not change meanwhile. */
    Operand pack(Tensor w, Use use);

    /**
     * As {@link #pack}, after the parameter has changed.
     *
     * @param old what {@code pack} or {@code repack} gave for the same parameter and use: its memory may be used again, and it
     *     is not valid any more
     */
    default Operand repack(Tensor w, Use use, Operand old) {
        return pack(w, use);
    }

    /** The specialised loop of a function; the backend keeps no reference to it. */
    Kernel kernel(ScalarFunction f);

    /** Runs bodies 0 to chunks - 1, which write disjoint ranges; returns when all are done; called inside a body it runs inline. The first Throwable of a body is thrown. */
    void parallel(int chunks, IntConsumer body);
}
