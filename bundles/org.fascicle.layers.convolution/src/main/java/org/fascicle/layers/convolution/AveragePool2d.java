package org.fascicle.layers.convolution;

import java.util.Arrays;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * The mean of each window of {@code [N, C, H, W]}: over the numbers inside the input, or, with {@code
 * count_include_pad}, over the padding's zeros too; what a window of {@code ceil_mode} has beyond the padding never
 * counts. Immutable and thread-safe.
 */
public record AveragePool2d(Window window, boolean countIncludePad) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, C, H, W]");
        return Plan.of(window.pooling(x).output(x, x.dim(1)));
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0);
        Window w = window.on(input.shape());
        float[] x = input.data(), y = p.output(0).data();
        Planes.of(input).each(p.ops(), plane -> forward(w, plane, x, y));
    }

    /** One position in the window after the other, over a whole row of outputs: no border checks inside. */
    private void forward(Window w, int plane, float[] x, float[] y) {
        Axis rows = w.rows(), columns = w.columns();
        int width = columns.input(), base = plane * rows.input() * width, across = columns.count();
        int stride = columns.stride(), o = plane * rows.count() * across;
        for (int i = 0; i < rows.count(); i++, o += across) {
            Arrays.fill(y, o, o + across, 0);
            int top = rows.start(i), p1 = rows.to(top), high = counted(rows, top);
            for (int p = rows.from(top); p < p1; p++) {
                int row = base + (top + p * rows.dilation()) * width + columns.start(0);
                for (int q = 0; q < columns.size(); q++) {
                    int at = row + q * columns.dilation(), end = columns.end(q);
                    for (int j = columns.first(q); j < end; j++) y[o + j] += x[at + j * stride];
                }
            }
            for (int j = 0; j < across; j++) y[o + j] /= high * counted(columns, columns.start(j));
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor dx = p.inputGradient(0).tensor();
        Window w = window.on(dx.shape());
        float[] d = p.inputGradient(0).accumulator(), dy = p.outputGradient(0).data();
        Planes.of(dx).each(p.ops(), plane -> backward(w, plane, dy, d));
    }

    private void backward(Window w, int plane, float[] dy, float[] dx) {
        Axis rows = w.rows(), columns = w.columns();
        int width = columns.input(), base = plane * rows.input() * width, o = plane * rows.count() * columns.count();
        int dr = rows.dilation() * width, dc = columns.dilation();
        for (int i = 0; i < rows.count(); i++) {
            int top = rows.start(i), p0 = rows.from(top), p1 = rows.to(top), high = counted(rows, top);
            for (int j = 0; j < columns.count(); j++) {
                int left = columns.start(j), q0 = columns.from(left), q1 = columns.to(left);
                int at = base + top * width + left;
                float d = dy[o++] / (high * counted(columns, left));
                for (int p = p0; p < p1; p++) {
                    for (int q = q0; q < q1; q++) dx[at + p * dr + q * dc] += d;
                }
            }
        }
    }

    private int counted(Axis axis, int start) {
        return countIncludePad ? axis.padded(start) : axis.to(start) - axis.from(start);
    }

    /**
     * Options: {@code pool_size} (2), {@code strides} (the pool size), {@code padding} (valid; same, same_lower),
     * {@code pads} (0; one number or [top, bottom, left, right]), {@code dilation_rate} (1), {@code ceil_mode} (false),
     * {@code count_include_pad} (false, as in Keras; PyTorch's default is true).
     */
    @Component
    @FascicleLayer("average_pool2d")
    public static final class Factory implements Layer.Factory {
        @Override
        public AveragePool2d create(Config c) {
            return new AveragePool2d(Window.pool(c), c.flag("count_include_pad", false));
        }
    }
}
