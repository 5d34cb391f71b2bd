package org.fascicle.activations;

import java.util.List;
import java.util.Map;
import org.fascicle.tck.ActivationContract;
import org.fascicle.tck.Case;
import org.fascicle.tck.Samples;
import org.junit.jupiter.api.Nested;

/** Every activation keeps the contract of activations. The straight-through step is left out: its gradient is wrong on purpose. */
class ContractsTest {
    @Nested
    class StepKeeps extends ActivationContract<Step.Factory> {}

    @Nested
    class LinearKeeps extends ActivationContract<Linear.Factory> {}

    @Nested
    class LinearWithSlopeKeeps extends ActivationContract<Linear.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("slope", 0.5, "intercept", 0.25);
        }
    }

    @Nested
    class SigmoidKeeps extends ActivationContract<Sigmoid> {}

    @Nested
    class TanhKeeps extends ActivationContract<Tanh> {}

    @Nested
    class ReluKeeps extends ActivationContract<Relu> {}

    @Nested
    class LeakyReluKeeps extends ActivationContract<LeakyRelu.Factory> {}

    @Nested
    class LeakyReluThatReadsInputKeeps extends ActivationContract<LeakyRelu.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("negative_slope", -0.5);
        }
    }

    @Nested
    class PreluKeeps extends ActivationContract<Prelu.Factory> {}

    @Nested
    class SharedPreluKeeps extends ActivationContract<Prelu.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("shared", true);
        }
    }

    @Nested
    class RreluKeeps extends ActivationContract<Rrelu.Factory> {}

    @Nested
    class RreluThatReadsInputKeeps extends ActivationContract<Rrelu.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("lower", -0.25);
        }
    }

    @Nested
    class EluKeeps extends ActivationContract<Elu.Factory> {}

    @Nested
    class EluWithAlphaKeeps extends ActivationContract<Elu.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("alpha", 0.5);
        }
    }

    @Nested
    class MpeluKeeps extends ActivationContract<Mpelu.Factory> {}

    @Nested
    class SoftplusKeeps extends ActivationContract<Softplus.Factory> {}

    @Nested
    class SoftplusWithBetaKeeps extends ActivationContract<Softplus.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("beta", 2);
        }
    }

    @Nested
    class MaxoutKeeps extends ActivationContract<Maxout.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("pairs").on(Samples.apart(4, 6)),
                    Case.of("threes of channels", "pieces", 3).on(Samples.apart(4, 6, 2)),
                    Case.of("pairs of the last axis", "axis", -1).on(Samples.apart(4, 3, 2)));
        }
    }

    @Nested
    class SoftmaxKeeps extends ActivationContract<Softmax.Factory> {
        @Override
        protected List<Case> cases() {
            return Cases.ofAxes();
        }
    }

    @Nested
    class LogSoftmaxKeeps extends ActivationContract<LogSoftmax.Factory> {
        @Override
        protected List<Case> cases() {
            return Cases.ofAxes();
        }
    }

    private static final class Cases {
        static List<Case> ofAxes() {
            return List.of(
                    Case.of("[4, 5]").on(Samples.normal(4, 5)),
                    Case.of("axis 1 of [4, 3, 2]", "axis", 1).on(Samples.normal(4, 3, 2)),
                    Case.of("axis -1 of [4, 2, 3]").on(Samples.normal(4, 2, 3)),
                    Case.of("axis 2 of [2, 2, 3, 2]", "axis", -2).on(Samples.normal(2, 2, 3, 2)));
        }
    }
}
