package org.fascicle.tck;

import static org.fascicle.tck.Case.options;
import static org.fascicle.tck.Samples.apart;
import static org.fascicle.tck.Samples.causal;
import static org.fascicle.tck.Samples.indices;
import static org.fascicle.tck.Samples.mask;
import static org.fascicle.tck.Samples.normal;
import static org.fascicle.tck.Samples.oneHot;

import java.util.List;
import java.util.Map;
import org.fascicle.tck.third.Adam;
import org.fascicle.tck.third.BatchNorm;
import org.fascicle.tck.third.Bidirectional;
import org.fascicle.tck.third.CategoricalCrossentropy;
import org.fascicle.tck.third.Concatenate;
import org.fascicle.tck.third.Conv2d;
import org.fascicle.tck.third.Ctc;
import org.fascicle.tck.third.Dense;
import org.fascicle.tck.third.Embedding;
import org.fascicle.tck.third.Lbfgs;
import org.fascicle.tck.third.LeakyRelu;
import org.fascicle.tck.third.Lstm;
import org.fascicle.tck.third.Maxout;
import org.fascicle.tck.third.MeanSquaredError;
import org.fascicle.tck.third.Mish;
import org.fascicle.tck.third.MishBlock;
import org.fascicle.tck.third.MultiHeadAttention;
import org.fascicle.tck.third.Noisy;
import org.fascicle.tck.third.Ode;
import org.fascicle.tck.third.Prelu;
import org.fascicle.tck.third.Repeat;
import org.fascicle.tck.third.Rrelu;
import org.fascicle.tck.third.Salt;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tck.third.Softmax;
import org.fascicle.tck.third.Tanh;
import org.fascicle.tck.third.ThirdParty;
import org.fascicle.tck.third.Triplet;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Nested;

/** Plug-ins of all sorts keep the contracts. */
class ThirdPartyTest {
    private static final Map<String, Object> LSTM = options("type", "lstm", "units", 3);

    private static Map<String, Object> dense(int units, Object activation) {
        return options("type", "dense", "units", units, "activation", activation);
    }

    /** A layer contract whose options may name all plug-ins of this package. */
    private abstract static class Contract<P> extends LayerContract<P> {
        @Override
        protected void plugins(Parts parts) {
            ThirdParty.addTo(parts);
        }
    }

    @Nested
    class MishTest extends ActivationContract<Mish> {}

