package org.fascicle.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fascicle.plugin.Kind;
import org.fascicle.registry.trust.Admission;
import org.fascicle.runtime.dto.PluginDTO;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Namespace;

/** Finds plug-ins that are installed and offer nothing, by the capabilities that their bundles declare, and says why. Thread-safe. */
final class Absent implements Catalogue.Absentees {
    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]*)\\)");

    private final BundleContext context;
    private final Components components;
    private final Admission admission;

    Absent(BundleContext context, Components components, Admission admission) {
        this.context = context;
        this.components = components;
        this.admission = admission;
    }

    @Override
    public List<PluginDTO> find(BiPredicate<Name, Long> offered) {
        List<PluginDTO> found = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            for (Name name : declared(bundle)) {
                if (!offered.test(name, bundle.getBundleId())) found.add(dto(bundle, name));
            }
        }
        return found;
    }

    /** The names that a bundle declares to provide; effective at run time, so only the revision knows them. */
    static List<Name> declared(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision == null) return List.of();
        List<Name> names = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (BundleCapability c : revision.getDeclaredCapabilities(kind.property())) {
                if (c.getAttributes().get(kind.property()) instanceof String name) names.add(new Name(kind, name));
            }
        }
        return names;
    }

    private PluginDTO dto(Bundle bundle, Name name) {
        boolean running = bundle.getState() == Bundle.ACTIVE;
        String refusal = admission.objection(bundle);
        PluginDTO dto = new PluginDTO();
        dto.kind = name.kind().word();
        dto.name = name.name();
        dto.bundle = String.valueOf(bundle.getSymbolicName());
        dto.version = bundle.getVersion().toString();
        dto.bundleId = bundle.getBundleId();
        dto.serviceId = -1;
        dto.hash = "";
        dto.component = "";
        dto.state = running || !refusal.isEmpty() ? "failed" : "stopped";
        dto.reason = "bundle " + dto.bundle + " " + dto.version + " is "
                + (refusal.isEmpty() ? standing(bundle, name) : refused(bundle) + refusal);
        return dto;
    }

    private static String refused(Bundle bundle) {
        return bundle.getState() == Bundle.INSTALLED ? "not resolved: " : "";
    }

    private String standing(Bundle bundle, Name name) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE ->
                "active, but "
                        + components
                                .whyAbsent(bundle, name)
                                .orElse("registers no service with "
                                        + name.kind().property() + "=" + name.name());
            case Bundle.STARTING -> "just starting";
            case Bundle.STOPPING -> "just stopping";
            case Bundle.INSTALLED ->
                unmet(bundle).map(r -> "not resolved: " + r).orElse("installed but stopped: start it");
            default -> "installed but stopped: start it";
        };
    }

    /** The first requirement of the bundle that nothing in this framework could meet. */
    private Optional<String> unmet(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision == null) return Optional.empty();
        List<BundleCapability> there = Arrays.stream(context.getBundles())
                .map(b -> b.adapt(BundleRevision.class))
                .filter(r -> r != null)
                .flatMap(r -> capabilities(r).stream())
                .toList();
        return revision.getDeclaredRequirements(null).stream()
                .filter(Absent::mandatory)
                .filter(r -> there.stream().noneMatch(r::matches))
                .findFirst()
                .map(r -> words(r, there));
    }

    /** Those of the wiring where there is one: the system bundle has more than it declares. */
    private static Collection<BundleCapability> capabilities(BundleRevision revision) {
        List<BundleCapability> declared = revision.getDeclaredCapabilities(null);
        if (revision.getWiring() == null) return declared;
        return Stream.concat(declared.stream(), revision.getWiring().getCapabilities(null).stream())
                .toList();
    }

    private static boolean mandatory(BundleRequirement r) {
        Map<String, String> d = r.getDirectives();
        return !Namespace.RESOLUTION_OPTIONAL.equals(d.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
                && !"dynamic".equals(d.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
                && Namespace.EFFECTIVE_RESOLVE.equals(
                        d.getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE));
    }

    private static String words(BundleRequirement r, List<BundleCapability> there) {
        String filter = r.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
        Matcher m = PACKAGE.matcher(filter);
        if (!m.find()) return "nothing provides " + r.getNamespace() + " " + filter;
        List<String> versions = there.stream()
                .filter(c -> m.group(1).equals(c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)))
                .map(c -> String.valueOf(c.getAttributes().get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE)))
                .distinct()
                .toList();
        return versions.isEmpty()
                ? "no bundle exports package " + m.group(1)
                : "package " + m.group(1) + " is there in version " + Words.and(versions) + ", needed is " + filter;
    }
}
