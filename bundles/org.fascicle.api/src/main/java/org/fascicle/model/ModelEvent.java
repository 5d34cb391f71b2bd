package org.fascicle.model;

import java.util.List;
import java.util.Optional;
import org.fascicle.plugin.Origin;

/**
 * Something that happened to a model. Immutable, strings and numbers only.
 *
 * @param difference between the answers to the model's probe before and after a swap, or one that was refused; empty where
 *     nothing was compared
 */
public record ModelEvent(
        String model, Type type, String message, List<Origin> providers, Optional<Difference> difference) {
    /** What happened. */
    public enum Type {
        SATISFIED,
        /** Other code took over between steps or predictions. */
        SWAPPED,
        /** Other code came but changes a parameter, or answers otherwise where that is not wanted; nothing was changed. */
        REFUSED,
        WAITING,
        CLOSED
    }
}
