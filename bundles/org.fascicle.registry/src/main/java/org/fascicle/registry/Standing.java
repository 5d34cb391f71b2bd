package org.fascicle.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fascicle.runtime.dto.PluginDTO;

/** How a provider stands in the election of its name: the one that is taken, one behind it, or one that cannot be used. */
record Standing(Provider provider, State state, String reason) {
    enum State {
        ACTIVE,
        SHADOWED,
        FAILED
    }

    private record Place(long bundleId, int ranking) {}

    boolean usable() {
        return state != State.FAILED;
    }

    /** The standings of all providers of one name, given in order. */
    static List<Standing> of(Collection<Provider> ordered) {
        List<Standing> standings = new ArrayList<>();
        Set<Place> taken = new HashSet<>();
        Entry best = null;
        for (Provider p : ordered) {
            Entry e = p.entry();
            if (!p.failure().isEmpty()) {
                standings.add(new Standing(p, State.FAILED, p.failure()));
            } else if (!taken.add(new Place(e.bundleId(), e.ranking()))) {
                standings.add(new Standing(
                        p,
                        State.FAILED,
                        "duplicate: its bundle offers the same name twice with ranking " + e.ranking()
                                + "; rename one or give it another service.ranking"));
            } else if (best == null) {
                best = e;
                standings.add(new Standing(p, State.ACTIVE, ""));
            } else {
                standings.add(new Standing(
                        p,
                        State.SHADOWED,
                        "shadowed by " + best.bundle() + " " + best.version() + ", ranking " + best.ranking()));
            }
        }
        return standings;
    }

    PluginDTO dto() {
        Entry e = provider.entry();
        PluginDTO dto = new PluginDTO();
        dto.kind = e.kind().word();
        dto.name = e.name();
        dto.bundle = e.bundle();
        dto.version = e.version().toString();
        dto.bundleId = e.bundleId();
        dto.serviceId = e.serviceId();
        dto.hash = provider.knownHash();
        dto.component = e.component();
        dto.ranking = e.ranking();
        dto.state = state.name().toLowerCase(java.util.Locale.ROOT);
        dto.reason = reason;
        return dto;
    }
}
