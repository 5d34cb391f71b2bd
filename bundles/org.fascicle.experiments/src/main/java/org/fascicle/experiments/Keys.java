package org.fascicle.experiments;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fascicle.plugin.ConfigException;

/** The keys of an experiment that are not a plug-in's. */
final class Keys {
    static final Set<String> TOP =
            Set.of("name", "description", "parameters", "dataset", "model", "loss", "metrics", "training", "weights");
    static final Set<String> MODEL = Set.of("inputs", "layers", "outputs", "losses");

    private Keys() {}

    /** The known keys of the object at this path; empty if its keys are somebody else's matter. */
    static Optional<Set<String>> of(List<String> path) {
        if (path.isEmpty()) return Optional.of(TOP);
        if (path.equals(List.of("training"))) return Optional.of(Training.KEYS);
        if (path.equals(List.of("model"))) return Optional.of(MODEL);
        return Optional.empty();
    }

    /** {@link ConfigException} if a key is unknown, or a part is missing or of the wrong form. */
    static void check(Document d) {
        d.known(List.of(), d.tree(), TOP);
        d.known(
                List.of("training"),
                Typed.object(d.at(List.of("training")), d.tree().get("training")),
                Training.KEYS);
        Typed.text(d.at(List.of("name")), d.tree().get("name"));
        if (d.tree().get("description") != null)
            Typed.text(d.at(List.of("description")), d.tree().get("description"));
        Typed.options(d.at(List.of("dataset")), d.tree().get("dataset"));
        var model = Typed.object(d.at(List.of("model")), d.tree().get("model"));
        d.known(List.of("model"), model, MODEL);
        Typed.list(d.at(List.of("model", "layers")), model.get("layers"));
        Object loss = d.tree().get("loss");
        if (loss != null) Typed.options(d.at(List.of("loss")), loss);
        if (loss != null && model.get("losses") != null) {
            throw new ConfigException(d.at(List.of("loss")) + ": is given, and so is model.losses; leave one out");
        }
        if (loss == null && model.get("losses") == null) {
            throw new ConfigException(
                    d.at(List.of("loss")) + ": is missing; add \"loss\": \"mean_squared_error\", or another loss");
        }
        if (d.tree().get("weights") != null)
            Typed.object(d.at(List.of("weights")), d.tree().get("weights"));
    }
}
