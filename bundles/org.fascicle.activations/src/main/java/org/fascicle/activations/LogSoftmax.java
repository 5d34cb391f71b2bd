package org.fascicle.activations;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * x - log sum exp(x) along an axis, computed from x less its greatest: never the logarithm of a small softmax. Immutable
 * and thread-safe.
 *
 * @param axis any but the batch; negative counts from the end
 */
public record LogSoftmax(int axis) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Windows.of(in.get(0), axis);
        return Plan.of(in.get(0)).readsOutputs(0).trait(Trait.IN_PLACE);
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0), output = p.output(0);
        Kernel exp = p.kernel(Elementary.EXP);
        Windows windows = Windows.of(input.shape(), axis);
        Tensor[] scratch = scratch(p, windows);
        windows.chunks().run(p.ops(), (chunk, from, to) -> {
            float[] line = new float[windows.lines()];
            double[] sum = new double[windows.lines()];
            for (int i = from; i < to; i++) {
                Matrix x = windows.of(input, i), y = windows.of(output, i), e = Windows.like(y, scratch[chunk]);
                windows.max(x, line);
                windows.minus(y, x, line);
                exp.apply(e, y);
                windows.sum(e, sum);
                for (int j = 0; j < line.length; j++) line[j] = (float) Math.log(sum[j]);
                windows.minus(y, y, line);
            }
        });
    }

    @Override
    public void backward(Pass p) {
        Tensor output = p.output(0), gradient = p.outputGradient(0);
        Sink sink = p.inputGradient(0);
        Kernel exp = p.kernel(Elementary.EXP);
        Windows windows = Windows.of(gradient.shape(), axis);
        Tensor[] scratch = scratch(p, windows);
        windows.chunks().run(p.ops(), (chunk, from, to) -> {
            float[] line = new float[windows.lines()];
            double[] sum = new double[windows.lines()];
            for (int i = from; i < to; i++) {
                Matrix y = windows.of(output, i), dy = windows.of(gradient, i), e = Windows.like(y, scratch[chunk]);
                exp.apply(e, y);
                windows.sum(dy, sum);
                for (int j = 0; j < line.length; j++) line[j] = (float) sum[j];
                windows.logSoftmaxGradient(windows.of(sink.tensor(), i), sink.beta() != 0, e, dy, line);
            }
        });
    }

    private static Tensor[] scratch(Pass p, Windows windows) {
        Tensor[] r = new Tensor[windows.chunks().count()];
        for (int i = 0; i < r.length; i++) r[i] = p.scratch(windows.elements());
        return r;
    }

    /** Option {@code axis} (-1). */
    @Component
    @FascicleActivation("log_softmax")
    public static final class Factory implements Layer.Factory {
        @Override
        public LogSoftmax create(Config c) {
            return new LogSoftmax(c.integer("axis", -1, Range.ANY));
        }
    }
}
