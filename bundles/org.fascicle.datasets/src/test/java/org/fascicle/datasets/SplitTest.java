package org.fascicle.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
    private static final int[] LABELS =
            IntStream.range(0, 1000).map(i -> i % 7 % 3).toArray();

    @ParameterizedTest
    @CsvSource({"0", "0.001", "0.1", "0.25", "0.333", "0.5", "0.9"})
    void everyRowIsInOnePartAndEveryClassHasItsShare(double share) {
        Split split = Split.of(LABELS, 3, share, 5);
        assertThat(split.test()).hasSize((int) Math.round(share * 1000));
        assertThat(IntStream.concat(IntStream.of(split.train()), IntStream.of(split.test()))
                        .sorted()
                        .toArray())
                .isEqualTo(IntStream.range(0, 1000).toArray());
        for (int c = 0; c < 3; c++) {
            int label = c;
            long all = IntStream.of(LABELS).filter(l -> l == label).count();
            long tests = IntStream.of(split.test())
                    .filter(row -> LABELS[row] == label)
                    .count();
            assertThat((double) tests).isCloseTo(share * all, within(1.0));
        }
    }

    @Test
    void theSeedDecides() {
        assertThat(Split.of(LABELS, 3, 0.2, 1).test())
                .isEqualTo(Split.of(LABELS, 3, 0.2, 1).test());
        assertThat(Split.of(LABELS, 3, 0.2, 1).test())
                .isNotEqualTo(Split.of(LABELS, 3, 0.2, 2).test());
    }

    @Test
    void oneRowOfEachClassIsLeftForTraining() {
        assertThat(Split.of(new int[] {0, 0, 1, 2, 2, 2}, 3, 0.99, 0).train()).hasSize(3);
    }

    @Test
    void classesWithoutRowsDoNoHarm() {
        assertThat(Split.of(new int[] {2, 2, 2, 2}, 4, 0.5, 0).test()).hasSize(2);
    }
}
