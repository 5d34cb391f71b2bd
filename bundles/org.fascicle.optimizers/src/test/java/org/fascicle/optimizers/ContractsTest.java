package org.fascicle.optimizers;

import java.util.Map;
import org.fascicle.tck.OptimizerContract;
import org.junit.jupiter.api.Nested;

/** The contract of every optimizer of this bundle. */
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
}
