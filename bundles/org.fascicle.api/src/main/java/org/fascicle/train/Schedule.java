package org.fascicle.train;

import org.fascicle.plugin.Options;
import org.osgi.annotation.versioning.ConsumerType;

/** The learning rate as a pure function of time. Immutable and thread-safe. */
@FunctionalInterface
@ConsumerType
public interface Schedule {
    /**
     * The rate of a step.
     *
     * @param rate what the optimizer was told to start with
     * @param t steps or epochs that were committed before, from 0, as the experiment's {@code unit} says
     */
    double rate(double rate, long t);

    /** Makes a schedule from options. */
    @ConsumerType
    interface Factory {
        Schedule create(Options o);
    }
}
