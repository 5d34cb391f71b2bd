package org.fascicle.layers.convolution;

import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The trainable subsampling of LeNet-5 (LeCun et al. 1998): the input's blocks lie side by side, and y[n, c, i, j] =
 * scale[c] · (the sum of block i, j) + bias[c]; rows and columns that fill no block are left out. The paper's sigmoid
 * is an ordinary activation of the node. Parameters: {@code scale} and {@code bias}, {@code [C]}; by default it
 * starts as an average pool. Immutable and thread-safe.
 */
public record Subsampling2d(Window window, double initialScale, Initializer biasInitializer) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, C, H, W]");
        int channels = x.dim(1);
        return Plan.of(window.on(x).output(x, channels))
                .param(Param.scale("scale", channels, initialScale))
                .param(Param.bias("bias", channels).init(biasInitializer))
                .reads(0);
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0);
        Window w = window.on(input.shape());
        float[] x = input.data(), y = p.output(0).data();
        float[] scale = p.parameter("scale").data(), bias = p.parameter("bias").data();
        int channels = input.dim(1),
                down = w.rows().count(),
                across = w.columns().count();
        Planes.of(input).each(p.ops(), plane -> {
            float s = scale[plane % channels], b = bias[plane % channels];
            for (int i = 0, o = plane * down * across; i < down; i++, o += across) {
                blocks(w, plane, i, x, y, o);
                for (int j = o; j < o + across; j++) y[j] = s * y[j] + b;
            }
        });
    }

    @Override
    public void backward(Pass p) {
        Tensor input = p.input(0), gradient = p.outputGradient(0);
        Window w = window.on(input.shape());
        float[] x = input.data(),
                dy = gradient.data(),
                scale = p.parameter("scale").data();
        int channels = input.dim(1),
                down = w.rows().count(),
                across = w.columns().count();
        if (p.wants("bias")) p.ops().sumChannels(p.gradient("bias"), gradient);
        if (p.wants("scale")) {
            float[] dscale = p.gradient("scale").accumulator();
            float[] sums = p.scratch(channels, across).data();
            Planes work = new Planes(channels, input.size() / Math.max(1, channels));
            work.each(p.ops(), c -> {
                double sum = 0;
                int first = c * across;
                for (int plane = c; plane < input.dim(0) * channels; plane += channels) {
                    for (int i = 0, o = plane * down * across; i < down; i++, o += across) {
                        blocks(w, plane, i, x, sums, first);
                        for (int j = 0; j < across; j++) sum += (double) dy[o + j] * sums[first + j];
                    }
                }
                dscale[c] += (float) sum;
            });
        }
        if (p.wants(0)) {
            Sink sink = p.inputGradient(0);
            float[] dx = sink.accumulator();
            Planes.of(input).each(p.ops(), plane -> {
                float s = scale[plane % channels];
                for (int i = 0; i < down; i++) spread(w, plane, i, dx, s, dy, (plane * down + i) * across);
            });
        }
    }

    /** y[o + j] = the sum of block i, j of a plane. */
    private static void blocks(Window w, int plane, int i, float[] x, float[] y, int o) {
        int width = w.columns().input(),
                high = w.rows().size(),
                wide = w.columns().size();
        int corner = (plane * w.rows().input() + i * high) * width;
        for (int j = 0; j < w.columns().count(); j++, corner += wide) {
            float sum = 0;
            for (int p = 0, at = corner; p < high; p++, at += width) {
                for (int q = 0; q < wide; q++) sum += x[at + q];
            }
            y[o + j] = sum;
        }
    }

    /** Adds s dy[o + j] to every number of block i, j: one position in the block after the other, over a row of blocks. */
    private static void spread(Window w, int plane, int i, float[] dx, float s, float[] dy, int o) {
        int width = w.columns().input(),
                size = w.columns().size(),
                across = w.columns().count();
        int row = (plane * w.rows().input() + i * w.rows().size()) * width;
        for (int p = 0; p < w.rows().size(); p++, row += width) {
            for (int q = 0; q < size; q++) {
                for (int j = 0, at = row + q; j < across; j++, at += size) dx[at] += s * dy[o + j];
            }
        }
    }

    /**
     * Options: {@code pool_size} (2), {@code initial_scale} (1 / numbers in a block), {@code bias_initializer} (zeros).
     */
    @Component
    @FascicleLayer("subsampling2d")
    public static final class Factory implements Layer.Factory {
        @Override
        public Subsampling2d create(Config c) {
            Window w = Window.tiles(c);
            double mean = 1.0 / (w.rows().size() * w.columns().size());
            return new Subsampling2d(
                    w, c.real("initial_scale", mean, Range.ANY), c.initializer("bias_initializer", "zeros"));
        }
    }
}
