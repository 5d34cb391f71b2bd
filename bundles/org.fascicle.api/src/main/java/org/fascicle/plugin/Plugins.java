package org.fascicle.plugin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The pluggable registry of activations and of every other kind: who is there, who outranks whom, and how a part is
 * made from options. Thread-safe.
 *
 * <p>Who wins a name is one total order, the same after any start order: service ranking descending, for one symbolic
 * name bundle version descending, symbolic name, component name, service id.
 */
@ProviderType
public interface Plugins {
    /** The usable providers of a name, best first; empty if there is none. */
    List<Plugin> providers(Kind kind, String name);

    /** The usable providers of all names of a kind, best first: how a backend is chosen. */
    List<Plugin> providers(Kind kind);

    /** The names that have a usable provider, sorted. */
    Set<String> names(Kind kind);

    /** Who provided this name last, if nobody does now and somebody did. */
    Optional<Origin> last(Kind kind, String name);

    /**
     * Makes a part from its description. The key {@code type} names the plug-in; all other keys are its options. What
     * the options name in turn (child layers, activations, initializers) is made in the same way.
     *
     * @param where put before every message, e.g. {@code conv1 of lenet}
     * @param options scalars, lists and maps as JSON has them; a {@code type} that is missing, unknown or of the wrong
     *     type, an unknown key or a value out of range is a {@link ConfigException} or {@link MissingPluginException}
     * @param choice which of several providers to take
     */
    Created create(Kind kind, String where, Map<String, ?> options, Choice choice);

    /**
     * Everything that a part of this description needs and that is not there, the best providers being chosen; empty if
     * nothing lacks. What a plug-in that is missing would name in turn is known only once it is there, so ask again then.
     * What else may be wrong with the description, {@link #create} tells.
     */
    List<Lack> missing(Kind kind, Map<String, ?> options);

    /** The options a plug-in asks for, with their defaults, found by running its {@code create} on a recorder. */
    List<Option> describe(Kind kind, String name);

    /** Tells of every change from now on, until closed. */
    Watch listen(Listener listener);

    /** Which provider to take. */
    @FunctionalInterface
    interface Choice {
        /** The best one. */
        Choice BEST = (kind, name, best) -> best.stream().findFirst();

        /** Picks from the providers of a name, best first; empty means that none will do, as if none were there. */
        Optional<Plugin> pick(Kind kind, String name, List<Plugin> best);
    }

    /**
     * A part that was made, and all plug-ins that it is made of.
     *
     * @param object for layers, activations and losses a {@code Child}, for other kinds the object itself
     */
    record Created(Object object, List<Plugin> uses) {}

    /**
     * An option as {@code create} asks for it.
     *
     * @param type integer, real, flag, text, choice, integers, reals, layer, activation or initializer
     * @param fallback the default as text; empty if the option must be given
     * @param allowed range or words
     */
    record Option(String name, String type, Optional<String> fallback, String allowed) {}

    /** Hears of changes. Calls come from any thread, one at a time; return soon, take no lock that is held while calling in. */
    interface Listener {
        /** A usable provider has come, or the order of providers of its name has changed. */
        default void changed(Kind kind, String name) {}

        /** A provider is about to leave: after this call returns its code may be gone. Called before {@link #changed}. */
        default void leaving(Plugin plugin) {}
    }

    /** A registration that ends when closed. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
