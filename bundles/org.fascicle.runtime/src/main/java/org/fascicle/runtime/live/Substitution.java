package org.fascicle.runtime.live;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.osgi.framework.Version;

/**
 * One node whose plug-ins come from one bundle where it has them. Immutable.
 *
 * @param version of the bundle; null for any
 */
record Substitution(String node, String bundle, Version version) {
    /** @param provider symbolic name, perhaps with a version behind an at sign */
    static Substitution of(String node, String provider) {
        int at = provider.indexOf('@');
        String bundle = at < 0 ? provider : provider.substring(0, at);
        try {
            if (bundle.isBlank()) throw new IllegalArgumentException("no name");
            return new Substitution(node, bundle, at < 0 ? null : new Version(provider.substring(at + 1)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "shadow: a provider must be a bundle's symbolic name, perhaps with a version behind it, as in"
                            + " org.example.mish@1.1.0; got \"" + provider + "\"",
                    e);
        }
    }

    String provider() {
        return bundle + (version == null ? "" : "@" + version);
    }

    private boolean matches(Origin o) {
        return bundle.equals(o.bundle()) && (version == null || version.equals(new Version(o.version())));
    }

    /** This bundle's where it is there, else what the other choice takes. */
    Plugins.Choice before(Plugins.Choice others) {
        return (kind, name, best) ->
                best.stream().filter(p -> matches(p.origin())).findFirst().or(() -> others.pick(kind, name, best));
    }

    /** Without anything of the bundle it would be no substitution. */
    void require(Plugins plugins, String type, List<Plugin> uses) {
        if (uses.stream().anyMatch(p -> matches(p.origin()))) return;
        Map<String, String> there = uses.stream()
                .map(Plugin::origin)
                .distinct()
                .collect(Collectors.toMap(
                        o -> o.kind().word() + " " + o.name(),
                        o -> bundles(plugins, o.kind(), o.name()),
                        (a, b) -> a,
                        java.util.TreeMap::new));
        throw new MissingPluginException("nothing of " + type + " comes from " + provider() + "; there is "
                + there.entrySet().stream()
                        .map(e -> e.getKey() + " of " + e.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private static String bundles(Plugins plugins, Kind kind, String name) {
        return plugins.providers(kind, name).stream()
                .map(p -> p.origin().bundle() + "@" + p.origin().version())
                .distinct()
                .collect(Collectors.joining(" and of "));
    }
}
