package org.fascicle.compute.ejml;

import org.fascicle.tck.AlgebraContract;
import org.fascicle.tck.OpsContract;
import org.fascicle.tensor.Ops;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contracts of backend and decompositions, the backend's with and without threads of its own. */
class ContractsTest {
    private abstract static class Threads extends OpsContract {
        private final EjmlOps ops;

        Threads(int threads) {
            ops = new EjmlOps(threads);
        }

        @Override
        protected Ops ops() {
            return ops;
        }

        @AfterEach
        void close() {
            ops.close();
        }
    }

    @Nested
    class OneThreadTest extends Threads {
        OneThreadTest() {
            super(1);
        }
    }

    @Nested
    class ThreeThreadsTest extends Threads {
        ThreeThreadsTest() {
            super(3);
        }
    }

    @Nested
    class AlgebraTest extends AlgebraContract<EjmlLinearAlgebra> {}
}
