package org.fascicle.tck.third;

import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.tensor.Matrix;

/** exp(x) / sum exp(x) over the last axis. */
@FascicleActivation("softmax")
public final class Softmax implements Layer {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(in.get(0)).readsOutputs(0);
    }

    @Override
    public void forward(Pass p) {
        Matrix x = p.input(0).matrix();
        for (int r = 0; r < x.rows(); r++) row(p.output(0).data(), p.input(0).data(), x.row(r), x.cols());
    }

    @Override
    public void backward(Pass p) {
        float[] y = p.output(0).data(),
                dy = p.outputGradient(0).data(),
                dx = p.inputGradient(0).accumulator();
        Matrix rows = p.outputGradient(0).matrix();
        for (int r = 0; r < rows.rows(); r++) {
            int from = rows.row(r), to = from + rows.cols();
            double dot = 0;
            for (int i = from; i < to; i++) dot += y[i] * dy[i];
            for (int i = from; i < to; i++) dx[i] += (float) (y[i] * (dy[i] - dot));
        }
    }

    /** One row from x to y, which may be x. */
    static void row(float[] y, float[] x, int from, int n) {
        float max = Float.NEGATIVE_INFINITY;
        double sum = 0;
        for (int i = from; i < from + n; i++) max = Math.max(max, x[i]);
        for (int i = from; i < from + n; i++) {
            y[i] = (float) Math.exp(x[i] - max);
            sum += y[i];
        }
        for (int i = from; i < from + n; i++) y[i] = (float) (y[i] / sum);
    }
}
