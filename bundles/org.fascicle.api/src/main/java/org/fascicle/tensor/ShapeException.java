package org.fascicle.tensor;

import org.fascicle.plugin.FascicleException;

/** A shape is not what a layer or a product takes; the compiler puts node and model before the message. */
public final class ShapeException extends FascicleException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }

    public ShapeException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ShapeException at(String where) {
        return new ShapeException(where + ": " + getMessage(), this);
    }
}
