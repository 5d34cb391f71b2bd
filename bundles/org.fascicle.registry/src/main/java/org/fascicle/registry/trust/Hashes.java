package org.fascicle.registry.trust;

import java.io.IOException;
import java.util.Map;
import java.util.WeakHashMap;
import org.fascicle.plugin.ContentHash;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Content hashes, taken once per revision. Thread-safe; no lock is held while content is read. */
public final class Hashes {
    private static final Logger LOG = LoggerFactory.getLogger(Hashes.class);

    private final Map<BundleRevision, String> known = new WeakHashMap<>();

    /** The hash in hexadecimal, or empty if the content cannot be read any more. */
    public String of(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision == null) return "";
        try {
            return of(revision);
        } catch (IOException | RuntimeException e) {
            // Frameworks throw all sorts of things for a revision that is going: Felix a NullPointerException.
            LOG.debug("The content of {} cannot be read", bundle, e);
            return "";
        }
    }

    String of(BundleRevision revision) throws IOException {
        synchronized (known) {
            String hash = known.get(revision);
            if (hash != null) return hash;
        }
        ContentHash hash = new ContentHash();
        content(revision).read(hash::entry);
        String hex = hash.hex();
        content(revision);
        synchronized (known) {
            known.put(revision, hex);
        }
        return hex;
    }

    /** A bundle shows its present revision only: before and after reading, that must be the one that was meant. */
    static Content content(BundleRevision revision) throws IOException {
        Bundle bundle = revision.getBundle();
        if (bundle.adapt(BundleRevision.class) != revision) throw new IOException("it was updated meanwhile");
        return new BundleContent(bundle);
    }
}
