package org.fascicle.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeTest {
    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "-0.1, false", "1.1, false", "NaN, false"})
    void theUnitRangeHasBothEnds(double x, boolean in) {
        assertThat(Range.UNIT.contains(x)).isEqualTo(in);
        assertThat(Range.BELOW_ONE.contains(x)).isEqualTo(in && x != 1);
        assertThat(Range.POSITIVE.contains(x)).isEqualTo(x > 0);
    }

    @ParameterizedTest
    @CsvSource({"Infinity", "-Infinity", "NaN"})
    void onlyFiniteNumbersAreNumbers(double x) {
        assertThat(Range.ANY.contains(x)).isFalse();
        assertThat(Range.POSITIVE.contains(x)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 1 to 2", "0.5, 2, 0.5 to 2"})
    void readsWell(double a, double b, String text) {
        assertThat(Range.between(a, b)).hasToString(text);
        assertThat(Range.POSITIVE).hasToString("> 0");
        assertThat(Range.atLeast(1)).hasToString(">= 1");
        assertThat(Range.BELOW_ONE).hasToString("0 to less than 1");
        assertThat(Range.ANY).hasToString("any finite number");
    }
}
