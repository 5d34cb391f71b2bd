package org.fascicle.metrics;

import org.fascicle.nn.Metric;
import org.fascicle.plugin.FascicleMetric;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/** The square root of the mean of (prediction - target)², over all elements of all samples. Immutable and thread-safe. */
@Component
@FascicleMetric("root_mean_squared_error")
public final class RootMeanSquaredError implements Metric {
    @Override
    public int size(Shape prediction, Shape target) {
        Classes.elements(prediction, target);
        return 2;
    }

    @Override
    public void add(double[] sum, Tensor prediction, Tensor target) {
        float[] x = prediction.data(), t = target.data();
        int n = prediction.size();
        double s = 0;
        for (int i = 0; i < n; i++) {
            double d = (double) x[i] - t[i];
            s += d * d;
        }
        sum[0] += s;
        sum[1] += n;
    }

    @Override
    public double value(double[] sum) {
        return Math.sqrt(sum[0] / sum[1]);
    }

    @Override
    public boolean increasing() {
        return false;
    }
}
