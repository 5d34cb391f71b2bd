package org.fascicle.plugin;

/**
 * Base of all failures of Fascicle. The message says where, what, expected, got, and the remedy, in one line:
 * {@code conv1 of lenet: input must be [C, H, W], got [784]; add a reshape node before it}.
 */
public class FascicleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FascicleException(String message) {
        super(message);
    }

    public FascicleException(String message, Throwable cause) {
        super(message, cause);
    }

    /** This failure with a place put before its message; the same type, with this one as its cause. */
    public FascicleException at(String where) {
        return new FascicleException(where + ": " + getMessage(), this);
    }
}
