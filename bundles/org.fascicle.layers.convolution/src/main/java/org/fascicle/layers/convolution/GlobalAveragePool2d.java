package org.fascicle.layers.convolution;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The mean of each plane: {@code [N, C, H, W]} gives {@code [N, C]}, or {@code [N, C, 1, 1]} with {@code keepdims}.
 * Summed in double. Immutable and thread-safe.
 */
public record GlobalAveragePool2d(boolean keepdims) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(GlobalMaxPool2d.output(in, keepdims));
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0);
        Planes planes = Planes.of(input);
        float[] x = input.data(), y = p.output(0).data();
        int n = planes.work();
        planes.each(p.ops(), plane -> y[plane] = mean(x, plane * n, n));
    }

    private static float mean(float[] x, int at, int n) {
        double sum = 0;
        for (int i = at; i < at + n; i++) sum += x[i];
        return (float) (sum / n);
    }

    @Override
    public void backward(Pass p) {
        Planes planes = Planes.of(p.inputGradient(0).tensor());
        float[] dx = p.inputGradient(0).accumulator(), dy = p.outputGradient(0).data();
        int n = planes.work();
        planes.each(p.ops(), plane -> add(dx, plane * n, n, dy[plane] / n));
    }

    private static void add(float[] dx, int at, int n, float d) {
        for (int i = at; i < at + n; i++) dx[i] += d;
    }

    /** Options: {@code keepdims} (false). */
    @Component
    @FascicleLayer("global_average_pool2d")
    public static final class Factory implements Layer.Factory {
        @Override
        public GlobalAveragePool2d create(Config c) {
            return new GlobalAveragePool2d(c.flag("keepdims", false));
        }
    }
}
