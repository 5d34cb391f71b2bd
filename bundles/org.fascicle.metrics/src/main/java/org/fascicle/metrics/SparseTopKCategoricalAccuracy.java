package org.fascicle.metrics;

import org.fascicle.nn.Metric;
import org.fascicle.plugin.FascicleMetric;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The share of predictions in which fewer than k classes have a greater score than the target, a class index: classes that
 * tie at the border are all among the best k. Immutable and thread-safe.
 *
 * @param k how many may be guessed
 * @param ignoreIndex targets of this value count nothing
 * @param axis the axis of the classes
 */
public record SparseTopKCategoricalAccuracy(int k, int ignoreIndex, int axis) implements Metric {
    @Override
    public int size(Shape prediction, Shape target) {
        Classes.of(prediction, target, axis, Classes.Target.INDEX);
        return 2;
    }

    @Override
    public void add(double[] sum, Tensor prediction, Tensor target) {
        Classes classes = Classes.of(prediction.shape(), axis);
        float[] x = prediction.data();
        int right = 0, count = 0;
        for (int r = 0; r < classes.rows(); r++) {
            int truth = Classes.index(target, r, classes.classes(), ignoreIndex);
            if (truth < 0) continue;
            count++;
            if (classes.among(x, r, truth, k)) right++;
        }
        sum[0] += right;
        sum[1] += count;
    }

    @Override
    public double value(double[] sum) {
        return sum[0] / sum[1];
    }

    /** Options {@code k} (5), {@code ignore_index} (-100), {@code axis} (-1). */
    @Component
    @FascicleMetric("sparse_top_k_categorical_accuracy")
    public static final class Factory implements Metric.Factory {
        @Override
        public SparseTopKCategoricalAccuracy create(Options o) {
            return new SparseTopKCategoricalAccuracy(
                    o.integer("k", 5, Range.atLeast(1)),
                    o.integer("ignore_index", -100, Classes.IGNORABLE),
                    o.integer("axis", -1, Range.ANY));
        }
    }
}
