package org.fascicle.registry.trust;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Namespace;

/**
 * Keeps refused bundles that declare plug-ins from resolving, and refused fragments from being attached to plug-ins, so that
 * none of their code runs. Called while the framework resolves: reads content, calls nothing else, never throws.
 * Thread-safe.
 */
final class Gate implements ResolverHookFactory {
    private final Supplier<Verdicts> verdicts;
    private final BiConsumer<BundleRevision, String> refused;
    private final boolean felix;

    /**
     * A gate.
     *
     * @param refused told of every refusal, again and again, while the framework resolves
     * @param felix true if the framework is Felix
     */
    Gate(Supplier<Verdicts> verdicts, BiConsumer<BundleRevision, String> refused, boolean felix) {
        this.felix = felix;
        this.verdicts = verdicts;
        this.refused = refused;
    }

    /** Tells the same only once, as long as it is about the same revision. */
    static BiConsumer<BundleRevision, String> once(BiConsumer<BundleRevision, String> told) {
        Set<BundleRevision> known = Collections.newSetFromMap(new WeakHashMap<>());
        return (revision, why) -> {
            synchronized (known) {
                if (!known.add(revision)) return;
            }
            told.accept(revision, why);
        };
    }

    /** None is needed as long as all are trusted. */
    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        Verdicts v = verdicts.get();
        return v.trustsAll() ? null : new Hook(v, refused, Set.copyOf(triggers), felix);
    }

    /**
     * One resolving. If a hook takes anything from the resolvable revisions, Felix 7.0.5 also forgets those that are
     * resolved, and then nothing that imports from them resolves. There a refused revision gets nothing it requires
     * instead; it is taken away only if it is asked for, and nothing else is or it requires nothing.
     */
    private static final class Hook implements ResolverHook {
        private final Verdicts verdicts;
        private final BiConsumer<BundleRevision, String> told;
        private final Set<BundleRevision> triggers;
        private final boolean felix;
        private Set<BundleRevision> refused = Set.of();

        Hook(Verdicts verdicts, BiConsumer<BundleRevision, String> told, Set<BundleRevision> triggers, boolean felix) {
            this.verdicts = verdicts;
            this.told = told;
            this.triggers = triggers;
            this.felix = felix;
        }

        @Override
        public void filterResolvable(Collection<BundleRevision> candidates) {
            refused = candidates.stream()
                    .filter(r -> Verdicts.provides(r) && isRefused(r))
                    .collect(Collectors.toUnmodifiableSet());
            boolean nothingElse = refused.containsAll(triggers);
            candidates.removeIf(
                    r -> refused.contains(r) && (!felix || nothingElse || triggers.contains(r) && !requires(r)));
        }

        @Override
        public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
            if (refused.contains(requirement.getRevision())) candidates.clear();
            candidates.removeIf(c -> refused.contains(c.getRevision()));
            if (HostNamespace.HOST_NAMESPACE.equals(requirement.getNamespace()))
                candidates.removeIf(c -> Verdicts.provides(c.getRevision()) && isRefused(requirement.getRevision()));
        }

        @Override
        public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> collisions) {}

        @Override
        public void end() {}

        private boolean isRefused(BundleRevision revision) {
            String why = verdicts.of(revision);
            if (why.isEmpty()) return false;
            told.accept(revision, why);
            return true;
        }

        /** True if it cannot resolve without getting something. */
        private static boolean requires(BundleRevision revision) {
            return revision.getDeclaredRequirements(null).stream()
                    .map(BundleRequirement::getDirectives)
                    .anyMatch(d -> Namespace.RESOLUTION_MANDATORY.equals(d.getOrDefault(
                                    Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE, Namespace.RESOLUTION_MANDATORY))
                            && Namespace.EFFECTIVE_RESOLVE.equals(d.getOrDefault(
                                    Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE)));
        }
    }
}
