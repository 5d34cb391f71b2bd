package org.fascicle.layers;

import java.util.List;
import org.fascicle.tck.Case;
import org.fascicle.tck.LayerContract;
import org.fascicle.tck.Samples;
import org.junit.jupiter.api.Nested;

/** The contract of every layer of this bundle. */
class LayersTest {
    @Nested
    class DenseTest extends LayerContract<Dense.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("table", "units", 3).on(Samples.normal(4, 5)),
                    Case.of("sequence without bias", "units", 3, "use_bias", false)
                            .on(Samples.normal(4, 3, 2)),
                    Case.of("fused tanh", "units", 3, "activation", "tanh", "bias_initializer", "ones")
                            .on(Samples.normal(4, 5)),
                    Case.of("other initializer", "units", 6, "kernel_initializer", Case.options("type", "orthogonal"))
                            .on(Samples.normal(5, 4)));
        }
    }

    @Nested
    class FlattenTest extends LayerContract<Flatten> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("image").on(Samples.normal(4, 2, 3, 2)),
                    Case.of("flat already").on(Samples.normal(4, 3)),
                    Case.of("with activation", "activation", "tanh").on(Samples.normal(4, 3, 2)));
        }
    }

    @Nested
    class ReshapeTest extends LayerContract<Reshape.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("given", "target_shape", List.of(2, 3)).on(Samples.normal(4, 6)),
                    Case.of("open", "target_shape", List.of(3, -1, 1)).on(Samples.normal(4, 2, 6)));
        }
    }

    @Nested
    class DropoutTest extends LayerContract<Dropout.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("half", "rate", 0.5).on(Samples.normal(4, 6)),
                    Case.of("nothing", "rate", 0).on(Samples.normal(4, 2, 3)),
                    Case.of("most, with activation", "rate", 0.8, "activation", "tanh")
                            .on(Samples.normal(5, 6)));
        }
    }

    @Nested
    class NonlinearityTest extends LayerContract<Nonlinearity.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("default").on(Samples.normal(4, 6)),
                    Case.of("by name", "function", "tanh").on(Samples.normal(4, 2, 3)),
                    Case.of("by object, twice", "function", Case.options("type", "sigmoid"), "activation", "tanh")
                            .on(Samples.normal(4, 6)));
        }
    }

    @Nested
    class AddTest extends LayerContract<Add> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("two").on(Samples.normal(4, 3), Samples.normal(4, 3)),
                    Case.of("three").on(Samples.normal(4, 3, 2), Samples.normal(4, 3, 2), Samples.normal(4, 3, 2)),
                    Case.of("one").on(Samples.normal(4, 3)),
                    Case.of("broadcast").on(Samples.normal(4, 3, 1), Samples.normal(4, 2), Samples.normal(4, 3, 2)));
        }
    }

    @Nested
    class ConcatenateTest extends LayerContract<Concatenate.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("features").on(Samples.normal(4, 3), Samples.normal(4, 1), Samples.normal(4, 2)),
                    Case.of("channels", "axis", 1, "activation", "tanh")
                            .on(Samples.normal(4, 2, 2, 3), Samples.normal(4, 1, 2, 3)),
                    Case.of("one").on(Samples.normal(4, 3)));
        }
    }
}
