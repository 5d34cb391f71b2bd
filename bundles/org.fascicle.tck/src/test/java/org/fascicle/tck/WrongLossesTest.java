package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fascicle.nn.ElementLoss;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.tck.third.Mish;
import org.fascicle.tensor.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with a loss, and says what it is. */
class WrongLossesTest {
    /** (prediction - target)²: right, unless a method is overridden by a wrong one. */
    interface Squared extends ElementLoss {
        @Override
        default float value(float x, float t) {
            return (x - t) * (x - t);
        }

        @Override
        default float slope(float x, float t) {
            return 2 * (x - t);
        }
    }

    record Right() implements Squared {}

    record HalfSlope() implements Squared {
        @Override
        public float slope(float x, float t) {
            return x - t;
        }
    }

    /** Sums up the batch itself. */
    record Reduces() implements Squared {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(Shape.of(1)).reads(0, 1);
        }

        @Override
        public void forward(Pass p) {
            double sum = 0;
            for (int i = 0; i < p.input(0).size(); i++)
                sum += value(p.input(0).data()[i], p.input(1).data()[i]);
            p.output(0).data()[0] = (float) sum;
        }
    }

    /** Turns targets into -1 and 1 where they lie. */
    record WritesTarget() implements Squared {
        @Override
        public void forward(Pass p) {
            for (int i = 0; i < p.input(1).size(); i++)
                p.input(1).data()[i] = Math.signum(p.input(1).data()[i]);
            Squared.super.forward(p);
        }
    }

    record Overwrites() implements Squared {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    t = p.input(1).data(),
                    dv = p.outputGradient(0).data();
            float[] dx = p.inputGradient(0).tensor().data();
            int n = p.outputGradient(0).size(), m = p.input(0).size() / n;
            for (int i = 0; i < n * m; i++) dx[i] = dv[i / m] / m * slope(x[i], t[i]);
        }
    }

    static final class KeepsValues implements Squared {
        private float[] last = {};

        @Override
        public void forward(Pass p) {
            Squared.super.forward(p);
            last = p.output(0).data().clone();
        }
    }

    /** The differences of the last forward serve its backward. */
    static final class SharedDifferences implements Squared {
        private final float[] d = new float[100];

        @Override
        public void forward(Pass p) {
            for (int i = 0; i < p.input(0).size(); i++)
                d[i] = p.input(0).data()[i] - p.input(1).data()[i];
            Thread.yield();
            Squared.super.forward(p);
        }

        @Override
        public void backward(Pass p) {
            float[] dx = p.inputGradient(0).accumulator(),
                    dv = p.outputGradient(0).data();
            int n = p.outputGradient(0).size(), m = p.input(0).size() / n;
            for (int i = 0; i < n * m; i++) dx[i] += dv[i / m] / m * 2 * d[i];
        }
    }

    record Smoothed() implements Squared {
        @Override
        public void forward(Pass p) {
            Squared.super.forward(p);
            p.output(0).data()[0] += (float) Math.random();
        }
    }

    /** Says it can be taken on logits, and forgets the activation. */
    record ForgetsTheActivation() implements Squared {
        @Override
        public Optional<Loss> fromLogits(String activation) {
            return activation.equals("sigmoid") ? Optional.of(this) : Optional.empty();
        }
    }

    private static final class Contract extends LossContract<Layer> {
        private final Layer loss;

        Contract(Layer loss) {
            this.loss = loss;
        }

        @Override
        protected Layer plugin() {
            return loss;
        }

        @Override
        protected List<Case> cases() {
            return List.of(Case.of("small").on(Samples.normal(4, 3), Samples.uniform(-1, 1, 4, 3)));
        }
    }

    private static Wrong row(String name, Layer loss, Function<Contract, Stream<DynamicTest>> promise, String... said) {
        return Wrong.of(name, () -> Wrong.failures(promise.apply(new Contract(loss))), said);
    }

    private static Stream<DynamicTest> gradients(Contract c) {
        return c.gradientsAgreeWithDifferenceQuotientsInTraining(new TestReporter() {
            @Override
            public void publishEntry(Map<String, String> map) {
                // What is published tells of kinks; here is none.
            }
        });
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                row(
                        "wrong slope",
                        new HalfSlope(),
                        WrongLossesTest::gradients,
                        "gradient of prediction [4, 3] (training) is 2 times too small throughout"),
                row(
                        "forgotten accumulation",
                        new Overwrites(),
                        Contract::addsToGradients,
                        "gradient of prediction at [0, 0]",
                        "overwrites what another wrote before"),
                row(
                        "wrong shape",
                        new Reduces(),
                        Contract::givesValuesPerSample,
                        "outputs must begin with the batch: expected [4, …], got [1]"),
                row(
                        "mutated input",
                        new WritesTarget(),
                        Contract::leavesInputsUntouched,
                        "forward writes to input target at [0, 0]"),
                row(
                        "hidden state",
                        new KeepsValues(),
                        Contract::keepsNothingInFields,
                        "field KeepsValues.last is not final"),
                row(
                        "hidden state, seen",
                        new SharedDifferences(),
                        Contract::keepsNothingBetweenCalls,
                        "another forward in between changes what backward gives: gradient of prediction"),
                row(
                        "thread-unsafe",
                        new SharedDifferences(),
                        Contract::servesManyThreads,
                        "several threads on the same layer disturb each other: gradient of prediction"),
                row(
                        "non-deterministic",
                        new Smoothed(),
                        Contract::repeats,
                        "the same inputs, parameters and seed gave different bits (training): output value at [0]"),
                row(
                        "wrong form from logits",
                        new ForgetsTheActivation(),
                        Contract::formsFromLogitsAgree,
                        "from logits of sigmoid: output value at 0: expected"),
                row(
                        "no loss",
                        new Mish(),
                        Contract::givesValuesPerSample,
                        "a plug-in published as a loss must be or create a Loss, got org.fascicle.tck.third.Mish"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    @Test
    void findsNothingWhereNothingIsWrong() {
        Contract c = new Contract(new Right());
        List<String> found = new ArrayList<>();
        for (Stream<DynamicTest> tests : List.of(
                gradients(c),
                c.addsToGradients(),
                c.givesValuesPerSample(),
                c.leavesInputsUntouched(),
                c.keepsNothingInFields(),
                c.keepsNothingBetweenCalls(),
                c.servesManyThreads(),
                c.repeats(),
                c.formsFromLogitsAgree())) found.addAll(Wrong.failures(tests));
        assertThat(found).isEmpty();
    }
}
