package org.fascicle.layers.convolution;

import java.util.List;
import org.fascicle.tck.Case;
import org.fascicle.tck.LayerContract;
import org.fascicle.tck.Samples;
import org.junit.jupiter.api.Nested;

/** The contract of every layer of this bundle. */
class LayersTest {
    @Nested
    class Conv2dTest extends LayerContract<Conv2d.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("valid", "filters", 2, "kernel_size", List.of(2, 3)).on(Samples.normal(4, 2, 3, 4)),
                    Case.of(
                                    "same, strided, fused tanh",
                                    "filters",
                                    2,
                                    "kernel_size",
                                    3,
                                    "strides",
                                    2,
                                    "padding",
                                    "same",
                                    "activation",
                                    "tanh")
                            .on(Samples.normal(4, 1, 4, 3)),
                    Case.of(
                                    "depthwise with pads",
                                    "filters",
                                    4,
                                    "kernel_size",
                                    2,
                                    "groups",
                                    2,
                                    "pads",
                                    List.of(1, 0, 0, 1),
                                    "use_bias",
                                    false)
                            .on(Samples.normal(4, 2, 3, 3)),
                    Case.of("dilated", "filters", 1, "kernel_size", 2, "dilation_rate", 2, "bias_initializer", "ones")
                            .on(Samples.normal(4, 2, 4, 3)));
        }
    }

    @Nested
    class MaxPool2dTest extends LayerContract<MaxPool2d.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("default").on(Samples.apart(4, 2, 4, 4)),
                    Case.of("overlapping, same", "pool_size", 3, "strides", 2, "padding", "same", "activation", "tanh")
                            .on(Samples.apart(4, 1, 5, 4)),
                    Case.of(
                                    "pads, ceil",
                                    "pool_size",
                                    List.of(2, 3),
                                    "pads",
                                    1,
                                    "ceil_mode",
                                    true,
                                    "dilation_rate",
                                    List.of(1, 2))
                            .on(Samples.apart(4, 1, 4, 6)));
        }
    }

    @Nested
    class AveragePool2dTest extends LayerContract<AveragePool2d.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("default").on(Samples.normal(4, 2, 4, 4)),
                    Case.of("overlapping, same", "pool_size", 3, "strides", 2, "padding", "same")
                            .on(Samples.normal(4, 1, 5, 4)),
                    Case.of(
                                    "pads count, ceil",
                                    "pool_size",
                                    List.of(2, 3),
                                    "pads",
                                    1,
                                    "ceil_mode",
                                    true,
                                    "count_include_pad",
                                    true)
                            .on(Samples.normal(4, 1, 4, 5)));
        }
    }

    @Nested
    class GlobalAveragePool2dTest extends LayerContract<GlobalAveragePool2d.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("default").on(Samples.normal(4, 2, 3, 2)),
                    Case.of("keepdims", "keepdims", true).on(Samples.normal(4, 2, 3, 2)));
        }
    }

    @Nested
    class GlobalMaxPool2dTest extends LayerContract<GlobalMaxPool2d.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("default").on(Samples.apart(4, 2, 3, 2)),
                    Case.of("keepdims", "keepdims", true, "activation", "tanh").on(Samples.apart(4, 2, 3, 2)));
        }
    }

    @Nested
    class Subsampling2dTest extends LayerContract<Subsampling2d.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("LeNet-5", "activation", "sigmoid").on(Samples.normal(4, 2, 4, 4)),
                    Case.of("blocks and a rest", "pool_size", List.of(1, 3), "initial_scale", 1)
                            .on(Samples.normal(4, 2, 2, 5)));
        }
    }
}
