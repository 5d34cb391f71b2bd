package org.fascicle.layers.initializers;

import java.util.List;
import java.util.Map;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.tck.InitializerContract;
import org.junit.jupiter.api.Nested;

/** The contract of every initializer of this bundle. */
class ContractsTest {
    @Nested
    class VarianceScalingTest extends InitializerContract<VarianceScaling.Factory> {}

    @Nested
    class GlorotUniformTest extends InitializerContract<VarianceScaling.GlorotUniform> {}

    @Nested
    class GlorotNormalTest extends InitializerContract<VarianceScaling.GlorotNormal> {}

    @Nested
    class HeUniformTest extends InitializerContract<VarianceScaling.HeUniform> {}

    @Nested
    class HeNormalTest extends InitializerContract<VarianceScaling.HeNormal> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("distribution", "normal", "mode", "fan_out");
        }
    }

    @Nested
    class LecunUniformTest extends InitializerContract<VarianceScaling.LecunUniform> {}

    @Nested
    class LecunNormalTest extends InitializerContract<VarianceScaling.LecunNormal> {}

    @Nested
    class UniformTest extends InitializerContract<Uniform.Factory> {}

    @Nested
    class NormalTest extends InitializerContract<Normal.Factory> {}

    @Nested
    class TruncatedNormalTest extends InitializerContract<TruncatedNormal.Factory> {}

    @Nested
    class OrthogonalTest extends InitializerContract<Orthogonal.Factory> {}

    @Nested
    class ConstantTest extends InitializerContract<Constant.Factory> {}

    @Nested
    class ZerosTest extends InitializerContract<Zeros> {}

    @Nested
    class OnesTest extends InitializerContract<Ones> {}

    @Nested
    class IdentityTest extends InitializerContract<Identity.Factory> {
        @Override
        protected List<Param> params() {
            return List.of(
                    Param.dense("kernel", 6, 4, Initializer.ZEROS), Param.dense("kernel", 4, 4, Initializer.ZEROS));
        }
    }
}
