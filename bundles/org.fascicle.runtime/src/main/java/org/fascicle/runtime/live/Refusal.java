package org.fascicle.runtime.live;

import java.util.Optional;
import org.fascicle.model.Difference;
import org.fascicle.plugin.FascicleException;

/** Other code must not take over, for what it answers or fails to answer. */
final class Refusal extends FascicleException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final transient Optional<Difference> difference;

    /**
     * @param what is not taken
     * @param reason as it may be told also where it cannot be refused any more
     * @param remedy empty if there is none
     */
    Refusal(String what, String reason, String remedy, Optional<Difference> difference) {
        super(what + " is not taken: " + reason + remedy);
        this.reason = reason;
        this.difference = difference;
    }

    String reason() {
        return reason;
    }

    Optional<Difference> difference() {
        return difference;
    }
}
