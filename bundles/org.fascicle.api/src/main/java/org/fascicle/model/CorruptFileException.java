package org.fascicle.model;

import org.fascicle.plugin.FascicleException;

/** A file is damaged or hostile: what was read of it is thrown away. */
public final class CorruptFileException extends FascicleException {
    private static final long serialVersionUID = 1L;

    public CorruptFileException(String message) {
        super(message);
    }

    public CorruptFileException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public CorruptFileException at(String where) {
        return new CorruptFileException(where + ": " + getMessage(), this);
    }
}
