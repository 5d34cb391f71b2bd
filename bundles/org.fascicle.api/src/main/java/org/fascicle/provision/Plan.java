package org.fascicle.provision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.Want;

/**
 * What would be installed. Immutable.
 *
 * @param bundles in the order of installing
 * @param unmet what cannot be had, and why
 */
public record Plan(List<Item> bundles, Map<Want, String> unmet) {
    public Plan {
        bundles = List.copyOf(bundles);
        unmet = Collections.unmodifiableMap(new LinkedHashMap<>(unmet));
    }

    /**
     * A bundle of a plan.
     *
     * @param bundle its symbolic name
     * @param repository the repository's name
     * @param url where its content is read from
     * @param size in bytes, -1 if the index does not tell
     * @param sha256 of the content as the index tells it, in hexadecimal
     * @param provides which of the wanted plug-ins; empty for a bundle that only others need
     */
    public record Item(
            String bundle,
            String version,
            String repository,
            String url,
            long size,
            String sha256,
            List<Want> provides) {
        public Item {
            provides = List.copyOf(provides);
        }

        /** For people: {@code org.example.mish 1.0.0 of repository optional}. */
        @Override
        public String toString() {
            return bundle + " " + version + " of repository " + repository;
        }
    }
}
