package org.fascicle.optimizers;

import org.fascicle.plugin.FascicleSchedule;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Schedule;
import org.osgi.service.component.annotations.Component;

/**
 * minimum + (rate - minimum) (1 + cos(π t / over)) / 2: half a cosine from the rate down to the minimum, where it stays
 * (Loshchilov and Hutter 2017, without restarts). Immutable and thread-safe.
 */
public record CosineDecay(int over, double minimum) implements Schedule {
    @Override
    public double rate(double rate, long t) {
        return minimum + (rate - minimum) * (1 + StrictMath.cos(Math.PI * Math.min(t, over) / over)) / 2;
    }

    /** Options: {@code over}, {@code minimum} (0; a rate, not a fraction). */
    @Component
    @FascicleSchedule("cosine")
    public static final class Factory implements Schedule.Factory {
        @Override
        public CosineDecay create(Options o) {
            return new CosineDecay(o.integer("over", Range.atLeast(1)), o.real("minimum", 0, Range.NOT_NEGATIVE));
        }
    }
}
