package org.fascicle.optimizers;

import org.fascicle.plugin.FascicleSchedule;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Schedule;
import org.osgi.service.component.annotations.Component;

/**
 * rate · gamma^⌊t / every⌋: after every so many steps or epochs the rate is multiplied by gamma. Immutable and
 * thread-safe.
 */
public record StepDecay(double gamma, int every) implements Schedule {
    @Override
    public double rate(double rate, long t) {
        return rate * StrictMath.pow(gamma, (double) (t / every));
    }

    /** Options: {@code every}, {@code gamma} (0.1). */
    @Component
    @FascicleSchedule("step")
    public static final class Factory implements Schedule.Factory {
        @Override
        public StepDecay create(Options o) {
            return new StepDecay(o.real("gamma", 0.1, Range.POSITIVE), o.integer("every", Range.atLeast(1)));
        }
    }
}
