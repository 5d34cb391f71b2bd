package org.fascicle.plugin;

/** An option is missing, unknown or out of range, or a description names what does not fit together: the user's to mend. */
public final class ConfigException extends FascicleException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ConfigException at(String where) {
        return new ConfigException(where + ": " + getMessage(), this);
    }
}
