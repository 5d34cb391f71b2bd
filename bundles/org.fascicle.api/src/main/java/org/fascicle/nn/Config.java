package org.fascicle.nn;

import org.fascicle.plugin.Options;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Options of a layer. What names another plug-in is resolved by the registry and recorded as the model's requirement.
 * Confined to one {@code create}.
 */
@ProviderType
public interface Config extends Options {
    /** A layer that must be given, as an object with {@code type}; the child's name is the option's. */
    Child layer(String name);

    /** An activation, as a name or an object with {@code type}; the child's name is the option's. */
    Child activation(String name, String fallback);

    /** An initializer, as a name or an object with {@code type}. */
    Initializer initializer(String name, String fallback);
}
