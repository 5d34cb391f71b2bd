package org.fascicle.plugin;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Decides which bundles may provide plug-ins, as configured under {@code org.fascicle.registry}: any, those on a list of
 * names and content hashes, or those that are signed. A bundle that is refused and declares its plug-ins does not resolve,
 * so none of its code runs; services of one that runs already are listed as failed. This is admission, not a sandbox:
 * what is let in may do all that Java lets it. Thread-safe.
 */
@ProviderType
public interface Trust {
    /** The policy in force, in one line that starts with its word: {@code any}, {@code allow_list}, {@code signed}, or {@code none} if the configuration makes no sense. */
    String policy();

    /** Judges every bundle that is there and provides plug-ins, by symbolic name and version; reads the content of all of them. */
    List<Verdict> verdicts();

    /**
     * What the policy says of a bundle.
     *
     * @param bundle its symbolic name
     * @param hash its {@link ContentHash}, empty if the content cannot be read
     * @param refusal why it may provide no plug-ins and what to do about it, in one line; empty if it may
     */
    record Verdict(String bundle, String version, long bundleId, String hash, String refusal) {
        public boolean accepted() {
            return refusal.isEmpty();
        }
    }
}
