package ${package};

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
import org.osgi.service.component.annotations.Component;

/** y = x Wᵀ + b over the last axis, the layer to begin with: put your own in its place. W is {@code [units, features]}. */
public record ${className}(int units, Initializer initializer) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        return Plan.of(x.with(-1, units))
                .param(Param.dense("kernel", units, x.dim(-1), initializer))
                .param(Param.bias("bias", units))
                .reads(0)
                .trait(Trait.EPILOGUE);
    }

    @Override
    public void forward(Pass p) {
        Matrix x = p.input(0).matrix(), y = p.output(0).matrix();
        p.ops().matmul(y, 0, x, p.operand("kernel", Use.RIGHT_TRANSPOSED), p.epilogue().bias(p.parameter("bias")));
    }

    @Override
    public void backward(Pass p) {
        Matrix x = p.input(0).matrix(), dy = p.outputGradient(0).matrix();
        Sink dw = p.gradient("kernel");
        p.ops().matmul(dw.tensor().matrix(), dw.beta(), dy.t(), x, Epilogue.NONE);
        p.ops().sumRows(p.gradient("bias"), dy);
        if (p.wants(0)) {
            Sink dx = p.inputGradient(0);
            p.ops().matmul(dx.tensor().matrix(), dx.beta(), dy, p.operand("kernel", Use.RIGHT), Epilogue.NONE);
        }
    }

    /** What it asks for are its options. */
    @Component
    @FascicleLayer("${layer}")
    public static final class Factory implements Layer.Factory {
        @Override
        public ${className} create(Config c) {
            return new ${className}(
                    c.integer("units", Range.POSITIVE), c.initializer("kernel_initializer", "glorot_uniform"));
        }
    }
}
