package org.fascicle.provisioning;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Plan;
import org.fascicle.provision.ProvisioningException;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.osgi.resource.Wire;
import org.osgi.resource.Wiring;
import org.osgi.service.resolver.HostedCapability;
import org.osgi.service.resolver.ResolveContext;

/**
 * What the resolver may choose from: the bundles that are resolved here, which stay as they are, and those of the repositories
 * that fit beside them. Used for one plan, by one thread.
 */
final class Selection extends ResolveContext {
    private final List<Bundle> installed;
    private final Map<Resource, Wiring> wirings = new HashMap<>();
    private final List<Shelf> shelves;
    private final Allowed allowed;
    private final Listed root = new Listed();
    private final Map<Resource, Shelf> found = new HashMap<>();
    private final Map<Resource, String> unfit = new HashMap<>();
    private final Map<Requirement, List<Capability>> offered = new HashMap<>();
    private final Map<Want, Requirement> wanted = new LinkedHashMap<>();
    private final Map<Want, String> unmet = new LinkedHashMap<>();
    private volatile Runnable cancel = () -> {};

    Selection(Bundle[] installed, List<Shelf> shelves, Allowed allowed, Set<Want> wants) {
        this.installed = List.of(installed);
        this.shelves = shelves;
        this.allowed = allowed;
        for (Bundle b : installed) {
            BundleWiring w = b.adapt(BundleWiring.class);
            if (w != null && w.isInUse()) wirings.put(w.getRevision(), w);
        }
        root.capabilities.add(new Part(
                "osgi.identity",
                Map.of("osgi.identity", "what is missing", "version", Version.emptyVersion, "type", "fascicle.plan"),
                Map.of(),
                root));
        wants.forEach(this::want);
    }

    /** Takes the first kind that somebody has. */
    private void want(Want w) {
        Set<String> reasons = new LinkedHashSet<>();
        for (Kind k : w.kinds()) {
            String filter = "(" + k.property() + "=" + escaped(w.name()) + ")";
            Part r = new Part(k.property(), Map.of(), Map.of("filter", filter), root);
            if (!offers(r).isEmpty()) {
                root.requirements.add(r);
                wanted.put(w, r);
                return;
            }
            for (Shelf s : shelves) {
                for (Capability c : s.find(r)) reasons.add(unfit(s, c.getResource()));
            }
        }
        unmet.put(w, reasons.isEmpty() ? "no repository has it" : String.join("; ", reasons));
    }

    private static String escaped(String value) {
        return value.replaceAll("([\\\\*()])", "\\\\$1");
    }

    Map<Want, String> unmet() {
        return unmet;
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }

    @Override
    public Collection<Resource> getMandatoryResources() {
        return List.of(root);
    }

    @Override
    public List<Capability> findProviders(Requirement r) {
        List<Capability> all = new ArrayList<>();
        if (r.getResource() != root) {
            for (Wiring w : wirings.values()) {
                for (Capability c : w.getResourceCapabilities(r.getNamespace())) if (Matching.matches(r, c)) all.add(c);
            }
        }
        // What is optional, or there already, is no reason to install anything.
        if (!(Matching.optional(r) || Matching.active(r) && declared(r))) all.addAll(offers(r));
        return all;
    }

    private List<Capability> offers(Requirement r) {
        return offered.computeIfAbsent(r, this::look);
    }

    private List<Capability> look(Requirement r) {
        List<Capability> all = new ArrayList<>();
        for (Shelf s : shelves) {
            List<Capability> on;
            try {
                on = s.find(r);
            } catch (RuntimeException | LinkageError e) {
                throw new ProvisioningException("repository " + s.name() + " failed: " + e, e);
            }
            for (Capability c : on) if (unfit(s, c.getResource()).isEmpty()) all.add(c);
        }
        return all;
    }

    /** Why a resource cannot be installed beside what is there; empty if it can. */
    private String unfit(Shelf s, Resource r) {
        found.putIfAbsent(r, s);
        return unfit.computeIfAbsent(
                r,
                x -> misfit(found.get(r), r)
                        .map(why ->
                                Content.name(r) + " " + Content.version(r) + " of repository " + s.name() + " " + why)
                        .orElse(""));
    }

