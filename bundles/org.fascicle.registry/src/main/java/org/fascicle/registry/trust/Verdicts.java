package org.fascicle.registry.trust;

import java.io.IOException;
import java.util.Map;
import java.util.WeakHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** What one policy says of bundles, found once per revision. Thread-safe; no lock is held while content is read. */
final class Verdicts {
    /** Namespaces of plug-ins begin so. */
    private static final String KINDS = "fascicle.";

    private final Policy policy;
    private final Hashes hashes;
    private final Map<BundleRevision, String> known = new WeakHashMap<>();

    Verdicts(Policy policy, Hashes hashes) {
        this.policy = policy;
        this.hashes = hashes;
    }

    Policy policy() {
        return policy;
    }

    boolean trustsAll() {
        return policy instanceof Policy.Any;
    }

    /** True if the revision declares plug-ins. */
    static boolean provides(BundleRevision revision) {
        return revision.getDeclaredCapabilities(null).stream()
                .anyMatch(c -> c.getNamespace().startsWith(KINDS));
    }

    /** Why a bundle may provide no plug-ins, or empty. Its fragments count: their code runs as the bundle's own. */
    String of(Bundle bundle) {
        BundleRevision revision = trustsAll() ? null : bundle.adapt(BundleRevision.class);
        if (revision == null) return "";
        String own = of(revision);
        BundleWiring wiring = revision.getWiring();
        if (!own.isEmpty() || wiring == null) return own;
        for (BundleWire fragment : wiring.getProvidedWires(HostNamespace.HOST_NAMESPACE)) {
            BundleRevision f = fragment.getRequirer();
            String why = of(f);
            if (!why.isEmpty()) return "its fragment " + f.getSymbolicName() + " " + f.getVersion() + " is " + why;
        }
        return "";
    }

    /** Why a revision may provide no plug-ins, or empty. Throws nothing: what cannot be judged is refused. */
    String of(BundleRevision revision) {
        if (trustsAll()) return "";
        synchronized (known) {
            String verdict = known.get(revision);
            if (verdict != null) return verdict;
        }
        String verdict;
        try {
            verdict = policy.objection(new Policy.Candidate(
                    String.valueOf(revision.getSymbolicName()),
                    policy instanceof Policy.None ? "" : hashes.of(revision),
                    Hashes.content(revision)));
            Hashes.content(revision);
        } catch (IOException | RuntimeException | LinkageError e) {
            // Not kept: it may be readable the next time.
            return Policy.REFUSED + ": the content cannot be read: " + Signatures.oneLine(e);
        }
        synchronized (known) {
            known.put(revision, verdict);
        }
        return verdict;
    }
}
