package org.fascicle.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Case;
import org.fascicle.tck.Parts;
import org.fascicle.train.Schedule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulesTest {
    private static final Parts PARTS = new Parts()
            .with(Kind.SCHEDULE, "constant", new ConstantRate())
            .with(Kind.SCHEDULE, "step", new StepDecay.Factory())
            .with(Kind.SCHEDULE, "exponential", new ExponentialDecay.Factory())
            .with(Kind.SCHEDULE, "inverse_time", new InverseTimeDecay.Factory())
            .with(Kind.SCHEDULE, "cosine", new CosineDecay.Factory());

    /** Options, then time and rate in turn; the rate starts at 0.8. */
    static Stream<Arguments> rates() {
        return Stream.of(
                row(Case.options("type", "constant"), 0, 0.8, 1, 0.8, 1_000_000, 0.8),
                row(
                        Case.options("type", "step", "every", 3, "gamma", 0.5),
                        0,
                        0.8,
                        2,
                        0.8,
                        3,
                        0.4,
                        5,
                        0.4,
                        6,
                        0.2,
                        30,
                        0.8 / 1024),
                row(Case.options("type", "step", "every", 1), 0, 0.8, 1, 0.08, 2, 0.008),
                row(Case.options("type", "exponential", "gamma", 0.5), 0, 0.8, 1, 0.4, 3, 0.1),
                row(Case.options("type", "exponential", "gamma", 0.25, "every", 2), 0, 0.8, 1, 0.4, 2, 0.2, 4, 0.05),
                row(Case.options("type", "inverse_time", "decay", 1), 0, 0.8, 1, 0.4, 3, 0.2),
                row(Case.options("type", "inverse_time", "decay", 1, "every", 10), 0, 0.8, 10, 0.4, 30, 0.2),
                row(Case.options("type", "cosine", "over", 6), 0, 0.8, 2, 0.6, 3, 0.4, 4, 0.2, 6, 0, 7, 0, 100, 0),
                row(Case.options("type", "cosine", "over", 2, "minimum", 0.2), 0, 0.8, 1, 0.5, 2, 0.2, 3, 0.2));
    }

    private static Arguments row(Map<String, Object> options, double... timesAndRates) {
        return Arguments.of(options, timesAndRates);
    }

    @ParameterizedTest
    @MethodSource("rates")
    void theRateIsTheHandComputedOne(Map<String, Object> options, double[] timesAndRates) {
        Schedule schedule = (Schedule) PARTS.create(Kind.SCHEDULE, "test", options);
        for (int i = 0; i < timesAndRates.length; i += 2) {
            long t = (long) timesAndRates[i];
            assertThat(schedule.rate(0.8, t)).as("t = " + t).isCloseTo(timesAndRates[i + 1], within(1e-12));
        }
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(Case.options("type", "step"), "every"),
                Arguments.of(Case.options("type", "step", "every", 0), "every"),
                Arguments.of(Case.options("type", "exponential"), "gamma"),
                Arguments.of(Case.options("type", "inverse_time", "decay", -1), "decay"),
                Arguments.of(Case.options("type", "cosine", "over", 5, "minimum", -1), "minimum"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void whatIsMissingOrOutOfRangeIsNamed(Map<String, Object> options, String option) {
        assertThatThrownBy(() -> PARTS.create(Kind.SCHEDULE, "test", options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("option " + option);
    }
}
