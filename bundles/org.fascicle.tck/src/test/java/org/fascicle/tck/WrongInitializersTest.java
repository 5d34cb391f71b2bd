package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with an initializer, and says what it is. */
class WrongInitializersTest {
    static final class CountsBlocks implements Initializer {
        private long blocks;

        @Override
        public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
            blocks++;
            for (int i = 0; i < w.size(); i++) w.data()[i] = d.uniform(blocks * w.size() + i);
        }
    }

    static final class SharedScratch implements Initializer {
        private final float[] scratch = new float[1000];

        @Override
        public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
            d.normal(scratch, 0, w.size());
            Thread.yield();
            System.arraycopy(scratch, 0, w.data(), 0, w.size());
        }
    }

    private static InitializerCheck check(Initializer i) {
        return new InitializerCheck(i, Param.dense("kernel", 4, 3, Initializer.ZEROS));
    }

    static Stream<Wrong> wrong() {
        Initializer half = (p, w, d, a) -> Arrays.fill(w.data(), 0, w.size() / 2, 1f),
                array = (p, w, d, a) -> Arrays.fill(w.data(), 1f),
                row = (p, w, d, a) -> w.set(Tensor.zeros(p.shape().dim(1))),
                random =
                        (p, w, d, a) -> {
                            for (int i = 0; i < w.size(); i++) w.data()[i] = (float) Math.random();
                        };
        return Stream.of(
                Wrong.of(
                        "half filled",
                        check(half)::fillsItsBlock,
                        "w at [2, 0] is NaN: expected a finite number in every element"),
                Wrong.of(
                        "writes behind", check(array)::fillsItsBlock, "writes behind the block [4, 3]: loop to size()"),
                Wrong.of(
                        "non-deterministic",
                        check(random)::repeats,
                        "the same draws gave other numbers: w at [0, 0]",
                        "draw from Draws only"),
                Wrong.of(
                        "hidden state",
                        check(new CountsBlocks())::repeats,
                        "the same draws gave other numbers",
                        "keep nothing"),
                Wrong.of(
                        "hidden state in a field",
                        check(new CountsBlocks())::keepsNothingInFields,
                        "field CountsBlocks.blocks is not final"),
                Wrong.of(
                        "thread-unsafe",
                        check(new SharedScratch())::servesManyThreads,
                        "several threads on the same initializer disturb each other: w at"),
                Wrong.of(
                        "wrong shape",
                        () -> Wrong.failures(contract(row).fillsItsBlock()),
                        "expected no exception, got org.fascicle.tensor.ShapeException: set: [6, 4] from [4]"));
    }

    private static InitializerContract<Initializer> contract(Initializer i) {
        return new InitializerContract<>() {
            @Override
            protected Initializer plugin() {
                return i;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws Exception {
        InitializerCheck right = check((p, w, d, a) -> d.normal(w.data(), 0, w.size()));
        assertThat(Stream.of(
                                right.fillsItsBlock(),
                                right.repeats(),
                                right.keepsNothingInFields(),
                                right.servesManyThreads())
                        .flatMap(List::stream))
                .isEmpty();
    }

    static final class Careless implements Initializer.Factory {
        @Override
        public Initializer create(Options o) {
            double scale = Math.sqrt(o.real("variance", 1, Range.ANY));
            return (p, w, d, a) -> w.fill((float) scale);
        }
    }

    static final class CarelessContract extends InitializerContract<Careless> {}

    @Test
    void optionsThatAreTakenAsTheyComeAreFound() {
        assertThatThrownBy(() -> new CarelessContract().refusesOddNumbers())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("with variance = -1: w at [0, 0] is NaN");
    }
}
