package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.fascicle.nn.Activation;
import org.fascicle.tensor.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of activations finds what is wrong with a scalar function, and says what it is. */
class WrongFunctionsTest {
    /** Scalar functions that break one promise each. */
    abstract static class Cube implements Activation {
        @Override
        public float apply(float x) {
            return x * x * x / 3;
        }

        @Override
        public float slope(float x, float y) {
            return x * x;
        }
    }

    @Test
    void blockFormThatDisagreesIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public void apply(Block b, float[] y, float[] x, int n) {
                        for (int i = 0; i < n; i++) y[i] = x[i] * x[i] * x[i] / 3.01f;
                    }
                },
                10);
        assertThat(check.blockFormsAgree())
                .first()
                .asString()
                .startsWith("apply(Block, …) with n = 1 disagrees with the scalar form at index 0");
    }

    @Test
    void blockFormThatWritesBeyondItsEndIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public void slope(Block b, float[] dx, float[] x, float[] y, float[] dy, int n) {
                        for (int i = 0; i < dx.length; i++) dx[i] = dy[i] * x[i] * x[i];
                    }
                },
                10);
        assertThat(check.blockFormsAgree()).first().asString().contains("slope(Block, …) with n = 1 writes at index 1");
    }

    @Test
    void slopeThatReadsXInSecretIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public boolean slopeNeedsInput() {
                        return false;
                    }
                },
                10);
        assertThat(check.slopeReadsWhatItNeeds())
                .first()
                .asString()
                .startsWith("slope reads x although slopeNeedsInput() is false");
    }

    @Test
    void wrongSlopeIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public float slope(float x, float y) {
                        return 1.01f * x * x;
                    }
                },
                10);
        assertThat(check.slopeIsTheDerivative()).first().asString().startsWith("slope at x = ");
    }

    @Test
    void overflowIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public float apply(float x) {
                        return (float) Math.log(1 + Math.exp(x));
                    }
                },
                1e4);
        assertThat(check.isFinite()).first().asString().contains("does an intermediate overflow?");
    }

    /** A running mean of what came in, as if there were no other models and threads. */
    static final class Centres extends Cube {
        private final float[] mean = new float[1];

        @Override
        public float apply(float x) {
            mean[0] += 0.01f * (x - mean[0]);
            Thread.yield();
            return x - mean[0];
        }

        @Override
        public float slope(float x, float y) {
            return 1;
        }
    }

    static final class Jitters extends Cube {
        @Override
        public float apply(float x) {
            return super.apply(x) + (float) (1e-3 * Math.random());
        }
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                Wrong.of(
                        "hidden state",
                        () -> Wrong.failures(contract(new Centres()).keepsNothingInFields()),
                        "field Centres.mean changes while the layer runs"),
                Wrong.of(
                        "hidden state, seen",
                        () -> Wrong.failures(contract(new Centres()).repeats()),
                        "the same inputs, parameters and seed gave different bits (training): output y at"),
                Wrong.of(
                        "thread-unsafe",
                        () -> Wrong.failures(contract(new Centres()).servesManyThreads()),
                        "several threads on the same layer disturb each other: output y at"),
                Wrong.of(
                        "non-deterministic",
                        () -> Wrong.failures(contract(new Jitters()).repeats()),
                        "gave different bits (inference): output y at"));
    }

    private static ActivationContract<Activation> contract(Activation a) {
        return new ActivationContract<>() {
            @Override
            protected Activation plugin() {
                return a;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }
}
