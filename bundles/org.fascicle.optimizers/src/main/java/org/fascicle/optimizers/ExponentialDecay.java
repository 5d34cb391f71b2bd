package org.fascicle.optimizers;

import org.fascicle.plugin.FascicleSchedule;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Schedule;
import org.osgi.service.component.annotations.Component;

/**
 * rate · gamma^(t / every): multiplied by gamma over every so many steps or epochs, gradually. Immutable and
 * thread-safe.
 */
public record ExponentialDecay(double gamma, int every) implements Schedule {
    @Override
    public double rate(double rate, long t) {
        return rate * StrictMath.pow(gamma, (double) t / every);
    }

    /** Options: {@code gamma}, {@code every} (1). */
    @Component
    @FascicleSchedule("exponential")
    public static final class Factory implements Schedule.Factory {
        @Override
        public ExponentialDecay create(Options o) {
            return new ExponentialDecay(o.real("gamma", Range.POSITIVE), o.integer("every", 1, Range.atLeast(1)));
        }
    }
}
