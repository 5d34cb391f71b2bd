package org.fascicle.optimizers;

import org.fascicle.plugin.FascicleSchedule;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Schedule;
import org.osgi.service.component.annotations.Component;

/**
 * rate / (1 + decay · t / every). Immutable and thread-safe.
 */
public record InverseTimeDecay(double decay, int every) implements Schedule {
    @Override
    public double rate(double rate, long t) {
        return rate / (1 + decay * t / every);
    }

    /** Options: {@code decay}, {@code every} (1). */
    @Component
    @FascicleSchedule("inverse_time")
    public static final class Factory implements Schedule.Factory {
        @Override
        public InverseTimeDecay create(Options o) {
            return new InverseTimeDecay(o.real("decay", Range.NOT_NEGATIVE), o.integer("every", 1, Range.atLeast(1)));
        }
    }
}
