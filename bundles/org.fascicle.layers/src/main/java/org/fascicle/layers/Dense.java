package org.fascicle.layers;

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
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Use;
import org.osgi.service.component.annotations.Component;

/**
 * y = x Wᵀ + b over the last axis: {@code [N, …, in]} gives {@code [N, …, units]}. Parameters: {@code kernel}
 * {@code [units, in]} and, with {@code use_bias}, {@code bias} {@code [units]}. Immutable and thread-safe.
 */
public record Dense(int units, boolean useBias, Initializer kernelInitializer, Initializer biasInitializer)
        implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        if (x.rank() < 2) {
            throw new ShapeException("input must be [N, …, features], got " + x + "; add a reshape before it");
        }
        Plan plan = Plan.of(x.with(-1, units))
                .param(Param.dense("kernel", units, x.dim(-1), kernelInitializer))
                .reads(0)
                .trait(Trait.EPILOGUE);
        return useBias ? plan.param(Param.bias("bias", units).init(biasInitializer)) : plan;
    }

    @Override
    public void forward(Pass p) {
        Epilogue e = useBias ? p.epilogue().bias(p.parameter("bias")) : p.epilogue();
        Matrix x = p.input(0).matrix(), y = p.output(0).matrix();
        p.ops().matmul(y, 0, x, p.operand("kernel", Use.RIGHT_TRANSPOSED), e);
    }

    /** dw = dyᵀ x, db = the sum of the rows of dy, dx = dy W. */
    @Override
    public void backward(Pass p) {
        Matrix x = p.input(0).matrix(), dy = p.outputGradient(0).matrix();
        if (p.wants("kernel")) {
            Sink dw = p.gradient("kernel");
            p.ops().matmul(dw.tensor().matrix(), dw.beta(), dy.t(), x, Epilogue.NONE);
        }
        if (useBias && p.wants("bias")) p.ops().sumRows(p.gradient("bias"), dy);
        if (p.wants(0)) {
            Sink dx = p.inputGradient(0);
            p.ops().matmul(dx.tensor().matrix(), dx.beta(), dy, p.operand("kernel", Use.RIGHT), Epilogue.NONE);
        }
    }

    /**
     * Options: {@code units}, {@code use_bias} (true), {@code kernel_initializer} (glorot_uniform),
     * {@code bias_initializer} (zeros).
     */
    @Component
    @FascicleLayer("dense")
    public static final class Factory implements Layer.Factory {
        @Override
        public Dense create(Config c) {
            return new Dense(
                    c.integer("units", Range.atLeast(1)),
                    c.flag("use_bias", true),
                    c.initializer("kernel_initializer", "glorot_uniform"),
                    c.initializer("bias_initializer", "zeros"));
        }
    }
}
