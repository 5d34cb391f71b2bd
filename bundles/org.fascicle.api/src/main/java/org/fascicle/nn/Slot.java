package org.fascicle.nn;

import org.fascicle.tensor.Shape;

/** Named memory: kept from forward to backward, the state of a stream, or an optimizer's; {@code count} tensors of one shape. Immutable. */
public record Slot(String name, Shape shape, int count) {
    public static Slot of(String name, Shape shape) {
        return new Slot(name, shape, 1);
    }
}
