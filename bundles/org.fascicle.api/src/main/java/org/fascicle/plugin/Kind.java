package org.fascicle.plugin;

import java.util.Locale;

/** The kinds of plug-in. A service of a kind carries the property {@link #property()} with its name as the value. */
public enum Kind {
    /** A layer that may stand as {@code activation} of another: {@code Activation}, {@code Layer} or {@code Layer.Factory}. */
    ACTIVATION,
    /** {@code Layer}, {@code AffinePerChannel} or {@code Layer.Factory}. */
    LAYER,
    /** {@code Loss} or {@code ElementLoss}, or a {@code Layer.Factory} that creates one. */
    LOSS,
    /** {@code Metric} or {@code Metric.Factory}. */
    METRIC,
    /** {@code Optimizer}, {@code ClosureOptimizer} or {@code Optimizer.Factory}. */
    OPTIMIZER,
    /** {@code Schedule} or {@code Schedule.Factory}. */
    SCHEDULE,
    /** {@code Initializer} or {@code Initializer.Factory}. */
    INITIALIZER,
    /** {@code Dataset} or {@code Dataset.Factory}. */
    DATASET,
    /** {@code Augmentation} or {@code Augmentation.Factory}. */
    AUGMENTATION,
    /** {@code Ops}: the primitives of a compute backend. */
    BACKEND,
    /** {@code LinearAlgebra}: decompositions, for initializers and preprocessing. */
    ALGEBRA;

    /** The kind's word: {@code activation}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The service property, and the namespace of the bundle capability: {@code fascicle.activation}. */
    public String property() {
        return "fascicle." + word();
    }

    /** The kind of this word. */
    public static Kind of(String word) {
        for (Kind k : values()) if (k.word().equals(word)) return k;
        throw new ConfigException("kind: no such kind of plug-in: " + word + "; known are "
                + String.join(
                        ", ", java.util.Arrays.stream(values()).map(Kind::word).toList()));
    }
}
