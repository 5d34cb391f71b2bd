package org.fascicle.train;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears of runs: given at their start, or registered as a service for all of them. Called on the run's thread between steps; what is thrown is logged and does not stop the run. */
@ConsumerType
@FunctionalInterface
public interface RunListener {
    void event(Run run, RunEvent e);
}
