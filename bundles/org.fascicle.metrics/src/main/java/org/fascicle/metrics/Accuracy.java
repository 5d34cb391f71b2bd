package org.fascicle.metrics;

import org.fascicle.nn.Metric;
import org.fascicle.plugin.FascicleMetric;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The share of right predictions, taken as the shapes say: {@link BinaryAccuracy} for one class, {@link
 * SparseCategoricalAccuracy} for targets without the class axis, else {@link CategoricalAccuracy}. Immutable and thread-safe.
 *
 * @param threshold for binary predictions: greater means 1
 * @param ignoreIndex class indices of this value count nothing
 * @param axis the axis of the classes
 */
public record Accuracy(double threshold, int ignoreIndex, int axis) implements Metric {
    private Metric chosen(Shape prediction, Shape target) {
        return switch (Classes.target(prediction, target, axis)) {
            case BINARY -> new BinaryAccuracy(threshold);
            case INDEX -> new SparseCategoricalAccuracy(ignoreIndex, axis);
            case ONE_HOT -> new CategoricalAccuracy(axis);
        };
    }

    @Override
    public int size(Shape prediction, Shape target) {
        return chosen(prediction, target).size(prediction, target);
    }

    @Override
    public void add(double[] sum, Tensor prediction, Tensor target) {
        chosen(prediction.shape(), target.shape()).add(sum, prediction, target);
    }

    @Override
    public double value(double[] sum) {
        return sum[0] / sum[1];
    }

    /** Options {@code threshold} (0.5; 0 for logits), {@code ignore_index} (-100), {@code axis} (-1). */
    @Component
    @FascicleMetric("accuracy")
    public static final class Factory implements Metric.Factory {
        @Override
        public Accuracy create(Options o) {
            return new Accuracy(
                    o.real("threshold", 0.5, Range.ANY),
                    o.integer("ignore_index", -100, Classes.IGNORABLE),
                    o.integer("axis", -1, Range.ANY));
        }
    }
}
