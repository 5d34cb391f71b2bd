package org.fascicle.tck;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.golden.Golden;
import org.fascicle.tck.golden.Recording;
import org.fascicle.tck.jar.BundleFile;
import org.fascicle.tck.jar.Clause;
import org.fascicle.tck.jar.Component;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/** The promises of a plug-in's jar, each a method that tells what it found; empty is good. Immutable; thread-safe. */
public final class PluginCheck {
    /** What a plug-in may import of Fascicle. */
    static final Set<String> API = Set.of(
            "org.fascicle.plugin",
            "org.fascicle.provision",
            "org.fascicle.tensor",
            "org.fascicle.nn",
            "org.fascicle.data",
            "org.fascicle.model",
            "org.fascicle.train",
            "org.fascicle.runtime",
            "org.fascicle.runtime.dto");

    private static final String NAME = "[a-z][a-z0-9_]*";

    private final BundleFile bundle;
    private final List<Component> components;

    public PluginCheck(BundleFile bundle) {
        this.bundle = bundle;
        components = bundle.components();
    }

    /** Whatever is wrong. */
    public List<String> findings() {
        return Stream.of(
                        isABundleWithPlugins(),
                        capabilitiesAreServiceProperties(),
                        namesAreWords(),
                        importsOnlyTheApi(),
                        acceptsLaterApis(),
                        exportsNothing(),
                        tiesToNoOther(),
                        containsNoApi(),
                        isASingleton(),
                        requiresTheWhiteboard(),
                        goldenOutputsAreItsOwn())
                .flatMap(List::stream)
                .toList();
    }

    /** A bundle with at least one plug-in; every component description is named by the manifest. */
    public List<String> isABundleWithPlugins() {
        List<String> found = new ArrayList<>();
        if (!bundle.header("Bundle-ManifestVersion").orElse("").strip().equals("2")
                || bundle.clauses("Bundle-SymbolicName").isEmpty())
            found.add(
                    bundle.path()
                            + ": is no OSGi bundle: expected Bundle-ManifestVersion 2 and a Bundle-SymbolicName in its manifest; let bnd write it");
        Set<String> named = components.stream().map(Component::file).collect(Collectors.toSet());
        for (String e : bundle.entries())
            if (e.matches("OSGI-INF/[^/]+\\.xml") && !named.contains(e))
                found.add(
                        e
                                + " is not named by Service-Component: nobody will see its component; let bnd write the manifest");
        if (components.stream().allMatch(c -> c.published().isEmpty()))
            found.add(
                    bundle.name()
                            + " publishes no plug-in: no component has a property fascicle.<kind>; put @Component and an annotation like @FascicleActivation(\"mish\") on the class");
        return found;
    }

    /** What the components publish is what the capabilities tell, and neither is missing. */
    public List<String> capabilitiesAreServiceProperties() {
        return new CapabilityCheck(bundle, components).findings();
    }

    /** Names that can stand in models, filters and files. */
    public List<String> namesAreWords() {
        List<String> found = new ArrayList<>();
        for (Component c : components)
            c.published()
                    .forEach((kind, names) -> names.stream()
                            .filter(n -> !n.matches(NAME))
                            .forEach(n -> found.add(c.name() + ": " + kind.property() + " must match " + NAME
                                    + ", got \"" + n + "\"")));
        return found;
    }

    /** Of Fascicle, packages of the api only; from outside, what every framework has. */
    public List<String> importsOnlyTheApi() {
        Set<String> system = new HashSet<>();
        ModuleFinder.ofSystem()
                .findAll()
                .forEach(m -> m.descriptor().exports().stream()
                        .filter(e -> !e.isQualified())
                        .map(ModuleDescriptor.Exports::source)
                        .forEach(system::add));
        List<String> found = new ArrayList<>();
        for (Clause c : bundle.clauses("Import-Package")) {
            for (String p : c.paths()) {
                if (p.startsWith("org.fascicle.")) {
                    if (!API.contains(p))
                        found.add(
                                "imports " + p + ", which is not of org.fascicle.api: plug-ins meet through services");
                    else if (c.directives().getOrDefault("resolution", "").equals("optional"))
                        found.add("imports " + p + " optionally: the api is there, or the plug-in is of no use");
                } else if (!p.matches("java\\..*|org\\.osgi\\..*|org\\.slf4j(\\..*)?") && !system.contains(p)) {
                    found.add("imports " + p
                            + ", which few frameworks have: take the library along inside by a bnd.bnd beside the pom, "
                            + "-conditionalpackage: " + p + ", or leave out what is never used, Import-Package: !" + p
                            + ", *");
                }
            }
        }
        return found;
    }

