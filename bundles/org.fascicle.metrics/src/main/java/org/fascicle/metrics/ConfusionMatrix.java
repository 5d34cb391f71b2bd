package org.fascicle.metrics;

import java.util.Optional;
import org.fascicle.nn.Metric;
import org.fascicle.plugin.FascicleMetric;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * How often each class was taken for each: the table has the truth as rows and the prediction as columns, the value is the
 * accuracy. Targets are class indices or one-hot; a prediction of one class is binary, with two rows. Immutable and thread-safe.
 *
 * @param threshold for binary predictions: greater means 1
 * @param ignoreIndex class indices of this value count nothing
 * @param axis the axis of the classes
 */
public record ConfusionMatrix(double threshold, int ignoreIndex, int axis) implements Metric {
    @Override
    public int size(Shape prediction, Shape target) {
        boolean binary = Classes.target(prediction, target, axis) == Classes.Target.BINARY;
        int classes = binary ? 2 : Classes.of(prediction, axis).classes();
        return Math.multiplyExact(classes, classes);
    }

    @Override
    public void add(double[] sum, Tensor prediction, Tensor target) {
        float[] x = prediction.data(), t = target.data();
        Classes.Target kind = Classes.target(prediction.shape(), target.shape(), axis);
        if (kind == Classes.Target.BINARY) {
            for (int i = 0, n = prediction.size(); i < n; i++) {
                int truth = Classes.index(target, i, 2, ignoreIndex);
                if (truth >= 0) sum[2 * truth + (x[i] > threshold ? 1 : 0)]++;
            }
            return;
        }
        Classes classes = Classes.of(prediction.shape(), axis);
        int n = classes.classes();
        for (int r = 0; r < classes.rows(); r++) {
            int truth =
                    kind == Classes.Target.INDEX ? Classes.index(target, r, n, ignoreIndex) : classes.greatest(t, r);
            if (truth >= 0) sum[truth * n + classes.greatest(x, r)]++;
        }
    }

    @Override
    public double value(double[] sum) {
        int n = classes(sum);
        double right = 0, all = 0;
        for (int i = 0; i < sum.length; i++) {
            all += sum[i];
            if (i % (n + 1) == 0) right += sum[i];
        }
        return right / all;
    }

    @Override
    public Optional<double[][]> table(double[] sum) {
        int n = classes(sum);
        double[][] table = new double[n][n];
        for (int i = 0; i < n; i++) System.arraycopy(sum, i * n, table[i], 0, n);
        return Optional.of(table);
    }

    private static int classes(double[] sum) {
        return (int) Math.round(Math.sqrt(sum.length));
    }

    /** Options {@code threshold} (0.5; 0 for logits), {@code ignore_index} (-100), {@code axis} (-1). */
    @Component
    @FascicleMetric("confusion_matrix")
    public static final class Factory implements Metric.Factory {
        @Override
        public ConfusionMatrix create(Options o) {
            return new ConfusionMatrix(
                    o.real("threshold", 0.5, Range.ANY),
                    o.integer("ignore_index", -100, Classes.IGNORABLE),
                    o.integer("axis", -1, Range.ANY));
        }
    }
}
