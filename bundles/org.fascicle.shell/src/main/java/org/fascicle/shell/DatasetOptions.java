package org.fascicle.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which data a model is used on: a data set by name, or the one it was trained with. */
final class DatasetOptions {
    /** Which samples of a data set. */
    enum Split {
        TRAIN,
        TEST
    }

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "The data set (default: the one the model was trained with).")
    String dataset;

    @Option(names = "--set", paramLabel = "OPTION=VALUE", description = "An option of the data set. May be repeated.")
    List<String> settings = new ArrayList<>();

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            description = "Which samples: train or test (default: test, or train if there are none).")
    Split split;

    @Mixin
    DataOptions data;

    /** The samples that were asked for. */
    Table table(Services services, Console console, String command, Model model) {
        Map<String, Object> options =
                dataset == null ? trained(command, model) : new LinkedHashMap<>(Map.of("type", dataset));
        for (String s : settings) {
            int at = s.indexOf('=');
            if (at < 1) throw new ConfigException(command + ": --set must be OPTION=VALUE, got " + s);
            options.put(s.substring(0, at), Json.lenient(s.substring(at + 1)));
        }
        Splits splits = services.experiments().data(options, data.sources(services, console));
        Table t = split == Split.TRAIN || split == null && splits.test().size() == 0 ? splits.train() : splits.test();
        if (t.size() == 0)
            throw new ConfigException(
                    command + ": data set " + options.get("type") + " has no samples to test on; try --split train");
        return t;
    }

    private static Map<String, Object> trained(String command, Model model) {
        return experiment(model)
                .map(e -> e.get("dataset"))
                .map(d -> described(command + ": dataset", d))
                .orElseThrow(() -> new ConfigException(command
                        + ": the model does not say what it was trained with; name a data set: --dataset digits"));
    }

    /** The experiment a model comes from, if its file says so. */
    @SuppressWarnings("unchecked")
    static Optional<Map<String, Object>> experiment(Model model) {
        return model.provenance().get("experiment") instanceof Map<?, ?> m
                ? Optional.of((Map<String, Object>) m)
                : Optional.empty();
    }

    /** A name alone stands for options with this {@code type}. */
    static Map<String, Object> described(String where, Object o) {
        Map<String, Object> r = new LinkedHashMap<>();
        if (o instanceof String s) r.put("type", s);
        else if (o instanceof Map<?, ?> m) m.forEach((k, v) -> r.put(k.toString(), v));
        else throw new ConfigException(where + " must be a name or an object with type, got " + o);
        return r;
    }
}
