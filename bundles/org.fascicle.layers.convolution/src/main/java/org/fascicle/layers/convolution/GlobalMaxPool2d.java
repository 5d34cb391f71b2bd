package org.fascicle.layers.convolution;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The largest number of each plane: {@code [N, C, H, W]} gives {@code [N, C]}, or {@code [N, C, 1, 1]} with {@code
 * keepdims}. The gradient goes to the first largest; a NaN wins. Immutable and thread-safe.
 */
public record GlobalMaxPool2d(boolean keepdims) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(output(in, keepdims)).reads(0).readsOutputs(0);
    }

    /** The shape of one number for each plane. */
    static Shape output(Shapes in, boolean keepdims) {
        Shape x = in.get(0, "[N, C, H, W]");
        if (x.size(2, 4) == 0) throw new ShapeException("input must have numbers to pool, got " + x);
        return keepdims ? x.with(2, 1).with(3, 1) : x.part(0, 2);
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0);
        Planes planes = Planes.of(input);
        float[] x = input.data(), y = p.output(0).data();
        int n = planes.work();
        planes.each(p.ops(), plane -> y[plane] = max(x, plane * n, n));
    }

    private static float max(float[] x, int at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + n; i++) max = Math.max(max, x[i]);
        return max;
    }

    @Override
    public void backward(Pass p) {
        Tensor input = p.input(0);
        Planes planes = Planes.of(input);
        float[] x = input.data(),
                y = p.output(0).data(),
                dy = p.outputGradient(0).data();
        float[] dx = p.inputGradient(0).accumulator();
        int n = planes.work();
        planes.each(p.ops(), plane -> dx[place(x, plane * n, n, y[plane])] += dy[plane]);
    }

    private static int place(float[] x, int at, int n, float max) {
        for (int i = at; i < at + n; i++) if (x[i] == max || Float.isNaN(x[i])) return i;
        throw new IllegalStateException("global_max_pool2d: input or output changed between forward and backward");
    }

    /** Options: {@code keepdims} (false). */
    @Component
    @FascicleLayer("global_max_pool2d")
    public static final class Factory implements Layer.Factory {
        @Override
        public GlobalMaxPool2d create(Config c) {
            return new GlobalMaxPool2d(c.flag("keepdims", false));
        }
    }
}
