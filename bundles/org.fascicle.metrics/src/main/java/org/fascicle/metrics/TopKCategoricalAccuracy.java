package org.fascicle.metrics;

import org.fascicle.nn.Metric;
import org.fascicle.plugin.FascicleMetric;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The share of predictions in which fewer than k classes have a greater score than that of the one-hot target: classes
 * that tie at the border are all among the best k. Immutable and thread-safe.
 *
 * @param k how many may be guessed
 * @param axis the axis of the classes
 */
public record TopKCategoricalAccuracy(int k, int axis) implements Metric {
    @Override
    public int size(Shape prediction, Shape target) {
        Classes.of(prediction, target, axis, Classes.Target.ONE_HOT);
        return 2;
    }

    @Override
    public void add(double[] sum, Tensor prediction, Tensor target) {
        Classes classes = Classes.of(prediction.shape(), axis);
        float[] x = prediction.data(), t = target.data();
        int right = 0;
        for (int r = 0; r < classes.rows(); r++) if (classes.among(x, r, classes.greatest(t, r), k)) right++;
        sum[0] += right;
        sum[1] += classes.rows();
    }

    @Override
    public double value(double[] sum) {
        return sum[0] / sum[1];
    }

    /** Options {@code k} (5) and {@code axis} (-1). */
    @Component
    @FascicleMetric("top_k_categorical_accuracy")
    public static final class Factory implements Metric.Factory {
        @Override
        public TopKCategoricalAccuracy create(Options o) {
            return new TopKCategoricalAccuracy(o.integer("k", 5, Range.atLeast(1)), o.integer("axis", -1, Range.ANY));
        }
    }
}
