package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/** One Runge-Kutta 4 step of dx/dt = f(x) (Chen 2018); f is evaluated four times with the same weights. */
public record Ode(Child f, float step) implements Layer {
    private static final int STAGES = 4;

    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        if (!f.outputs(x).get(0).equals(x))
            throw new ShapeException("the function must keep the shape " + x + ", it gives "
                    + f.outputs(x).get(0));
        return Plan.of(x).child(f, STAGES, x).keep("stage", x, STAGES);
    }

    /** How far a stage looks ahead. */
    private float ahead(int stage) {
        return stage == 3 ? step : step / 2;
    }

    private float weight(int stage) {
        return stage == 0 || stage == 3 ? step / 6 : step / 3;
    }

    @Override
    public void forward(Pass p) {
        float[] x = p.input(0).data(), y = p.output(0).data();
        int n = p.input(0).size();
        p.output(0).set(p.input(0));
        p.kept("stage", 0).set(p.input(0));
        for (int s = 0; s < STAGES; s++) {
            float[] k = p.call(f, s, p.kept("stage", s)).get(0).data();
            for (int i = 0; i < n; i++) y[i] += weight(s) * k[i];
            if (s == STAGES - 1) continue;
            float[] next = p.kept("stage", s + 1).data();
            for (int i = 0; i < n; i++) next[i] = x[i] + ahead(s + 1) * k[i];
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor dk = p.scratch(p.outputGradient(0).shape()), dstage = p.scratch(dk.shape());
        float[] dy = p.outputGradient(0).data(), dx = p.inputGradient(0).accumulator();
        int n = dk.size();
        for (int i = 0; i < n; i++) dx[i] += dy[i];
        for (int s = STAGES - 1; s >= 0; s--) {
            float later = s == STAGES - 1 ? 0 : ahead(s + 1);
            for (int i = 0; i < n; i++) dk.data()[i] = weight(s) * dy[i] + (later == 0 ? 0 : later * dstage.data()[i]);
            p.callBackward(f, s, List.of(Sink.set(dstage)), dk);
            for (int i = 0; i < n; i++) dx[i] += dstage.data()[i];
        }
    }

    @FascicleLayer("ode")
    public static final class Factory implements Layer.Factory {
        @Override
        public Ode create(Config c) {
            return new Ode(c.layer("layer"), (float) c.real("step", 1, Range.POSITIVE));
        }
    }
}
