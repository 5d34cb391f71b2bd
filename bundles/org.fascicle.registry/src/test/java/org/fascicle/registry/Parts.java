package org.fascicle.registry;

import java.util.function.Function;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;

/** Plug-ins that do nothing but be there. */
final class Parts {
    private Parts() {}

    /** An activation told apart by its factor. */
    record Scaled(float factor) implements Activation {
        @Override
        public float apply(float x) {
            return factor * x;
        }

        @Override
        public float slope(float x, float y) {
            return factor;
        }
    }

    /** A layer, or a loss, that holds what its options gave. */
    record Holder(Object content) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {}

        @Override
        public void backward(Pass p) {}
    }

    record SomeLoss(Object content) implements Loss {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {}

        @Override
        public void backward(Pass p) {}
    }

    /** A factory of holders of what is asked. */
    static Layer.Factory asking(Function<Config, Object> question) {
        return c -> new Holder(question.apply(c));
    }
}
