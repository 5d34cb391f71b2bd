package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with a schedule, and says what it is. */
class WrongSchedulesTest {
    /** Halves at each call, as if calls were epochs. */
    static final class CountsCalls implements Schedule {
        private int calls;

        @Override
        public double rate(double rate, long t) {
            return rate / (1 + calls++ / 1000);
        }
    }

    /** Knows the last time only. */
    static final class Remembers implements Schedule {
        private final long[] last = new long[1];

        @Override
        public double rate(double rate, long t) {
            last[0] = t;
            Thread.yield();
            return rate / (1 + last[0]);
        }
    }

    static Stream<Wrong> wrong() {
        Schedule falls = (rate, t) -> rate - 1e-3 * t,
                grows = (rate, t) -> rate * Math.pow(10, t),
                draws = (rate, t) -> rate * Math.random();
        return Stream.of(
                Wrong.of(
                        "falls below zero",
                        new ScheduleCheck(falls)::givesRates,
                        "rate(1.0, 10000) is -9.0",
                        "expected a finite number, 0 or more"),
                Wrong.of("overflows", new ScheduleCheck(grows)::givesRates, "rate(1.0, 999) is Infinity"),
                Wrong.of("non-deterministic", new ScheduleCheck(draws)::isAFunctionOfTime, "is now", "draw nothing"),
                Wrong.of(
                        "hidden state",
                        new ScheduleCheck(new CountsCalls())::keepsNothingInFields,
                        "field CountsCalls.calls is not final"),
                Wrong.of(
                        "hidden state, seen",
                        counted()::isAFunctionOfTime,
                        " was ",
                        " and is now ",
                        "do not count calls"),
                Wrong.of(
                        "hidden state in an array",
                        new ScheduleCheck(new Remembers())::keepsNothingInFields,
                        "field Remembers.last changes while it works"),
                Wrong.of(
                        "thread-unsafe",
                        new ScheduleCheck(new Remembers())::servesManyThreads,
                        "several threads on the same schedule disturb each other: rate("));
    }

    /** One that is about to lower the rate. */
    private static ScheduleCheck counted() {
        CountsCalls s = new CountsCalls();
        for (int i = 0; i < 990; i++) s.rate(1, 0);
        return new ScheduleCheck(s);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws Exception {
        ScheduleCheck right = new ScheduleCheck((rate, t) -> rate / (1 + t));
        assertThat(Stream.of(
                                right.givesRates(),
                                right.isAFunctionOfTime(),
                                right.keepsNothingInFields(),
                                right.servesManyThreads())
                        .flatMap(List::stream))
                .isEmpty();
    }

    /** Takes any number for the length of a step. */
    record Careless(int every) implements Schedule {
        @Override
        public double rate(double rate, long t) {
            return rate * Math.pow(0.5, t / every);
        }

        static final class Factory implements Schedule.Factory {
            @Override
            public Schedule create(Options o) {
                return new Careless(o.integer("every", Range.ANY));
            }
        }
    }

    static final class CarelessContract extends ScheduleContract<Careless.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("every", 3);
        }
    }

    @Test
    void optionsThatAreTakenAsTheyComeAreFound() {
        assertThatThrownBy(() -> new CarelessContract().refusesOddNumbers())
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        "with every = -1: rate(1.0, 10000) is Infinity",
                        "with every = 0: expected a ConfigException or a part that works, got java.lang.ArithmeticException",
                        "ask for the option with a Range");
    }
}
