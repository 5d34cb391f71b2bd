package org.fascicle.tensor;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Counter-based random numbers (Philox4x32-10, Salmon et al. 2011): a value depends on the key and the element only, so
 * it can be drawn again, in any order, by any thread. Immutable and thread-safe.
 */
@ConsumerType
public interface Draws {
    /** Uniform in [0, 1), a multiple of 2^-24. */
    float uniform(long element);

    /** Standard normal. */
    float normal(long element);

    /** The draws of elements {@code first} to {@code first + n} into {@code dst[at..at + n)}: cheaper than one by one. */
    default void uniform(float[] dst, int at, long first, int n) {
        for (int i = 0; i < n; i++) dst[at + i] = uniform(first + i);
    }

    /** As {@link #uniform(float[], int, long, int)}. */
    default void normal(float[] dst, int at, long first, int n) {
        for (int i = 0; i < n; i++) dst[at + i] = normal(first + i);
    }

    /** From the start of {@code dst}. */
    default void uniform(float[] dst, long first, int n) {
        uniform(dst, 0, first, n);
    }

    /** From the start of {@code dst}. */
    default void normal(float[] dst, long first, int n) {
        normal(dst, 0, first, n);
    }
}
