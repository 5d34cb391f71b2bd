package org.fascicle.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.nn.Child;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins.Choice;
import org.fascicle.plugin.Plugins.Created;
import org.fascicle.plugin.Plugins.Option;
import org.fascicle.plugin.Want;

/** One call of {@code create}: makes a part, and what its options name in turn, and notes which plug-ins it is made of. Confined to one thread. */
final class Making {
    /** Deeper descriptions are a mistake or an attack; each level takes a few stack frames. */
    private static final int DEEPEST = 64;

    private final Catalogue catalogue;
    private final Choice choice;
    private final boolean survey;
    private final Map<Want, Lack> lacks = new LinkedHashMap<>();
    private final Set<Plugin> uses = new LinkedHashSet<>();
    private int depth;

    /** @param survey to put stand-ins in the place of what is missing, and note it */
    private Making(Catalogue catalogue, Choice choice, boolean survey) {
        this.catalogue = catalogue;
        this.choice = choice;
        this.survey = survey;
    }

    static Created create(Catalogue catalogue, Choice choice, Kind kind, String where, Map<String, ?> options) {
        Making making = new Making(catalogue, choice, false);
        try {
            Object part = making.part(kind, "", options);
            return new Created(part, List.copyOf(making.uses));
        } catch (FascicleException e) {
            throw where.isEmpty() ? e : e.at(where);
        }
    }

    /** What is missing, in the order of asking. */
    static List<Lack> missing(Catalogue catalogue, Kind kind, Map<String, ?> options) {
        Making making = new Making(catalogue, Choice.BEST, true);
        try {
            making.part(kind, "", options);
        } catch (FascicleException e) {
            Catalogue.LOG.debug("A survey of {} came to no end: {}", options.get("type"), e.getMessage());
        }
        return List.copyOf(making.lacks.values());
    }

    /** The options that a plug-in asks for; if the first guess of values makes it throw half-way, another guess may get further. */
    static List<Option> describe(Catalogue catalogue, Kind kind, String name) {
        Found found = new Making(catalogue, Choice.BEST, false).find(kind, name);
        if (!Types.isFactory(found.kind, found.object)) return List.of();
        List<Option> most = List.of();
        for (int guess : new int[] {1, 2, 8, 0}) {
            Recorder recorder = new Recorder(guess);
            boolean complete = recorder.run(() -> Types.make(found.kind, found.object, recorder));
            if (complete || recorder.options().size() > most.size()) most = recorder.options();
            if (complete) break;
        }
        return most;
    }

    /** A child at an option: its name is the option's. */
    Child child(Kind kind, String option, Map<String, ?> options) {
        return (Child) at(option, kind, options);
    }

    /** A part at an option; its failures tell so. */
    Object at(String option, Kind kind, Map<String, ?> options) {
        try {
            return part(kind, option, options);
        } catch (FascicleException e) {
            throw e.at(option);
        }
    }

    private Object part(Kind kind, String childName, Map<String, ?> options) {
        if (depth == DEEPEST) throw new ConfigException("parts are nested more than " + DEEPEST + " deep");
        depth++;
        try {
            String type = type(kind, options);
            Found found;
            try {
                found = find(kind, type);
            } catch (MissingPluginException e) {
                if (!survey) throw e;
                return without(kind, childName, type, options);
            }
            uses.add(found.plugin);
            Asked asked = new Asked(this, kind, options);
            Object part;
            try {
                part = make(found, kind, asked);
            } catch (FascicleException e) {
                // Code that is leaving fails in odd ways: the next in order gets its turn, or what is missing is told.
                if (catalogue.providers(found.kind, type).contains(found.plugin)) {
                    // Stand-ins need not suit it; whoever contains it may yet name more that is missing.
                    if (survey) return standIn(kind, childName);
                    throw e;
                }
                uses.remove(found.plugin);
                return part(kind, childName, options);
            }
            Optional<Child> activation = kind == Kind.LAYER ? asked.nodeActivation() : Optional.empty();
            if (!survey) asked.rejectUnknown(type);
            return Types.isLayer(kind) ? new Child(childName, type, (Layer) part, activation) : part;
        } finally {
            depth--;
        }
    }

    /** Notes that this is missing. Of its options one is known without it: that of its activation. */
    private Object without(Kind kind, String childName, String type, Map<String, ?> options) {
        lacks.computeIfAbsent(new Want(kind, type), w -> new Missing(catalogue, kind, type).lack());
        if (kind == Kind.LAYER) new Asked(this, kind, options).nodeActivation();
        return standIn(kind, childName);
    }

    private static Object standIn(Kind kind, String childName) {
        return kind == Kind.INITIALIZER ? Initializer.ZEROS : Recorder.identity(childName);
    }

    private String type(Kind kind, Map<String, ?> options) {
        Object type = options.get("type");
        if (type instanceof String s) return s;
        if (type != null)
            throw new ConfigException(
                    "type must be a text, the name of " + Words.a(kind) + ", got " + Words.show(type));
        String hint = Words.near("type", List.copyOf(options.keySet())).stream()
                .findFirst()
                .map(k -> "; " + k + " looks like it")
                .orElse("");
        throw new ConfigException("type must be given: the name of " + Words.a(kind) + hint);
    }

    private static Object make(Found found, Kind kind, Asked asked) {
        Object part;
        try {
            part = Types.make(found.kind, found.object, asked);
        } catch (FascicleException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new ConfigException(
                    found.plugin.origin() + " could not be made of these options: " + Words.reason(e), e);
        }
        if (Types.product(kind).isInstance(part)) return part;
        throw new ConfigException(found.plugin.origin() + " made "
                + (part == null ? "nothing" : "a " + Types.name(part.getClass())) + " where " + Words.a(kind)
                + " must be a "
                + Types.name(Types.product(kind)) + "; that is a mistake in the plug-in");
    }

    private record Found(Kind kind, Plugin plugin, Object object) {}

    /** The chosen provider with its object. An activation is a layer, so its name will do where no layer has it. */
    private Found find(Kind kind, String name) {
        for (Kind k : kind == Kind.LAYER ? List.of(Kind.LAYER, Kind.ACTIVATION) : List.of(kind)) {
            Set<Plugin> tried = new HashSet<>();
            while (true) {
                List<Plugin> best = new ArrayList<>(catalogue.providers(k, name));
                best.removeAll(tried);
                Optional<Plugin> pick = best.isEmpty() ? Optional.empty() : choice.pick(k, name, List.copyOf(best));
                if (pick.isEmpty()) break;
                Plugin plugin = pick.get();
                Object object;
                try {
                    object = plugin.instance();
                } catch (FascicleException e) {
                    // It failed or left just now: the next in order gets its turn; the reason is in the catalogue.
                    if (!tried.add(plugin)) throw e;
                    continue;
                }
                // The hash is taken while the bundle is certainly there: a run is known by it.
                plugin.origin();
                return new Found(k, plugin, object);
            }
        }
        throw new Missing(catalogue, kind, name).exception();
    }
}
