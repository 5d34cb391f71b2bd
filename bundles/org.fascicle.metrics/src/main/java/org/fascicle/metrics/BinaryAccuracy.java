package org.fascicle.metrics;

import org.fascicle.nn.Metric;
import org.fascicle.plugin.FascicleMetric;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The share of predictions on the side of the threshold where the target, 0 or 1, is; a prediction equal to the threshold
 * counts as 0. Immutable and thread-safe.
 *
 * @param threshold greater means 1
 */
public record BinaryAccuracy(double threshold) implements Metric {
    @Override
    public int size(Shape prediction, Shape target) {
        Classes.elements(prediction, target);
        return 2;
    }

    @Override
    public void add(double[] sum, Tensor prediction, Tensor target) {
        float[] x = prediction.data(), t = target.data();
        int n = prediction.size(), right = 0;
        for (int i = 0; i < n; i++) if ((x[i] > threshold ? 1 : 0) == t[i]) right++;
        sum[0] += right;
        sum[1] += n;
    }

    @Override
    public double value(double[] sum) {
        return sum[0] / sum[1];
    }

    /** Option {@code threshold} (0.5; 0 for logits). */
    @Component
    @FascicleMetric("binary_accuracy")
    public static final class Factory implements Metric.Factory {
        @Override
        public BinaryAccuracy create(Options o) {
            return new BinaryAccuracy(o.real("threshold", 0.5, Range.ANY));
        }
    }
}
