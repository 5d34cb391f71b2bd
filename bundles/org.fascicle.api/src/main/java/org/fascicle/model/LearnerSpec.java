package org.fascicle.model;

import java.util.Map;

/**
 * How a model learns. Immutable.
 *
 * @param optimizer options of the optimizer, {@code type} among them
 * @param seed of all draws: dropout and the like
 * @param clipNorm upper bound of the global gradient norm; infinite for none
 * @param providers whether a run keeps to the code it began with
 */
public record LearnerSpec(Map<String, Object> optimizer, long seed, double clipNorm, Providers providers) {
    /** Which code a run works with. */
    public enum Providers {
        /** The one it began with: if that leaves, the run waits until the same content returns. */
        PINNED,
        /** The best there is: if it changes between steps, the run goes on with the new. */
        BEST
    }

    public LearnerSpec {
        optimizer = SpecReader.frozen(optimizer);
    }

    /** Pinned, without clipping. */
    public static LearnerSpec of(Map<String, Object> optimizer, long seed) {
        return new LearnerSpec(optimizer, seed, Double.POSITIVE_INFINITY, Providers.PINNED);
    }
}
