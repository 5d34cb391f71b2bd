package org.fascicle.tck.third;

import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** Convolution of {@code [N, C, H, W]} with {@code [filters, C / groups, k, k]}, padded on all sides. */
public record Conv2d(int filters, int size, Conv geometry, Initializer initializer) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, C, H, W]");
        int groups = geometry.groups();
        if (x.dim(1) % groups != 0)
            throw new ShapeException("channels must be a multiple of groups = " + groups + ", got " + x.dim(1));
        int h = length(x.dim(2), geometry.padTop(), geometry.strideH()),
                w = length(x.dim(3), geometry.padLeft(), geometry.strideW());
        return Plan.of(Shape.of(x.dim(0), filters, h, w))
                .param(Param.conv("kernel", filters, x.dim(1) / groups, initializer, size, size))
                .param(Param.bias("bias", filters))
                .reads(0)
                .trait(Trait.EPILOGUE);
    }

    private int length(int n, int pad, int stride) {
        int room = n + 2 * pad - geometry.dilationH() * (size - 1) - 1;
        if (room < 0)
            throw new ShapeException(
                    "the kernel is larger than the padded image of length " + (n + 2 * pad) + "; add padding");
        return room / stride + 1;
    }

    @Override
    public void forward(Pass p) {
        p.ops()
                .conv(
                        geometry,
                        p.output(0),
                        p.input(0),
                        p.operand("kernel", Use.CONV),
                        p.epilogue().bias(p.parameter("bias")));
    }

    @Override
    public void backward(Pass p) {
        Tensor dy = p.outputGradient(0);
        p.ops().convWeightGradient(geometry, p.gradient("kernel"), p.input(0), dy);
        p.ops().sumChannels(p.gradient("bias"), dy);
        if (p.wants(0))
            p.ops().convInputGradient(geometry, p.inputGradient(0), p.operand("kernel", Use.CONV_INPUT_GRADIENT), dy);
    }

    @FascicleLayer("conv2d")
    public static final class Factory implements Layer.Factory {
        @Override
        public Conv2d create(Config c) {
            int stride = c.integer("strides", 1, Range.POSITIVE), pad = c.integer("padding", 0, Range.NOT_NEGATIVE);
            int dilation = c.integer("dilation_rate", 1, Range.POSITIVE),
                    groups = c.integer("groups", 1, Range.POSITIVE);
            int filters = c.integer("filters", Range.POSITIVE), size = c.integer("kernel_size", Range.POSITIVE);
            Initializer initializer = c.initializer("kernel_initializer", "glorot_uniform");
            if (filters % groups != 0) throw c.invalid("groups", "a divisor of filters = " + filters, groups);
            return new Conv2d(
                    filters, size, new Conv(groups, stride, stride, pad, pad, dilation, dilation), initializer);
        }
    }
}
