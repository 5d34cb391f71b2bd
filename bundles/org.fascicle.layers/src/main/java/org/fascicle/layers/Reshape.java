package org.fascicle.layers;

import java.util.Arrays;
import java.util.List;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.osgi.service.component.annotations.Component;

/**
 * {@code [N, …]} as {@code [N, target…]}, in memory order; one dimension of the target may be -1 and follows from the
 * input. Immutable and thread-safe.
 */
public record Reshape(List<Integer> target) implements Layer {
    public Reshape {
        target = List.copyOf(target);
    }

    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, …]");
        int features = x.size(1, x.rank());
        int[] dims = new int[target.size() + 1];
        dims[0] = x.dim(0);
        long known = 1;
        int open = 0;
        for (int i = 1; i < dims.length; i++) {
            dims[i] = target.get(i - 1);
            if (dims[i] == -1) open = i;
            else known *= dims[i];
        }
        if (open > 0 && features % known == 0) {
            dims[open] = (int) (features / known);
            known = features;
        }
        if (known != features) {
            throw new ShapeException("target_shape " + target + (open > 0 ? " needs a multiple of " : " needs ") + known
                    + " numbers a sample, got " + features + " from input " + x);
        }
        return Plan.of(Shape.of(dims)).trait(Trait.VIEW);
    }

    @Override
    public void forward(Pass p) {
        p.output(0).set(p.input(0));
    }

    @Override
    public void backward(Pass p) {
        p.inputGradient(0).put(p.outputGradient(0));
    }

    /** Options: {@code target_shape}, without the batch. */
    @Component
    @FascicleLayer("reshape")
    public static final class Factory implements Layer.Factory {
        @Override
        public Reshape create(Config c) {
            int[] shape = c.list("target_shape", Range.atLeast(-1));
            List<Integer> target = Arrays.stream(shape).boxed().toList();
            long open = target.stream().filter(d -> d == -1).count();
            if (open > 1 || target.contains(0)) {
                throw c.invalid("target_shape", "dimensions from 1, at most one of them -1", target);
            }
            return new Reshape(target);
        }
    }
}
