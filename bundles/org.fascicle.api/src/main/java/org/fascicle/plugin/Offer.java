package org.fascicle.plugin;

/**
 * A bundle of a repository that would provide a plug-in, once installed. Immutable.
 *
 * @param bundle its symbolic name
 * @param version its version
 * @param repository the repository's name in the configuration
 */
public record Offer(Want want, String bundle, String version, String repository) {
    /** For people: {@code org.example.mish 1.0.0 of repository optional}. */
    @Override
    public String toString() {
        return bundle + " " + version + " of repository " + repository;
    }
}
