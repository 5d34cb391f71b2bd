package org.fascicle.tck.third;

import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLoss;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/** -Σ target log softmax(prediction) per sample, the prediction being logits {@code [N, C]}. */
@FascicleLoss("categorical_crossentropy_from_logits")
public final class CategoricalCrossentropy implements Loss {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, C]");
        if (!in.get(1).equals(x))
            throw new ShapeException("target must be " + x + " like the prediction, got " + in.get(1));
        return Plan.of(Shape.of(x.dim(0))).keep("softmax", x).reads(1);
    }

    @Override
    public void forward(Pass p) {
        float[] x = p.input(0).data(),
                t = p.input(1).data(),
                s = p.kept("softmax").data();
        Matrix rows = p.input(0).matrix();
        for (int r = 0; r < rows.rows(); r++) {
            int from = rows.row(r), to = from + rows.cols();
            double max = Double.NEGATIVE_INFINITY, sum = 0, value = 0;
            for (int j = from; j < to; j++) max = Math.max(max, x[j]);
            for (int j = from; j < to; j++) sum += Math.exp(x[j] - max);
            for (int j = from; j < to; j++) {
                double log = x[j] - max - Math.log(sum);
                s[j] = (float) Math.exp(log);
                value -= t[j] * log;
            }
            p.output(0).data()[r] = (float) value;
        }
    }

    @Override
    public void backward(Pass p) {
        float[] s = p.kept("softmax").data(),
                t = p.input(1).data(),
                dv = p.outputGradient(0).data(),
                dx = p.inputGradient(0).accumulator();
        Matrix rows = p.kept("softmax").matrix();
        for (int r = 0; r < rows.rows(); r++) {
            int from = rows.row(r), to = from + rows.cols();
            float total = 0;
            for (int j = from; j < to; j++) total += t[j];
            for (int j = from; j < to; j++) dx[j] += dv[r] * (s[j] * total - t[j]);
        }
    }
}
