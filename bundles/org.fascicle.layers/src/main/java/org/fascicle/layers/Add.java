package org.fascicle.layers;

import java.util.List;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The sum of any number of inputs. All have the same batch; their other axes are aligned from the last and broadcast
 * where one is 1 or missing, so {@code [N, C, H, W]} and {@code [N, C, 1, 1]}, or {@code [N, T, F]} and {@code [N,
 * F]}, add up. Immutable and thread-safe.
 */
@Component
@FascicleLayer("add")
public final class Add implements Layer {
    @Override
    public List<Port> inputs() {
        return List.of(Port.value("x").many());
    }

    @Override
    public Plan plan(Shapes in) {
        Shape y = in.get(0, "[N, …]");
        for (int k = 1; k < in.count(); k++) y = Broadcast.join(y, in.get(k, "[N, …]"), k);
        return Plan.of(y);
    }

    @Override
    public void forward(Pass p) {
        Tensor y = p.output(0);
        int plain = p.input(0).shape().equals(y.shape()) ? 1 : 0;
        if (plain == 1) y.set(p.input(0));
        else y.fill(0);
        for (int k = plain; k < p.inputs(); k++) {
            Tensor x = p.input(k);
            if (x.shape().equals(y.shape())) add(y.data(), x.data(), y.size());
            else Broadcast.of(x.shape(), y.shape()).spread(y.data(), x.data());
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor dy = p.outputGradient(0);
        for (int k = 0; k < p.inputs(); k++) {
            if (!p.wants(k)) continue;
            Sink dx = p.inputGradient(k);
            Shape x = dx.tensor().shape();
            if (x.equals(dy.shape())) dx.put(dy);
            else Broadcast.of(x, dy.shape()).collect(dx.accumulator(), dy.data());
        }
    }

    private static void add(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] += x[i];
    }
}
