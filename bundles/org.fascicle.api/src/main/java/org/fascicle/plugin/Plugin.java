package org.fascicle.plugin;

import org.osgi.annotation.versioning.ProviderType;

/** One provider of one name, as long as its service is there. Thread-safe. Do not keep it after {@link Plugins.Listener#leaving}. */
@ProviderType
public interface Plugin {
    Origin origin();

    /** The service object: made on first use. Throws {@link MissingPluginException} if it has left or cannot be made. */
    Object instance();
}
