package org.fascicle.provision;

import java.util.List;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Want;
import org.osgi.annotation.versioning.ProviderType;

/** What the configured repositories have, for messages. Thread-safe. */
@ProviderType
public interface Repositories {
    /**
     * The bundles that would provide this, in the order of the configuration and the newest first. Answers at once and never
     * fails: from files, and from those indexes of the network that have been read, the reading of which this call begins.
     */
    List<Offer> offers(Want want);
}
