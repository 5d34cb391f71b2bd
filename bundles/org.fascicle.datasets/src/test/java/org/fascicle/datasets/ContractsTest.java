package org.fascicle.datasets;

import java.util.Map;
import org.fascicle.tck.DatasetContract;
import org.junit.jupiter.api.Nested;

/** The contract of every data set of this bundle. */
class ContractsTest {
    @Nested
    class DigitsTest extends DatasetContract<Digits.Factory> {}

    @Nested
    class IrisTest extends DatasetContract<Iris.Factory> {}

    @Nested
    class XorTest extends DatasetContract<Xor.Factory> {}

    @Nested
    class MoonsTest extends DatasetContract<Moons.Factory> {}

    @Nested
    class CirclesTest extends DatasetContract<Circles.Factory> {}

    @Nested
    class SpiralsTest extends DatasetContract<Spirals.Factory> {}

    @Nested
    class BlobsTest extends DatasetContract<Blobs.Factory> {}

    @Nested
    class SineTest extends DatasetContract<Sine.Factory> {}

    @Nested
    class SplitXorTest extends DatasetContract<Xor.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("samples", 101, "noise", 0.1);
        }
    }
}
