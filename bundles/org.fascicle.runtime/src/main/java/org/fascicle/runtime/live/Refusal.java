package org.fascicle.runtime.live;

import java.util.Optional;
import org.fascicle.model.Difference;
import org.fascicle.plugin.FascicleException;

/** Other code must not take over, for what it answers or fails to answer. */
final class Refusal extends FascicleException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Difference> difference;

    Refusal(String message, Optional<Difference> difference) {
        super(message);
        this.difference = difference;
    }

    Optional<Difference> difference() {
        return difference;
    }
}
