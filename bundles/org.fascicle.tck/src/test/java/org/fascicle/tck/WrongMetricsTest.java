package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.fascicle.nn.Metric;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with a metric, and says what it is. */
class WrongMetricsTest {
    /** The mean of (prediction - target)²: right, unless a method is overridden by a wrong one. */
    interface Error extends Metric {
        @Override
        default int size(Shape prediction, Shape target) {
            if (!prediction.equals(target))
                throw new ShapeException(
                        "prediction " + prediction + " and target " + target + " must have the same shape");
            return 2;
        }

        @Override
        default void add(double[] sum, Tensor prediction, Tensor target) {
            sum[0] += squares(prediction, target);
            sum[1] += prediction.size();
        }

        @Override
        default double value(double[] sum) {
            return sum[0] / sum[1];
        }

        @Override
        default boolean increasing() {
            return false;
        }
    }

    private static double squares(Tensor prediction, Tensor target) {
        double s = 0;
        for (int i = 0; i < prediction.size(); i++)
            s += Math.pow((double) prediction.data()[i] - target.data()[i], 2);
        return s;
    }

    record Right() implements Error {}

    record Overwrites() implements Error {
        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            sum[0] = squares(prediction, target);
            sum[1] = prediction.size();
        }
    }

    record MeanOfMeans() implements Error {
        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            sum[0] += squares(prediction, target) / prediction.size();
            sum[1]++;
        }
    }

    /** A running mean: batches are right, but two of them cannot be added. */
    record RunningMean() implements Error {
        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            sum[0] = (sum[0] * sum[1] + squares(prediction, target)) / (sum[1] + prediction.size());
            sum[1] += prediction.size();
        }

        @Override
        public double value(double[] sum) {
            return sum[1] == 0 ? Double.NaN : sum[0];
        }
    }

    record WritesPrediction() implements Error {
        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            Error.super.add(sum, prediction, target);
            prediction.data()[2] = 0;
        }
    }

    record WritesSum() implements Error {
        @Override
        public double value(double[] sum) {
            return sum[0] /= sum[1];
        }
    }

    record ReadsTheWholeArray() implements Error {
        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            for (int i = 0; i < prediction.data().length; i++)
                sum[0] += Math.pow(prediction.data()[i] - target.data()[i], 2);
            sum[1] += prediction.size();
        }
    }

    record GuessesZero() implements Error {
        @Override
        public double value(double[] sum) {
            return sum[1] == 0 ? 0 : sum[0] / sum[1];
        }
    }

    record SizeOfTheBatch() implements Error {
        @Override
        public int size(Shape prediction, Shape target) {
            return Error.super.size(prediction, target) + prediction.dim(0);
        }
    }

    record TakesAnyShape() implements Error {
        @Override
        public int size(Shape prediction, Shape target) {
            return 2;
        }
    }

    static final class HiddenState implements Error {
        private double count;

        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            Error.super.add(sum, prediction, target);
            sum[1] = count += prediction.size();
        }
    }

    static final class SharedScratch implements Error {
        private final double[] scratch = new double[1];

        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            scratch[0] = squares(prediction, target);
            Thread.yield();
            sum[0] += scratch[0];
            sum[1] += prediction.size();
        }
    }

    record Unrepeatable() implements Error {
        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            Error.super.add(sum, prediction, target);
            sum[0] += Math.random();
        }
    }

    record Upside() implements Error {
        @Override
        public boolean increasing() {
            return true;
        }
    }

    record Offset() implements Error {
        @Override
        public double value(double[] sum) {
            return sum[0] / sum[1] + 0.1;
        }
    }

    private static final Tensor TARGET = Samples.normal(5, 3);

    private static MetricCheck check(Metric m) {
        return new MetricCheck(m, Samples.uniform(-1, 1, 5, 3), TARGET);
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                Wrong.of(
                        "forgotten accumulation",
                        check(new Overwrites())::batchesDoNotMatter,
                        "in one batch of 5, and",
                        "in batches that begin at [0, 1]",
                        "add to the sum (+=)"),
                Wrong.of("mean of means", check(new MeanOfMeans())::batchesDoNotMatter, "divide in value() only"),
                Wrong.of(
                        "running mean",
                        check(new RunningMean())::sumsCanBeMerged,
                        "of the sums of two parts, added number by number",
                        "no means"),
                Wrong.of(
                        "mutated input",
                        check(new WritesPrediction())::leavesArgumentsUntouched,
                        "add writes to its prediction at [0, 2]"),
                Wrong.of("mutated sum", check(new WritesSum())::leavesArgumentsUntouched, "value writes to the sum"),
                Wrong.of(
                        "reads the whole array",
                        check(new ReadsTheWholeArray())::readsItsTensorsOnly,
                        "and NaN when the arrays are longer",
                        "loop to size()"),
                Wrong.of(
                        "guesses for nothing",
                        check(new GuessesZero())::nothingIsNaN,
                        "value is 0.0 although nothing was added: expected NaN"),
                Wrong.of(
                        "size of the batch",
                        check(new SizeOfTheBatch())::sizeIsConstant,
                        "size is 7 for a batch of 5 and 3 for one of 1"),
                Wrong.of(
                        "wrong shape",
                        check(new TakesAnyShape())::rejectsWrongShapes,
                        "size of prediction [5, 3] and target [6, 3]: expected a ShapeException, nothing was thrown"),
                Wrong.of(
                        "hidden state",
                        check(new HiddenState())::keepsNothingBetweenCalls,
                        "after another sum: keep everything in the sum"),
                Wrong.of(
                        "hidden state in a field",
                        check(new HiddenState())::keepsNothingInFields,
                        "field HiddenState.count is not final"),
                Wrong.of(
                        "thread-unsafe",
                        check(new SharedScratch())::servesManyThreads,
                        "several threads on the same metric disturb each other: sums ["),
                Wrong.of(
                        "non-deterministic",
                        check(new Unrepeatable())::keepsNothingBetweenCalls,
                        "the sum of the same samples was",
                        "draw nothing"),
                Wrong.of(
                        "wrong direction",
                        () -> check(new Upside()).perfectIsBest(TARGET, 0),
                        "is increasing() = true right?"),
                Wrong.of(
                        "wrong value",
                        () -> check(new Offset()).perfectIsBest(TARGET, 0),
                        "value of a prediction without fault: expected 0.0, got 0.1"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws Exception {
        MetricCheck m = check(new Right());
        assertThat(Stream.of(
                                m.sizeIsConstant(),
                                m.nothingIsNaN(),
                                m.batchesDoNotMatter(),
                                m.sumsCanBeMerged(),
                                m.leavesArgumentsUntouched(),
                                m.readsItsTensorsOnly(),
                                m.keepsNothingBetweenCalls(),
                                m.keepsNothingInFields(),
                                m.servesManyThreads(),
                                m.rejectsWrongShapes(),
                                m.perfectIsBest(TARGET, 0))
                        .flatMap(List::stream))
                .isEmpty();
    }
}
