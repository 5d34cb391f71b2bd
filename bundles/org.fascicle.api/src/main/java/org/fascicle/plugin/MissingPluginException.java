package org.fascicle.plugin;

/** A plug-in is needed and not there; the message names it, who provided it last, and where it can be had. */
public final class MissingPluginException extends FascicleException {
    private static final long serialVersionUID = 1L;

    public MissingPluginException(String message) {
        super(message);
    }

    public MissingPluginException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public MissingPluginException at(String where) {
        return new MissingPluginException(where + ": " + getMessage(), this);
    }
}
