package org.fascicle.provision;

import org.fascicle.plugin.FascicleException;

/** A repository could not be read, or a plan could not be made or carried out; nothing of it remains installed. */
public final class ProvisioningException extends FascicleException {
    private static final long serialVersionUID = 1L;

    public ProvisioningException(String message) {
        super(message);
    }

    public ProvisioningException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ProvisioningException at(String where) {
        return new ProvisioningException(where + ": " + getMessage(), this);
    }
}
