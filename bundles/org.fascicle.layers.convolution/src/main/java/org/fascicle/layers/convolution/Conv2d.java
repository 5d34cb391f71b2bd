package org.fascicle.layers.convolution;

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
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.osgi.service.component.annotations.Component;

/**
 * 2-d convolution (cross-correlation) of {@code [N, C, H, W]} to {@code [N, filters, H', W']}: y[k, i, j] = b[k] +
 * the sum over c, p, q of w[k, c, p, q] x[c, i s - pad + p d, j s - pad + q d], c running over the group of k.
 * Parameters: {@code kernel} {@code [filters, C / groups, kh, kw]} and, with {@code use_bias}, {@code bias} {@code
 * [filters]}. With groups = C it is a depthwise convolution. Immutable and thread-safe.
 */
public record Conv2d(
        int filters,
        Window window,
        int groups,
        boolean useBias,
        Initializer kernelInitializer,
        Initializer biasInitializer)
        implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, C, H, W]");
        int channels = x.dim(1);
        if (channels == 0 || channels % groups != 0) {
            throw new ShapeException("channels must be a multiple of groups = " + groups + ", got " + channels
                    + " from input " + x + "; change groups, or the layer before");
        }
        int kh = window.rows().size(), kw = window.columns().size();
        Plan plan = Plan.of(window.on(x).output(x, filters))
                .param(Param.conv("kernel", filters, channels / groups, kernelInitializer, kh, kw))
                .reads(0)
                .trait(Trait.EPILOGUE);
        return useBias ? plan.param(Param.bias("bias", filters).init(biasInitializer)) : plan;
    }

    @Override
    public void forward(Pass p) {
        Tensor x = p.input(0);
        Epilogue e = useBias ? p.epilogue().bias(p.parameter("bias")) : p.epilogue();
        p.ops().conv(geometry(x), p.output(0), x, p.operand("kernel", Use.CONV), e);
    }

    @Override
    public void backward(Pass p) {
        Tensor x = p.input(0), dy = p.outputGradient(0);
        Conv g = geometry(x);
        if (p.wants("kernel")) p.ops().convWeightGradient(g, p.gradient("kernel"), x, dy);
        if (useBias && p.wants("bias")) p.ops().sumChannels(p.gradient("bias"), dy);
        if (p.wants(0)) {
            p.ops().convInputGradient(g, p.inputGradient(0), p.operand("kernel", Use.CONV_INPUT_GRADIENT), dy);
        }
    }

    private Conv geometry(Tensor x) {
        Window w = window.on(x.shape());
        return new Conv(
                groups,
                w.rows().stride(),
                w.columns().stride(),
                w.rows().before(),
                w.columns().before(),
                w.rows().dilation(),
                w.columns().dilation());
    }

    /**
     * Options: {@code filters}, {@code kernel_size}, {@code strides} (1), {@code padding} (valid; same, same_lower),
     * {@code pads} (0; one number or [top, bottom, left, right]), {@code dilation_rate} (1), {@code groups} (1),
     * {@code use_bias} (true), {@code kernel_initializer} (glorot_uniform), {@code bias_initializer} (zeros).
     */
    @Component
    @FascicleLayer("conv2d")
    public static final class Factory implements Layer.Factory {
        @Override
        public Conv2d create(Config c) {
            int filters = c.integer("filters", Range.atLeast(1)), groups = c.integer("groups", 1, Range.atLeast(1));
            Conv2d layer = new Conv2d(
                    filters,
                    Window.kernel(c),
                    groups,
                    c.flag("use_bias", true),
                    c.initializer("kernel_initializer", "glorot_uniform"),
                    c.initializer("bias_initializer", "zeros"));
            if (filters % groups != 0) throw c.invalid("groups", "a divisor of filters = " + filters, groups);
            return layer;
        }
    }
}
