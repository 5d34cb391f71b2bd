package org.fascicle.registry.trust;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Keeps refused bundles that declare plug-ins from resolving, and refused fragments from being attached to plug-ins, so that
 * none of their code runs. Called while the framework resolves: reads content, calls nothing else, never throws.
 * Thread-safe.
 */
final class Gate implements ResolverHookFactory {
    private final Supplier<Verdicts> verdicts;
    private final BiConsumer<BundleRevision, String> refused;

    /** @param refused told of every refusal, again and again, while the framework resolves */
    Gate(Supplier<Verdicts> verdicts, BiConsumer<BundleRevision, String> refused) {
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
        return v.trustsAll() ? null : new Hook(v, refused);
    }

    private record Hook(Verdicts verdicts, BiConsumer<BundleRevision, String> refused) implements ResolverHook {
        @Override
        public void filterResolvable(Collection<BundleRevision> candidates) {
            candidates.removeIf(r -> Verdicts.provides(r) && isRefused(r));
        }

        @Override
        public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
            if (!HostNamespace.HOST_NAMESPACE.equals(requirement.getNamespace())) return;
            candidates.removeIf(c -> Verdicts.provides(c.getRevision()) && isRefused(requirement.getRevision()));
        }

        @Override
        public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> collisions) {}

        @Override
        public void end() {}

        private boolean isRefused(BundleRevision revision) {
            String why = verdicts.of(revision);
            if (why.isEmpty()) return false;
            refused.accept(revision, why);
            return true;
        }
    }
}
