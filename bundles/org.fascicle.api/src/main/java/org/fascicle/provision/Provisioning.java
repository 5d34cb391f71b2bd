package org.fascicle.provision;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.fascicle.plugin.Want;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Installs bundles that provide missing plug-ins, from the repositories of the configuration {@code org.fascicle.provisioning}.
 * Thread-safe; one plan is carried out at a time. Whether to install without being told so is the caller's to decide by {@link #policy}.
 */
@ProviderType
public interface Provisioning {
    /** What is to be done, by itself, about a plug-in that is missing. */
    enum Policy {
        /** Say where it can be had. */
        EXPLAIN,
        /** Ask the person at the terminal; say it where there is none. */
        ASK,
        /** Install it. */
        INSTALL
    }

    Policy policy();

    /**
     * What would be installed to get all of this, with all that it needs in turn. Reads indexes, no bundles, and changes
     * nothing. What cannot be had is in {@link Plan#unmet}.
     */
    Plan plan(Set<Want> wants);

    /**
     * Installs and starts what is missing until nothing is: {@code missing} is asked again after each round, for what a part
     * needs in turn is known only once it is there. If any step fails, exactly what this call installed is uninstalled.
     *
     * @return what was installed, in order; empty if nothing was missing
     * @throws ProvisioningException says in one line which step failed and why
     */
    List<Plan.Item> install(Supplier<Set<Want>> missing);
}