    @Nested
    class MishBlockTest extends ActivationContract<MishBlock> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("[4, 40]").on(normal(4, 40)));
        }
    }

    @Nested
    class TanhTest extends ActivationContract<Tanh> {}

    @Nested
    class LeakyReluTest extends ActivationContract<LeakyRelu.Factory> {}

    @Nested
    class SteepLeakyReluTest extends ActivationContract<LeakyRelu.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("negative_slope", -0.5);
        }
    }

    @Nested
    class PreluTest extends ActivationContract<Prelu> {}

    @Nested
    class RreluTest extends ActivationContract<Rrelu.Factory> {}

    @Nested
    class NoisyTest extends ActivationContract<Noisy> {}

    @Nested
    class SoftmaxTest extends ActivationContract<Softmax> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("of 5").on(normal(4, 5)), Case.of("of 100").on(normal(4, 100)));
        }
    }

    @Nested
    class MaxoutTest extends ActivationContract<Maxout.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("pieces", 3);
        }
    }

    @Nested
    class ConcatenateTest extends Contract<Concatenate> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("three").on(normal(4, 2), normal(4, 3), normal(4, 1)));
        }
    }

    @Nested
    class DenseTest extends Contract<Dense.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("plain", "units", 3).on(normal(4, 5)),
                    Case.of("sequence, no bias", "units", 3, "use_bias", false).on(normal(4, 2, 5)),
                    Case.of("tanh fused", "units", 3, "activation", "tanh").on(normal(4, 5)),
                    Case.of("mish applied", "units", 3, "activation", "mish_block")
                            .on(normal(4, 5)),
                    Case.of("softmax after", "units", 3, "activation", "softmax")
                            .on(normal(4, 5)),
                    Case.of("prelu after", "units", 3, "activation", "prelu").on(normal(4, 5)),
                    Case.of("maxout after", "units", 6, "activation", options("type", "maxout", "pieces", 2))
                            .on(normal(4, 5)));
        }
    }

    @Nested
    class Conv2dTest extends Contract<Conv2d.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of(
                                    "padded, strided, grouped",
                                    "filters",
                                    4,
                                    "kernel_size",
                                    3,
                                    "padding",
                                    1,
                                    "strides",
                                    2,
                                    "groups",
                                    2)
                            .on(normal(4, 2, 5, 4)),
                    Case.of("dilated, tanh", "filters", 2, "kernel_size", 2, "dilation_rate", 2, "activation", "tanh")
                            .on(normal(4, 2, 4, 5)));
        }
    }

    @Nested
    class BatchNormTest extends Contract<BatchNorm.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("plain").on(normal(6, 3, 2)),
                    Case.of("tanh applied", "activation", "tanh").on(normal(6, 3)));
        }
    }

    @Nested
    class EmbeddingTest extends Contract<Embedding.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("plain", "input_dim", 5, "output_dim", 3).on(indices(5, 4, 6)));
        }
    }

    @Nested
    class LstmTest extends Contract<Lstm.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("plain", "units", 3).on(normal(4, 5, 2)),
                    Case.of("mask", "units", 3).on(normal(4, 5, 2), mask(4, 5)),
                    Case.of("mask, state", "units", 3, "stateful", true)
                            .on(normal(4, 5, 2), mask(4, 5))
                            .inSession(),
                    Case.of("tanh applied", "units", 3, "activation", "tanh").on(normal(4, 5, 2)));
        }
    }

    @Nested
    class MultiHeadAttentionTest extends Contract<MultiHeadAttention.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("plain", "num_heads", 2).on(normal(4, 3, 4), normal(4, 5, 4), normal(4, 5, 4)),
                    Case.of("mask", "num_heads", 2)
                            .on(normal(4, 3, 4), normal(4, 5, 4), normal(4, 5, 4), causal(4, 3, 5)));
        }
    }

    @Nested
    class BidirectionalTest extends Contract<Bidirectional.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("plain", "layer", LSTM).on(normal(4, 5, 2)),
                    Case.of("mask", "layer", LSTM).on(normal(4, 5, 2), mask(4, 5)));
        }
    }

    /** A repeated batch norm is in {@link NormOfNormTest}. */
    @Nested
    class RepeatTest extends Contract<Repeat.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("dense, tanh", "times", 3, "layer", dense(4, "tanh"))
                            .on(normal(4, 4)),
                    Case.of("dense, softmax", "times", 2, "layer", dense(3, "softmax"))
                            .on(normal(4, 3)),
                    Case.of("dense, prelu", "times", 2, "layer", dense(3, "prelu"))
                            .on(normal(4, 3)),
                    Case.of("rrelu", "times", 2, "layer", options("type", "rrelu"))
                            .on(apart(4, 3)),
                    Case.of("noisy", "times", 2, "layer", options("type", "noisy"))
                            .on(normal(4, 3)));
        }
    }

    @Nested
    class OdeTest extends Contract<Ode.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("dense, tanh", "step", 0.7, "layer", dense(4, "tanh"))
                            .on(normal(4, 4)),
                    Case.of(
                                    "batch_norm, tanh",
                                    "step",
                                    0.5,
                                    "layer",
                                    options("type", "batch_norm", "activation", "tanh"))
                            .on(normal(6, 3)),
                    Case.of("repeat", "layer", options("type", "repeat", "layer", dense(3, "mish")))
                            .on(normal(4, 3)),
                    Case.of("dense, rrelu", "step", 0.5, "layer", dense(3, "rrelu"))
                            .on(normal(4, 3)),
                    Case.of("dense, noisy", "step", 0.5, "layer", dense(3, "noisy"))
                            .on(normal(4, 3)));
        }
    }

    @Nested
    class MeanSquaredErrorTest extends LossContract<MeanSquaredError> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("plain").on(normal(4, 3), normal(4, 3)));
        }
    }

    @Nested
    class CategoricalCrossentropyTest extends LossContract<CategoricalCrossentropy> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("plain").on(normal(4, 5), oneHot(4, 5)));
        }
    }

    @Nested
    class TripletTest extends LossContract<Triplet.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("plain", "margin", 2.0).on(normal(4, 3), normal(4, 3), normal(4, 3)));
        }
    }

    @Nested
    class CtcTest extends LossContract<Ctc> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("plain")
                    .on(
                            normal(4, 7, 4),
                            Tensor.of(Shape.of(4, 3), 1, 2, 2, 3, 1, 0, 2, 2, 0, 1, 0, 0),
                            Tensor.of(Shape.of(4), 7, 6, 7, 5),
                            Tensor.of(Shape.of(4), 3, 2, 2, 1)));
        }
    }

    @Nested
    class SgdTest extends OptimizerContract<Sgd.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("momentum", 0.9);
        }
    }

    @Nested
    class AdamTest extends OptimizerContract<Adam.Factory> {}

    @Nested
    class LbfgsTest extends OptimizerContract<Lbfgs> {
        @Override
        protected double rate() {
            return 1;
        }

        @Override
        protected int steps() {
            return 30;
        }
    }

    @Nested
    class SaltTest extends AugmentationContract<Salt> {}
}
