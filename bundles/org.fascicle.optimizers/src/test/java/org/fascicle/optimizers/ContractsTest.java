package org.fascicle.optimizers;

import java.util.Map;
import org.fascicle.tck.OptimizerContract;
import org.fascicle.tck.ScheduleContract;
import org.junit.jupiter.api.Nested;

/** The contract of every optimizer and every schedule of this bundle. */
class ContractsTest {
    @Nested
    class SgdTest extends OptimizerContract<Sgd.Factory> {}

    @Nested
    class MomentumTest extends OptimizerContract<Sgd.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("momentum", 0.9, "nesterov", true, "weight_decay", 1e-3);
        }
    }

    @Nested
    class AdamTest extends OptimizerContract<Adam.Factory> {}

    @Nested
    class AmsgradTest extends OptimizerContract<Adam.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("amsgrad", true);
        }
    }

    @Nested
    class AdamwTest extends OptimizerContract<Adam.DecayedFactory> {}

    @Nested
    class ConstantRateTest extends ScheduleContract<ConstantRate> {}

    @Nested
    class StepDecayTest extends ScheduleContract<StepDecay.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("every", 30);
        }
    }

    @Nested
    class ExponentialDecayTest extends ScheduleContract<ExponentialDecay.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("gamma", 0.95, "every", 10);
        }
    }

    @Nested
    class InverseTimeDecayTest extends ScheduleContract<InverseTimeDecay.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("decay", 0.5);
        }
    }

    @Nested
    class CosineDecayTest extends ScheduleContract<CosineDecay.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("over", 100, "minimum", 1e-4);
        }
    }
}
