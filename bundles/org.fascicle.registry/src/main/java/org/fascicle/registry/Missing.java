package org.fascicle.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.dto.PluginDTO;

/** Tells why a name has no provider that would do, and what to do about it. */
record Missing(Catalogue catalogue, Kind kind, String name) {
    private static final String REMEDY = "install a bundle that provides it; `plugins` lists what is there";

    MissingPluginException exception() {
        return new MissingPluginException("no " + kind.word() + " " + name + why());
    }

    private String why() {
        List<String> reasons = new ArrayList<>();
        for (Kind k : kinds()) {
            Name wanted = new Name(k, name);
            List<Standing> standings = catalogue.standings(wanted);
            List<Standing> usable = standings.stream().filter(Standing::usable).toList();
            if (!usable.isEmpty()) {
                String there =
                        Words.and(usable.stream().map(s -> bundle(s.provider())).toList());
                reasons.add("only that of " + there + " is there, and another is wanted; install it, or take the best");
                continue;
            }
            for (Standing s : standings) reasons.add("that of " + bundle(s.provider()) + " failed: " + s.reason());
            if (!standings.isEmpty()) reasons.add("mend that bundle or install another that provides it");
            for (PluginDTO dto : catalogue.absent(wanted)) reasons.add(dto.reason);
        }
        if (!reasons.isEmpty()) return ": " + String.join("; ", reasons);
        return kinds().stream()
                .flatMap(k -> catalogue.last(k, name).stream())
                .findFirst()
                .map(o -> "; " + o.bundle() + " " + o.version()
                        + " provided it last and has left: start or install it again")
                .orElseGet(() -> {
                    TreeSet<String> known = new TreeSet<>();
                    kinds().forEach(k -> known.addAll(catalogue.names(k)));
                    List<String> near = Words.near(name, known);
                    return (near.isEmpty() ? "" : " (did you mean " + Words.or(near) + "?)")
                            + (known.isEmpty() ? "; there is none at all" : "") + "; " + REMEDY;
                });
    }

    private static String bundle(Provider p) {
        return p.entry().bundle() + " " + p.entry().version();
    }

    private List<Kind> kinds() {
        return kind == Kind.LAYER ? List.of(Kind.LAYER, Kind.ACTIVATION) : List.of(kind);
    }
}
