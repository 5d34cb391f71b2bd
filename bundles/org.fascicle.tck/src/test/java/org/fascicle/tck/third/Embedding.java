package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;

/** Rows of a table by index: {@code [N, T]} to {@code [N, T, units]}. */
public record Embedding(int entries, int units, Initializer initializer) implements Layer {
    @Override
    public List<Port> inputs() {
        return List.of(Port.index("x"));
    }

    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, T]");
        return Plan.of(Shape.of(x.dim(0), x.dim(1), units))
                .param(Param.dense("embeddings", entries, units, initializer))
                .reads(0);
    }

    @Override
    public void forward(Pass p) {
        float[] x = p.input(0).data(),
                w = p.parameter("embeddings").data(),
                y = p.output(0).data();
        for (int i = 0, n = p.input(0).size(); i < n; i++)
            System.arraycopy(w, ((int) x[i]) * units, y, i * units, units);
    }

    @Override
    public void backward(Pass p) {
        float[] x = p.input(0).data(),
                dy = p.outputGradient(0).data(),
                dw = p.gradient("embeddings").accumulator();
        for (int i = 0, n = p.input(0).size(); i < n; i++) {
            for (int j = 0; j < units; j++) dw[((int) x[i]) * units + j] += dy[i * units + j];
        }
    }

    @FascicleLayer("embedding")
    public static final class Factory implements Layer.Factory {
        @Override
        public Embedding create(Config c) {
            return new Embedding(
                    c.integer("input_dim", Range.POSITIVE),
                    c.integer("output_dim", Range.POSITIVE),
                    c.initializer("embeddings_initializer", "uniform"));
        }
    }
}
