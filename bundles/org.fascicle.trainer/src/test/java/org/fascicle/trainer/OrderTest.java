package org.fascicle.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 1024, 1025, 5000})
    void everyRowComesOnce(int n) {
        Order o = new Order(n);
        o.shuffle(7, 1);
        assertThat(Arrays.stream(o.rows()).sorted().toArray())
                .isEqualTo(IntStream.range(0, n).toArray());
    }

    @Test
    void orderDependsOnSeedAndEpochAndOnNothingElse() {
        int[] once = shuffled(100, 1, 1);
        Order o = new Order(100);
        o.shuffle(9, 5);
        o.shuffle(1, 1);
        assertThat(o.rows()).isEqualTo(once);
        assertThat(shuffled(100, 1, 2)).isNotEqualTo(once);
        assertThat(shuffled(100, 2, 1)).isNotEqualTo(once);
    }

    @Test
    void everyRowIsAsLikelyAtEveryPlace() {
        int[][] count = new int[4][4];
        for (int epoch = 1; epoch <= 24_000; epoch++) {
            int[] rows = shuffled(4, 3, epoch);
            for (int i = 0; i < 4; i++) count[i][rows[i]]++;
        }
        // 6000 expected, standard deviation 67.
        assertThat(Arrays.stream(count).flatMapToInt(Arrays::stream)).allMatch(c -> Math.abs(c - 6000) < 300);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 10, 0",
        "0.5, 0, 10, 5",
        "0.99999994, 0.99999994, 10, 9",
        "0.99999994, 0.99999994, 2147483647, 2147483646",
        "0, 0, 2147483647, 0"
    })
    void drawsCoverTheWholeRange(float high, float low, int bound, int index) {
        assertThat(Order.index(high, low, bound)).isEqualTo(index);
    }

    private static int[] shuffled(int n, long seed, int epoch) {
        Order o = new Order(n);
        o.shuffle(seed, epoch);
        return o.rows().clone();
    }
}