    private Optional<String> misfit(Shelf s, Resource r) {
        if (!Content.type(r).equals("osgi.bundle")
                || !r.getRequirements(HostNamespace.HOST_NAMESPACE).isEmpty())
            return Optional.of("is no bundle of its own, so it would change others");
        for (Capability c : r.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
            if (String.valueOf(c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))
                    .startsWith("org.fascicle."))
                return Optional.of("brings packages of Fascicle itself, which there must be once only");
        }
        for (Bundle b : installed) {
            if (Content.name(r).equals(b.getSymbolicName())
                    && Content.version(r).equals(b.getVersion()))
                return Optional.of(
                        "is installed already and does not offer it: start it, or look at its reason in `plugins`");
        }
        try {
            Content c = s.content(r);
            if (c.direct().isEmpty()) allowed.check("its content", c.url());
            return Optional.empty();
        } catch (ProvisioningException e) {
            return Optional.of("cannot be had: " + e.getMessage());
        }
    }

    /** True if a bundle that is installed says that it provides this when it runs. */
    private boolean declared(Requirement r) {
        return installed.stream()
                .map(b -> b.adapt(BundleRevision.class))
                .filter(v -> v != null)
                .flatMap(v -> v.getCapabilities(r.getNamespace()).stream())
                .anyMatch(c -> Matching.matches(r, c));
    }

    @Override
    public int insertHostedCapability(List<Capability> all, HostedCapability c) {
        all.add(c);
        return all.size() - 1;
    }

    /** What is needed only when it runs counts if a repository has it; what else provides such things need not declare it. */
    @Override
    public boolean isEffective(Requirement r) {
        return Matching.resolving(r)
                || Matching.active(r) && !declared(r) && !offers(r).isEmpty();
    }

    @Override
    public Map<Resource, Wiring> getWirings() {
        return wirings;
    }

    @Override
    public void onCancel(Runnable callback) {
        cancel = callback;
    }

    /** Ends a resolving that takes too long. */
    void cancel() {
        cancel.run();
    }

    /** What is to be installed, each after what it needs. */
    List<Parcel> parcels(Map<Resource, List<Wire>> resolved) {
        Set<Resource> ordered = new LinkedHashSet<>();
        List<Wire> first = resolved.getOrDefault(root, List.of());
        first.forEach(w -> place(w.getProvider(), resolved, ordered, new LinkedHashSet<>()));
        List<Parcel> parcels = new ArrayList<>();
        for (Resource r : ordered) {
            Shelf s = found.get(r);
            List<Want> provides = wanted.entrySet().stream()
                    .filter(e -> first.stream()
                            .anyMatch(w -> w.getRequirement() == e.getValue()
                                    && w.getProvider().equals(r)))
                    .map(Map.Entry::getKey)
                    .toList();
            Content c = s.content(r);
            parcels.add(new Parcel(
                    new Plan.Item(
                            c.bundle(),
                            c.version().toString(),
                            s.name(),
                            c.url().toString(),
                            c.size(),
                            c.sha256(),
                            provides),
                    c));
        }
        return parcels;
    }

    private void place(Resource r, Map<Resource, List<Wire>> resolved, Set<Resource> ordered, Set<Resource> above) {
        if (!found.containsKey(r) || ordered.contains(r) || !above.add(r)) return;
        for (Wire w : resolved.getOrDefault(r, List.of())) place(w.getProvider(), resolved, ordered, above);
        ordered.add(r);
    }

    /** A bundle of a plan, and where its bytes come from. */
    record Parcel(Plan.Item item, Content content) {
        /** Names and versions, for messages. */
        static String names(Collection<Parcel> parcels) {
            return String.join(
                    ", ", parcels.stream().map(p -> p.item().toString()).toList());
        }
    }

    /** In words: the first requirement on the way that nothing could meet. */
    String words(String otherwise) {
        return obstacle(root, new LinkedHashSet<>())
                .map(r -> Content.name(r.getResource()) + " " + Content.version(r.getResource()) + " needs "
                        + r.getNamespace() + " " + r.getDirectives().getOrDefault("filter", "")
                        + ", which is not here and no repository has")
                .orElse(otherwise);
    }

    private Optional<Requirement> obstacle(Resource resource, Set<Resource> above) {
        if (!above.add(resource) || wirings.containsKey(resource)) return Optional.empty();
        for (Requirement r : resource.getRequirements(null)) {
            if (Matching.optional(r) || !isEffective(r)) continue;
            Optional<Requirement> first = Optional.of(r);
            for (Capability c : findProviders(r)) {
                Optional<Requirement> next = obstacle(c.getResource(), above);
                if (next.isEmpty()) {
                    first = Optional.empty();
                    break;
                }
                if (first.get() == r) first = next;
            }
            if (first.isPresent()) return first;
        }
        return Optional.empty();
    }
}
