package org.fascicle.runtime.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.fascicle.model.ModelSpec;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.runtime.dto.MissingDTO;
import org.fascicle.runtime.file.ModelFile;

/** Finds out which plug-ins a model names that are not there. Immutable. */
record Lacks(Plugins plugins) {
    /** Those of the nodes and of the losses, each once. */
    List<Lack> of(ModelSpec spec) {
        Map<Want, Lack> all = new LinkedHashMap<>();
        Consumer<Lack> add = l -> all.putIfAbsent(l.want(), l);
        for (ModelSpec.Node n : spec.nodes())
            plugins.missing(Kind.LAYER, n.options()).forEach(add);
        for (ModelSpec.Term t : spec.losses())
            plugins.missing(Kind.LOSS, t.options()).forEach(add);
        return List.copyOf(all.values());
    }

    /** Those that predicting needs; a file remembers who provided them when it was saved. */
    List<Lack> of(ModelFile file) {
        return of(file.spec().losses(List.of())).stream()
                .map(l -> l.last().isPresent() ? l : remembered(l, file.provenance()))
                .toList();
    }

    private static Lack remembered(Lack l, Map<String, Object> provenance) {
        if (!(provenance.get("providers") instanceof List<?> providers)) return l;
        for (Object o : providers) {
            if (!(o instanceof Map<?, ?> m) || !l.want().name().equals(m.get("name"))) continue;
            for (Kind k : l.want().kinds()) {
                if (!k.word().equals(m.get("kind"))) continue;
                Origin last =
                        new Origin(k, l.want().name(), text(m, "bundle"), text(m, "version"), text(m, "hash"), "", 0);
                String reason = l.reason() + "; it was provided by " + last.bundle() + " " + last.version()
                        + " when the file was saved";
                return new Lack(l.want(), reason, Optional.of(last), l.offers());
            }
        }
        return l;
    }

    private static String text(Map<?, ?> m, String key) {
        return m.get(key) instanceof String s ? s : "";
    }

    static MissingDTO dto(Lack l) {
        MissingDTO d = new MissingDTO();
        d.kind = l.want().kind().word();
        d.name = l.want().name();
        d.reason = l.reason();
        d.lastBundle = l.last().map(Origin::bundle).orElse("");
        d.lastVersion = l.last().map(Origin::version).orElse("");
        d.offers = l.offers().stream().map(Object::toString).toArray(String[]::new);
        return d;
    }
}
