package org.fascicle.model;

import org.fascicle.plugin.FascicleException;

/** A step gave a loss or gradient that is not finite; nothing of it was committed. The message names step, node, forward or backward, tensor and first index. */
public final class NonFiniteException extends FascicleException {
    private static final long serialVersionUID = 1L;

    public NonFiniteException(String message) {
        super(message);
    }

    public NonFiniteException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public NonFiniteException at(String where) {
        return new NonFiniteException(where + ": " + getMessage(), this);
    }
}
