package org.fascicle.plugin;

/**
 * Where a plug-in comes from: strings and numbers only, so that keeping it keeps nothing of a departed bundle alive.
 *
 * @param kind the kind
 * @param name the plug-in's name within its kind
 * @param bundle the bundle's symbolic name
 * @param version the bundle's version
 * @param hash SHA-256 of the bundle's content in hexadecimal: the sorted (entry name, SHA-256 of the entry)
 * @param component the component's name, or the class if it is no component
 * @param ranking the service ranking
 */
public record Origin(
        Kind kind, String name, String bundle, String version, String hash, String component, int ranking) {
    /** True if the same code provides the same name: what a pinned run waits for. */
    public boolean sameContent(Origin other) {
        return kind == other.kind
                && name.equals(other.name)
                && bundle.equals(other.bundle)
                && component.equals(other.component)
                && hash.equals(other.hash);
    }

    /** For people: {@code activation mish of org.example.mish 1.0.0}. */
    @Override
    public String toString() {
        return kind.word() + " " + name + " of " + bundle + " " + version;
    }
}
