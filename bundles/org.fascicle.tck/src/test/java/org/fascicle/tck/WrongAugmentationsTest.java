package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.fascicle.data.Augmentation;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with an augmentation, and says what it is. */
class WrongAugmentationsTest {
    /** y = x + one draw: right, unless a method is overridden by a wrong one. */
    interface Brightness extends Augmentation {
        @Override
        default void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(draws.uniform(0), in.size(), from, fromAt, to, toAt);
        }
    }

    private static void add(float u, int n, float[] from, int fromAt, float[] to, int toAt) {
        for (int i = 0; i < n; i++) to[toAt + i] = from[fromAt + i] + u;
    }

    record Right() implements Brightness {}

    record WritesItsSource() implements Brightness {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            for (int i = 0; i < in.size(); i++) from[fromAt + i] += draws.uniform(0);
            System.arraycopy(from, fromAt, to, toAt, in.size());
        }
    }

    record WritesTheWholeArray() implements Brightness {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            Brightness.super.apply(draws, in, from, fromAt, to, toAt);
            to[toAt + in.size()] = 0;
        }
    }

    record ForgetsTheLast() implements Brightness {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(draws.uniform(0), in.size() - 1, from, fromAt, to, toAt);
        }
    }

    /** Shifts by one and takes what comes in from the sample before. */
    record ReadsTheNeighbour() implements Brightness {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(draws.uniform(0), in.size(), from, fromAt - 1, to, toAt);
        }
    }

    record IgnoresTheOffset() implements Brightness {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(draws.uniform(0), in.size(), from, fromAt, to, 0);
        }
    }

    static final class RandomOfItsOwn implements Brightness {
        private final Random random = new Random(1);

        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(random.nextFloat(), in.size(), from, fromAt, to, toAt);
        }
    }

    static final class CountsSamples implements Brightness {
        private int samples;

        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(draws.uniform(samples++), in.size(), from, fromAt, to, toAt);
        }
    }

    static final class SharedScratch implements Brightness {
        private final float[] scratch = new float[100];

        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(draws.uniform(0), in.size(), from, fromAt, scratch, 0);
            Thread.yield();
            System.arraycopy(scratch, 0, to, toAt, in.size());
        }
    }

    record Constant() implements Brightness {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(0.5f, in.size(), from, fromAt, to, toAt);
        }
    }

    record DrawsInSecret() implements Brightness {
        @Override
        public boolean random() {
            return false;
        }
    }

    record RandomCrop() implements Brightness {
        @Override
        public Shape shape(Shape in) {
            return in.with(-1, in.dim(-1) - 1);
        }
    }

    record TakesImagesOnly() implements Brightness {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            add(draws.uniform(0), in.dim(0) * in.dim(1) * in.dim(2), from, fromAt, to, toAt);
        }
    }

    private static AugmentationCheck check(Augmentation a) {
        return new AugmentationCheck(a, Samples.normal(2, 3, 4));
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                Wrong.of(
                        "mutated input",
                        check(new WritesItsSource())::leavesItsSourceUntouched,
                        "apply writes to its source at fromAt + 0",
                        "belongs to the caller"),
                Wrong.of(
                        "writes behind",
                        check(new WritesTheWholeArray())::fillsItsPlace,
                        "apply writes behind its place: expected index toAt to toAt + 23",
                        "another sample lies there"),
                Wrong.of(
                        "ignores the offset",
                        check(new IgnoresTheOffset())::fillsItsPlace,
                        "apply leaves NaN at [1, 1, 3]"),
                Wrong.of(
                        "half filled",
                        check(new ForgetsTheLast())::fillsItsPlace,
                        "apply leaves NaN at [1, 2, 3]: expected a finite number in every element"),
                Wrong.of(
                        "reads the neighbour",
                        check(new ReadsTheNeighbour())::leavesItsSourceUntouched,
                        "apply reads beyond its sample",
                        "read fromAt to fromAt + 23"),
                Wrong.of(
                        "non-deterministic",
                        check(new RandomOfItsOwn())::repeats,
                        "seed 1, epoch 2, sample 0 gave something else when asked again",
                        "draw from Draws only"),
                Wrong.of(
                        "hidden state",
                        check(new CountsSamples())::repeats,
                        "sample 0 gave something else",
                        "keep nothing"),
                Wrong.of(
                        "hidden state in a field",
                        check(new CountsSamples())::keepsNothingInFields,
                        "field CountsSamples.samples is not final"),
                Wrong.of(
                        "thread-unsafe",
                        check(new SharedScratch())::servesManyThreads,
                        "several threads on the same augmentation disturb each other: epoch"),
                Wrong.of(
                        "never varies",
                        check(new Constant())::varies,
                        "30 samples gave the same result although random() is true",
                        "30 epochs",
                        "30 seeds"),
                Wrong.of("draws in secret", check(new DrawsInSecret())::varies, "it draws, but random() is false"),
                Wrong.of(
                        "wrong shape",
                        check(new RandomCrop())::shapeIsPure,
                        "shape of [2, 3, 4] is [2, 3, 3]: expected it to be kept",
                        "say random() = false"),
                Wrong.of(
                        "wrong shape, not refused",
                        check(new TakesImagesOnly())::rejectsWrongShapes,
                        "of a sample [2, 1, 2, 1, 2]: apply leaves NaN",
                        "or a ShapeException from shape"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws Exception {
        AugmentationCheck a = check(new Right());
        assertThat(Stream.of(
                                a.shapeIsPure(),
                                a.fillsItsPlace(),
                                a.leavesItsSourceUntouched(),
                                a.repeats(),
                                a.varies(),
                                a.rejectsWrongShapes(),
                                a.keepsNothingInFields(),
                                a.servesManyThreads())
                        .flatMap(List::stream))
                .isEmpty();
    }
}
