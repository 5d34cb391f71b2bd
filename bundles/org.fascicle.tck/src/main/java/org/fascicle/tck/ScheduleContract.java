package org.fascicle.tck;

import java.util.List;
import java.util.Map;
import org.fascicle.train.Schedule;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every schedule must keep: rates that can be used, and that follow from rate and time alone.
 *
 * @param <P> the plug-in: a {@code Schedule} or a {@code Schedule.Factory} with a constructor without arguments
 */
public abstract class ScheduleContract<P> extends Contract<P> {
    protected Map<String, Object> options() {
        return Map.of();
    }

    private ScheduleCheck subject() {
        return new ScheduleCheck((Schedule) part(options()));
    }

    @Test
    @DisplayName("every rate is finite and not negative")
    public final void givesRates() {
        check(subject().givesRates());
    }

    @Test
    @DisplayName("the rate is a function of time, asked in any order")
    public final void isAFunctionOfTime() {
        check(subject().isAFunctionOfTime());
    }

    @Test
    @DisplayName("keeps nothing in its fields")
    public final void keepsNothingInFields() {
        check(subject().keepsNothingInFields());
    }

    @Test
    @DisplayName("serves several threads at once with the same bits")
    public final void servesManyThreads() throws InterruptedException {
        check(subject().servesManyThreads());
    }

    @Test
    @DisplayName("refuses options with which it would give no rate")
    public final void refusesOddNumbers() {
        check(withOddNumbers(options(), s -> List.copyOf(new ScheduleCheck((Schedule) s).givesRates())));
    }
}
