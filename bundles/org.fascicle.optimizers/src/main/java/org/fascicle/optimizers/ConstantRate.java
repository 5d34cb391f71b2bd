package org.fascicle.optimizers;

import org.fascicle.plugin.FascicleSchedule;
import org.fascicle.train.Schedule;
import org.osgi.service.component.annotations.Component;

/** The rate stays what the optimizer was told. Immutable and thread-safe. */
@Component
@FascicleSchedule("constant")
public final class ConstantRate implements Schedule {
    @Override
    public double rate(double rate, long t) {
        return rate;
    }
}
