package org.fascicle.activations;

import org.fascicle.tensor.Ops;

/** Splits work by its size alone, so that the bits of a result never depend on the number of threads. Immutable. */
record Chunks(int units, int count) {
    private static final int ELEMENTS = 1 << 15;
    private static final int MOST = 32;

    /** Some of the units, of one chunk. */
    @FunctionalInterface
    interface Body {
        void run(int chunk, int from, int to);
    }

    /** At most 32 chunks of whole units that have about 32,768 elements or more each. */
    static Chunks of(int units, int elements) {
        return new Chunks(units, Math.max(1, Math.min(Math.min(units, MOST), elements / ELEMENTS)));
    }

    void run(Ops ops, Body body) {
        if (count == 1) {
            body.run(0, 0, units);
        } else {
            ops.parallel(count, i -> body.run(i, start(i), start(i + 1)));
        }
    }

    private int start(int chunk) {
        return (int) ((long) units * chunk / count);
    }
}
