package org.fascicle.runtime.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugins;

/** Lists of what code was made of. Stateless. */
final class Origins {
    private Origins() {}

    /** Only the same content will do. */
    static Plugins.Choice pinned(List<Origin> origins) {
        return (kind, name, best) -> best.stream()
                .filter(p -> origins.stream().anyMatch(o -> o.sameContent(p.origin())))
                .findFirst();
    }

    /** The same content where it is there, else the best: what is measured or compared is what answers. */
    static Plugins.Choice following(Supplier<List<Origin>> origins) {
        return (kind, name, best) -> {
            List<Origin> now = origins.get();
            return best.stream()
                    .filter(p -> now.stream().anyMatch(o -> o.sameContent(p.origin())))
                    .findFirst()
                    .or(() -> best.stream().findFirst());
        };
    }

    /** As JSON has them. */
    static List<Map<String, Object>> trees(List<Origin> origins) {
        return origins.stream().map(Origins::tree).toList();
    }

    private static Map<String, Object> tree(Origin o) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("kind", o.kind().word());
        m.put("name", o.name());
        m.put("bundle", o.bundle());
        m.put("version", o.version());
        m.put("hash", o.hash());
        return m;
    }

    /** What is new, in words. */
    static String changed(List<Origin> before, List<Origin> now) {
        List<Origin> different = now.stream().filter(o -> !before.contains(o)).toList();
        if (different.isEmpty()) return "fewer plug-ins";
        return different.stream().map(Origin::toString).collect(Collectors.joining(", "));
    }
}
