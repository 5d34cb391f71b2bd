package org.fascicle.layers.convolution;

import java.util.function.IntConsumer;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Tensor;

/**
 * The planes {@code [H, W]} of {@code [N, C, H, W]}, worked on in parallel in chunks that are worth a thread's while.
 * What one plane gives does not depend on the chunks, so neither do the bits. Immutable.
 *
 * @param count how many planes
 * @param work numbers to touch in one
 */
record Planes(int count, int work) {
    /** Numbers a chunk should touch: some tens of microseconds. */
    private static final int CHUNK = 1 << 15;

    static Planes of(Tensor x) {
        int count = x.dim(0) * x.dim(1);
        return new Planes(count, x.size() / Math.max(1, count));
    }

    void each(Ops ops, IntConsumer plane) {
        int chunks = (int) Math.max(1, Math.min(count, (long) count * work / CHUNK));
        ops.parallel(chunks, c -> {
            int end = (int) ((long) count * (c + 1) / chunks);
            for (int i = (int) ((long) count * c / chunks); i < end; i++) plane.accept(i);
        });
    }
}
