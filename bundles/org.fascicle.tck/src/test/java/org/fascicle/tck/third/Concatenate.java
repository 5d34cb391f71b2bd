package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/** Joins any number of inputs along the last axis. */
@FascicleLayer("concatenate")
public final class Concatenate implements Layer {
    @Override
    public List<Port> inputs() {
        return List.of(Port.value("x").many());
    }

    @Override
    public Plan plan(Shapes in) {
        Shape first = in.get(0);
        int all = 0;
        for (Shape s : in.list()) {
            if (s.rank() != first.rank() || !s.with(-1, 0).equals(first.with(-1, 0))) {
                throw new ShapeException("inputs must agree in all but the last axis, got " + in.list());
            }
            all += s.dim(-1);
        }
        return Plan.of(first.with(-1, all));
    }

    @Override
    public void forward(Pass p) {
        Matrix y = p.output(0).matrix();
        for (int k = 0, at = 0; k < p.inputs(); k++) {
            Matrix x = p.input(k).matrix(), part = y.columns(at, x.cols());
            for (int r = 0; r < x.rows(); r++)
                System.arraycopy(p.input(k).data(), x.row(r), p.output(0).data(), part.row(r), x.cols());
            at += x.cols();
        }
    }

    @Override
    public void backward(Pass p) {
        float[] dy = p.outputGradient(0).data();
        Matrix all = p.outputGradient(0).matrix();
        for (int k = 0, at = 0; k < p.inputs(); k++) {
            float[] dx = p.inputGradient(k).accumulator();
            Matrix x = p.inputGradient(k).tensor().matrix(), part = all.columns(at, x.cols());
            for (int r = 0; r < x.rows(); r++) {
                for (int j = 0; j < x.cols(); j++) dx[x.row(r) + j] += dy[part.row(r) + j];
            }
            at += x.cols();
        }
    }
}
