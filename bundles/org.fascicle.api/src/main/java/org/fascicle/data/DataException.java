package org.fascicle.data;

import org.fascicle.plugin.FascicleException;

/** Data cannot be found or read, or is not what it was said to be. */
public final class DataException extends FascicleException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public DataException at(String where) {
        return new DataException(where + ": " + getMessage(), this);
    }
}
