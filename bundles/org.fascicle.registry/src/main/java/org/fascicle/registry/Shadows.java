package org.fascicle.registry;

import java.util.ArrayList;
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

    /** What there is to tell about the providers of a name, given in order. */
    List<String> news(Name name, List<Standing> standings) {
        List<String> news = new ArrayList<>();
        Entry best = null;
        for (Standing s : standings) {
            if (!s.usable()) continue;
            Entry e = s.provider().entry();
            if (best == null) best = e;
            if (e.ranking() != best.ranking() || e.bundle().equals(best.bundle())) continue;
            if (told.add(new Pair(name, best.bundle(), e.bundle())))
                news.add(s.provider() + " is shadowed by that of " + best.bundle() + " " + best.version()
                        + ": both have ranking " + best.ranking()
                        + ", so the symbolic name decides; give one another service.ranking or name");
        }
        return news;
    }
}
