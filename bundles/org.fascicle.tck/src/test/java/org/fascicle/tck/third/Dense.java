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
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Use;

/** y = x Wᵀ + b over the last axis; W is {@code [units, in]}. */
public record Dense(int units, boolean bias, Initializer initializer) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        Plan p = Plan.of(x.with(-1, units))
                .param(Param.dense("kernel", units, x.dim(-1), initializer))
                .reads(0)
                .trait(Trait.EPILOGUE);
        return bias ? p.param(Param.bias("bias", units)) : p;
    }

    @Override
    public void forward(Pass p) {
        Epilogue e = bias ? p.epilogue().bias(p.parameter("bias")) : p.epilogue();
        p.ops().matmul(p.output(0).matrix(), 0, p.input(0).matrix(), p.operand("kernel", Use.RIGHT_TRANSPOSED), e);
    }

    @Override
    public void backward(Pass p) {
        Matrix dy = p.outputGradient(0).matrix();
        Sink dw = p.gradient("kernel");
        p.ops().matmul(dw.tensor().matrix(), dw.beta(), dy.t(), p.input(0).matrix(), Epilogue.NONE);
        if (bias) p.ops().sumRows(p.gradient("bias"), dy);
        if (p.wants(0)) {
            Sink dx = p.inputGradient(0);
            p.ops().matmul(dx.tensor().matrix(), dx.beta(), dy, p.operand("kernel", Use.RIGHT), Epilogue.NONE);
        }
    }

    @FascicleLayer("dense")
    public static final class Factory implements Layer.Factory {
        @Override
        public Dense create(Config c) {
            return new Dense(
                    c.integer("units", Range.POSITIVE),
                    c.flag("use_bias", true),
                    c.initializer("kernel_initializer", "glorot_uniform"));
        }
    }
}
