package org.fascicle.model;

import java.util.List;
import org.fascicle.plugin.Origin;

/** Something that happened to a model. Immutable, strings and numbers only. */
public record ModelEvent(String model, Type type, String message, List<Origin> providers) {
    /** What happened. */
    public enum Type {
        SATISFIED,
        /** Other code took over between steps or predictions. */
        SWAPPED,
        /** A better provider came but changes a parameter; nothing was changed. */
        REFUSED,
        WAITING,
        CLOSED
    }
}
