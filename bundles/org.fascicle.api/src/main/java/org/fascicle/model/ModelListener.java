package org.fascicle.model;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears of models when registered as a service. Calls come one at a time from the runtime's own thread; what is thrown is logged. */
@ConsumerType
@FunctionalInterface
public interface ModelListener {
    void event(ModelEvent e);
}
