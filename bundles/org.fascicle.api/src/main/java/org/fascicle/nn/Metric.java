package org.fascicle.nn;

import java.util.Optional;
import org.fascicle.plugin.Options;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A number that says how good predictions are, summed up batch by batch in memory that belongs to the caller. Sums of two parts of the
 * samples, added number by number, are the sum of both, so how samples are divided into batches does not matter, and parts may be
 * measured by several threads or machines. Immutable and thread-safe.
 */
@ConsumerType
public interface Metric {
    /** How many numbers the sum needs, zero at first, the same for every batch size; {@code ShapeException} if the shapes (batch first) do not fit. */
    int size(Shape prediction, Shape target);

    /** Adds a batch to the sum. */
    void add(double[] sum, Tensor prediction, Tensor target);

    /** The metric of all that was added; NaN if nothing was. */
    double value(double[] sum);

    /** What stands behind the number, e.g. a confusion matrix with the truth as rows. */
    default Optional<double[][]> table(double[] sum) {
        return Optional.empty();
    }

    /** True if more is better. */
    default boolean increasing() {
        return true;
    }

    /** Makes a metric from options. */
    @ConsumerType
    interface Factory {
        Metric create(Options o);
    }
}
