package org.fascicle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @ParameterizedTest
    @CsvSource({
        "1, 50, 1",
        "2, 50, 1",
        "3, 50, 2",
        "100, 50, 50",
        "100, 99, 99",
        "5, 99, 5",
        "200, 99, 198",
        "200, 100, 200"
    })
    void aPercentileIsTheSmallestTimeThatSoManyDoNotExceed(int times, double percent, long expected) {
        List<Long> shuffled =
                new ArrayList<>(LongStream.rangeClosed(1, times).boxed().toList());
        Collections.shuffle(shuffled, new Random(1));
        assertThat(new Times(shuffled).percentile(percent)).isEqualTo(expected);
    }

    @Test
    void millisecondsAreGivenToAMicrosecond() {
        assertThat(new Times(List.of(1_234_567L)).millis(50)).isEqualTo(1.235);
        assertThat(new Times(List.of(50L)).millis(99)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 101, Double.NaN})
    void thereIsNoOtherPercentile(double percent) {
        Times t = new Times(List.of(1L));
        assertThatThrownBy(() -> t.percentile(percent))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got " + percent);
    }

    @Test
    void ofNothingThereAreNoTimes() {
        assertThatThrownBy(() -> new Times(List.of())).hasMessage("nothing was measured");
    }
}
