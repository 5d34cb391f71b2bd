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
 * exp(x) / sum exp(x) along an axis (Bridle 1990), after subtracting the greatest, so that nothing overflows. Immutable
 * and thread-safe.
 *
 * @param axis any but the batch; negative counts from the end
 */
public record Softmax(int axis) implements Layer {
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
        windows.chunks().run(p.ops(), (chunk, from, to) -> {
            float[] line = new float[windows.lines()];
            double[] sum = new double[windows.lines()];
            for (int i = from; i < to; i++) {
                Matrix x = windows.of(input, i), y = windows.of(output, i);
                windows.max(x, line);
                windows.minus(y, x, line);
                exp.apply(y, y);
                windows.sum(y, sum);
                for (int j = 0; j < line.length; j++) line[j] = (float) (1 / sum[j]);
                windows.times(y, line);
            }
        });
    }

    @Override
    public void backward(Pass p) {
        Tensor output = p.output(0), gradient = p.outputGradient(0);
        Sink sink = p.inputGradient(0);
        Windows windows = Windows.of(gradient.shape(), axis);
        windows.chunks().run(p.ops(), (chunk, from, to) -> {
            float[] line = new float[windows.lines()];
            double[] dot = new double[windows.lines()];
            for (int i = from; i < to; i++) {
                Matrix y = windows.of(output, i), dy = windows.of(gradient, i);
                windows.dot(y, dy, dot);
                for (int j = 0; j < line.length; j++) line[j] = (float) dot[j];
                windows.softmaxGradient(windows.of(sink.tensor(), i), sink.beta() != 0, y, dy, line);
            }
        });
    }

    /** Option {@code axis} (-1). */
    @Component
    @FascicleActivation("softmax")
    public static final class Factory implements Layer.Factory {
        @Override
        public Softmax create(Config c) {
            return new Softmax(c.integer("axis", -1, Range.ANY));
        }
    }
}