    /** Works with every later version of the api up to the next major one. */
    public List<String> acceptsLaterApis() {
        List<String> found = new ArrayList<>();
        boolean backend = components.stream().anyMatch(c -> c.published().containsKey(Kind.BACKEND));
        for (Clause c : bundle.clauses("Import-Package")) {
            for (String p : c.paths()) {
                if (!API.contains(p)) continue;
                String text = c.attributes().getOrDefault("version", "0");
                VersionRange range;
                try {
                    range = VersionRange.valueOf(text);
                } catch (IllegalArgumentException e) {
                    found.add("imports " + p + " with version " + text + ", which is no range");
                    continue;
                }
                int major = range.getLeft().getMajor();
                if (major == 0 || range.includes(new Version(major + 1, 0, 0)))
                    found.add("imports " + p + " " + text + ": must end before the next major version, " + "["
                            + Math.max(1, major) + ".0," + (Math.max(1, major) + 1) + "); leave it to bnd");
                // A backend makes Blocks, which only backends do: it moves with the api.
                else if (!backend && !range.includes(new Version(major, 999, 0)))
                    found.add("imports " + p + " " + text + ": must accept every version below " + (major + 1)
                            + "; does a class implement an interface that only Fascicle implements (@ProviderType)?");
            }
        }
        return found;
    }

    /** Nobody may depend on a plug-in's packages: it could not be replaced alone. */
    public List<String> exportsNothing() {
        return bundle.clauses("Export-Package").stream()
                .flatMap(c -> c.paths().stream())
                .map(
                        p -> "exports " + p
                                + ": whoever imports it is stopped when this bundle is updated; remove @Export from its package-info")
                .toList();
    }

    /** Nothing that ties bundles together besides services. */
    public List<String> tiesToNoOther() {
        Map<String, String> forbidden = Map.of(
                "Bundle-Activator", "do the work in a component, @Activate and @Deactivate",
                "Require-Bundle", "import packages of the api",
                "Fragment-Host", "a plug-in is a bundle of its own",
                "DynamicImport-Package", "import what is needed by name");
        List<String> found = new ArrayList<>();
        forbidden.forEach((header, remedy) ->
                bundle.header(header).ifPresent(v -> found.add("has " + header + ": " + v + "; " + remedy)));
        return found;
    }

    /** A second copy of the api would make a plug-in that nobody recognises. */
    public List<String> containsNoApi() {
        Set<String> packages = new TreeSet<>();
        for (String e : bundle.entries()) {
            String file = e.substring(e.indexOf('!') + 1);
            int slash = file.lastIndexOf('/');
            if (slash < 0 || !file.endsWith(".class")) continue;
            String p = file.substring(0, slash).replace('/', '.');
            if (API.contains(p)) packages.add(e.contains("!") ? p + " in " + e.substring(0, e.indexOf('!')) : p);
        }
        return packages.stream()
                .map(p -> "contains " + p
                        + " of the api: must come from org.fascicle.api; give its dependency the scope provided")
                .toList();
    }

    /** One object, made by Declarative Services, for all who use it. */
    public List<String> isASingleton() {
        List<String> found = new ArrayList<>();
        for (Component c : components) {
            if (c.published().isEmpty()) continue;
            if (!c.scope().equals("singleton"))
                found.add(c.name() + " has the service scope " + c.scope()
                        + ": must be singleton; what changes comes in the Pass, so one object serves all");
            if (!c.factory().isEmpty())
                found.add(c.name() + " is a component factory (" + c.factory()
                        + "): must be a plain component; for options, publish a Layer.Factory");
        }
        return found;
    }

    /** A resolver brings the registry along. */
    public List<String> requiresTheWhiteboard() {
        for (Clause c : bundle.clauses("Require-Capability")) {
            if (!c.path().equals("osgi.implementation")) continue;
            if (!c.directives().getOrDefault("effective", "resolve").equals("active")) continue;
            try {
                Map<String, Object> whiteboard =
                        Map.of("osgi.implementation", "fascicle.plugins", "version", new Version(1, 0, 0));
                if (FrameworkUtil.createFilter(c.directives().getOrDefault("filter", "(!(version=*))"))
                        .matches(whiteboard)) return List.of();
            } catch (InvalidSyntaxException e) {
                return List.of("Require-Capability: " + e.getMessage());
            }
        }
        return List.of(
                bundle.name()
                        + " does not require osgi.implementation fascicle.plugins 1.0, effective:=active; use Fascicle's annotations");
    }

    /** Golden outputs can be read, and are of plug-ins of this bundle and of no later version. */
    public List<String> goldenOutputsAreItsOwn() {
        List<String> found = new ArrayList<>();
        for (String e : bundle.entries()) {
            if (!e.startsWith(Golden.FOLDER)) continue;
            byte[] json = bundle.text(e).orElse(new byte[0]);
            Golden g = Golden.parse(e, json);
            if (!e.equals(Golden.path(g.kind(), g.name())))
                found.add(e + " is of " + g.kind().word() + " " + g.name() + ": expected "
                        + Golden.path(g.kind(), g.name()));
            else if (components.stream()
                    .noneMatch(
                            c -> c.published().getOrDefault(g.kind(), List.of()).contains(g.name())))
                found.add(e + " is of no plug-in of this bundle: nobody checks it; remove it");
            for (Recording r : g.recordings())
                if (Version.parseVersion(r.version()).getMajor()
                        > bundle.version().getMajor())
                    found.add(e + ": case " + r.name() + " was computed by " + r.version() + ", and this is "
                            + bundle.version() + ": the version must not go back");
        }
        return found;
    }
}
