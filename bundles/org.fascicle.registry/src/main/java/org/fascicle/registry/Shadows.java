package org.fascicle.registry;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Warns where nothing but symbolic names decides between plug-ins of different bundles: whoever wrote them hardly meant that.
 * Tells of the same two bundles once for each name. Thread-safe.
 */
final class Shadows {
    private record Pair(Name name, String winner, String loser) {}

    private final Set<Pair> told = ConcurrentHashMap.newKeySet();

    /** Looks at all providers of a name, in order. */
    void look(Name name, List<Standing> standings) {
        Entry best = null;
        for (Standing s : standings) {
            if (!s.usable()) continue;
            Entry e = s.provider().entry();
            if (best == null) best = e;
            if (e.ranking() != best.ranking() || e.bundle().equals(best.bundle())) continue;
            if (!told.add(new Pair(name, best.bundle(), e.bundle()))) continue;
            Catalogue.LOG.warn(
                    "{} is shadowed by that of {} {}: both have ranking {}, so the symbolic name decides; give one another"
                            + " service.ranking or name",
                    s.provider(),
                    best.bundle(),
                    best.version(),
                    best.ranking());
        }
    }
}
