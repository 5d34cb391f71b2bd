package org.fascicle.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Want;
import org.fascicle.runtime.dto.PluginDTO;

/** Tells why a name has no provider that would do, and what to do about it. */
record Missing(Catalogue catalogue, Kind kind, String name) {
    private static final String REMEDY = "install a bundle that provides it; `plugins` lists what is there";

    MissingPluginException exception() {
        return new MissingPluginException(sentence(offers()));
    }

    Lack lack() {
        List<Offer> offers = offers();
        return new Lack(want(), sentence(offers), last(), offers);
    }

    private Want want() {
        return new Want(kind, name);
    }

    private List<Offer> offers() {
        return catalogue.offers(want());
    }

    private Optional<Origin> last() {
        return want().kinds().stream()
                .flatMap(k -> catalogue.last(k, name).stream())
                .findFirst();
    }

    private String sentence(List<Offer> offers) {
        String why = why();
        if (offers.isEmpty()) return "no " + want() + why;
        String have = Words.or(offers.stream().map(Offer::toString).toList()) + " has it; install-missing installs it";
        // What can be had needs no general advice.
        return "no " + want() + (why.endsWith(REMEDY) ? why.substring(0, why.length() - REMEDY.length()) : why + "; ")
                + have;
    }

    private String why() {
        List<String> reasons = new ArrayList<>();
        for (Kind k : want().kinds()) {
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
        return last().map(o -> "; " + o.bundle() + " " + o.version()
                        + " provided it last and has left: start or install it again")
                .orElseGet(() -> {
                    TreeSet<String> known = new TreeSet<>();
                    want().kinds().forEach(k -> known.addAll(catalogue.names(k)));
                    List<String> near = Words.near(name, known);
                    return (near.isEmpty() ? "" : " (did you mean " + Words.or(near) + "?)")
                            + (known.isEmpty() ? "; there is none at all" : "") + "; " + REMEDY;
                });
    }

    private static String bundle(Provider p) {
        return p.entry().bundle() + " " + p.entry().version();
    }
}
