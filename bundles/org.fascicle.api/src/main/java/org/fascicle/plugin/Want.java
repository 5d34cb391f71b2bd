package org.fascicle.plugin;

import java.util.List;
import java.util.Objects;

/** A plug-in that is needed, whoever provides it. Immutable. */
public record Want(Kind kind, String name) {
    public Want {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(name);
    }

    /** The kinds that would do: an activation may stand wherever a layer may. */
    public List<Kind> kinds() {
        return kind == Kind.LAYER ? List.of(Kind.LAYER, Kind.ACTIVATION) : List.of(kind);
    }

    /** For people: {@code activation mish}. */
    @Override
    public String toString() {
        return kind.word() + " " + name;
    }
}
