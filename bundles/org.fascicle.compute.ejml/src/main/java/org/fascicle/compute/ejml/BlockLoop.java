package org.fascicle.compute.ejml;

/** One function on one block of at most {@link org.fascicle.tensor.Block#LIMIT} floats. Thread-safe. */
interface BlockLoop {
    /** b.y = f(b.x). */
    void apply(Buffers b, int n);

    /** b.dx = b.dy * f'(b.x), given b.y. */
    void slope(Buffers b, int n);
}
