package org.fascicle.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static final float NAN = Float.NaN, INF = Float.POSITIVE_INFINITY;
    private static final Difference INFINITE = new Difference(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    private static float[] of(float... x) {
        return x;
    }

    @Test
    void theRelativeDifferenceIsThatOfTheLargestNumber() {
        assertThat(Difference.of(of(1, -8, 0), of(2, -8, 0))).isEqualTo(new Difference(1, 0.125));
        assertThat(Difference.of(of(0, 1e-9f), of(0, 2e-9f)).relative()).isEqualTo(0.5);
        assertThat(Difference.of(of(0), of(3))).isEqualTo(new Difference(3, 1));
        assertThat(Difference.of(of(0, 0), of(0, -0f))).isEqualTo(Difference.NONE);
    }

    @Test
    void whatIsNotFiniteIsEqualToItselfOnly() {
        assertThat(Difference.of(of(1, NAN, INF), of(1, NAN, INF))).isEqualTo(Difference.NONE);
        assertThat(Difference.of(of(1), of(NAN))).isEqualTo(INFINITE);
        assertThat(Difference.of(of(INF), of(-INF))).isEqualTo(INFINITE);
        assertThat(Difference.of(of(1, 2), of(1))).isEqualTo(INFINITE);
    }

    @Test
    void theLargerOfEachCounts() {
        assertThat(new Difference(1, 0.5).max(new Difference(2, 0.25))).isEqualTo(new Difference(2, 0.5));
    }
}
