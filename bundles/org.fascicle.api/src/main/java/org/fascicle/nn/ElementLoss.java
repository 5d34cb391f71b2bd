package org.fascicle.nn;

import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ConsumerType;

/** The shortcut for losses: a function of one prediction and one target; the value of a sample is the mean over its elements. Immutable and thread-safe. */
@ConsumerType
public interface ElementLoss extends Loss {
    float value(float prediction, float target);

    /** The derivative by the prediction. */
    float slope(float prediction, float target);

    @Override
    default Plan plan(Shapes in) {
        if (in.get(0).size() != in.get(1).size()
                || in.get(0).dim(0) != in.get(1).dim(0)) {
            throw new ShapeException(
                    "prediction " + in.get(0) + " and target " + in.get(1) + " must have the same shape");
        }
        return Plan.of(Shape.of(in.get(0).dim(0))).reads(0, 1);
    }

    @Override
    default void forward(Pass p) {
        Tensor prediction = p.input(0), value = p.output(0);
        float[] x = prediction.data(), t = p.input(1).data(), v = value.data();
        int n = value.size(), m = prediction.size() / Math.max(1, n);
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = i * m; j < (i + 1) * m; j++) sum += value(x[j], t[j]);
            v[i] = (float) (sum / m);
        }
    }

    @Override
    default void backward(Pass p) {
        float[] x = p.input(0).data(),
                t = p.input(1).data(),
                dv = p.outputGradient(0).data();
        float[] dx = p.inputGradient(0).accumulator();
        int n = p.outputGradient(0).size(), m = p.input(0).size() / Math.max(1, n);
        for (int i = 0; i < n; i++) {
            float d = dv[i] / m;
            for (int j = i * m; j < (i + 1) * m; j++) dx[j] += d * slope(x[j], t[j]);
        }
    }
}
