package org.fascicle.registry;

import java.util.Comparator;
import java.util.Objects;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.osgi.framework.Version;

/**
 * One offer of a plug-in, as whoever found it describes it. Immutable.
 *
 * @param bundle the bundle's symbolic name
 * @param bundleId tells revisions of one symbolic name apart
 * @param component the component's name, or the class if it is no component
 * @param serviceId unique within a catalogue and kind
 * @param rejection why it cannot be used, or empty
 * @param source where the object comes from
 */
public record Entry(
        Kind kind,
        String name,
        String bundle,
        Version version,
        long bundleId,
        String component,
        int ranking,
        long serviceId,
        String rejection,
        Source source) {

    /** Who wins, everywhere: the same after any start order, and total because service ids are unique. */
    public static final Comparator<Entry> ORDER = Comparator.comparingInt(Entry::ranking)
            .reversed()
            .thenComparing(Entry::bundle)
            .thenComparing(Entry::version, Comparator.reverseOrder())
            .thenComparing(Entry::component)
            .thenComparingLong(Entry::serviceId);

    public Entry {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(name);
        Objects.requireNonNull(source);
    }

    /** Where the object of a plug-in comes from. Thread-safe. */
    public interface Source {
        /** Makes the object; called at most once before {@link #release}. Anything thrown makes the plug-in a failed one. */
        Object get() throws Exception;

        /** Gives the object back: called once after a {@link #get} that returned one, when the plug-in has left. */
        default void release() {}

        /** SHA-256 of the bundle's content, empty if it cannot be told. */
        default String hash() {
            return "";
        }
    }

    private record Present(Object get, String hash) implements Source {}

    /** An offer of an object that is there already, as tests need it; bundle and version stand for the content's hash. */
    public static Entry of(
            Kind kind, String name, String bundle, String version, int ranking, long serviceId, Object plugin) {
        String content = bundle + " " + version;
        return new Entry(
                kind,
                name,
                bundle,
                new Version(version),
                content.hashCode(),
                plugin.getClass().getName(),
                ranking,
                serviceId,
                "",
                new Present(plugin, content));
    }

    /** The same offer that cannot be used. */
    public Entry rejected(String why) {
        return new Entry(kind, name, bundle, version, bundleId, component, ranking, serviceId, why, source);
    }

    /** True if both describe one offer, perhaps before and after a change of ranking. */
    boolean sameAs(Entry other) {
        return kind == other.kind
                && serviceId == other.serviceId
                && name.equals(other.name)
                && rejection.equals(other.rejection);
    }

    Entry without(Source nothing) {
        return new Entry(kind, name, bundle, version, bundleId, component, ranking, serviceId, rejection, nothing);
    }

    Origin origin(String hash) {
        return new Origin(kind, name, bundle, version.toString(), hash, component, ranking);
    }
}
