package org.fascicle.experiments;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.fascicle.plugin.ConfigException;
import org.fascicle.train.Experiment;

/**
 * What a configuration says: an experiment, and where the model is saved. Keys are those of an experiment, flat: {@code training.epochs},
 * {@code model.layers.hidden.units}; a structured value is one text of JSON. Texts that are JSON are what they say, for some sources
 * of configurations know texts only. Immutable.
 *
 * @param output the file the trained model is saved to
 * @param hash of the effective settings
 */
record Configuration(Experiment experiment, Optional<Path> output, String hash) {
    private static final String OUTPUT = "output";
    private static final List<String> FOREIGN =
            List.of(".", ":", "service.", "component.", "felix.", "org.", "osgi.", "fascicle.");
    /** The target property of a reference of {@link ConfiguredExperiment}. */
    private static final Pattern TARGET = Pattern.compile("\\$\\d+\\.target");

    /** Reads the properties of a component; {@link ConfigException} if they are no experiment. */
    static Configuration of(String pid, Map<String, ?> properties) {
        Map<String, Object> plain = new LinkedHashMap<>(), dotted = new TreeMap<>();
        Tree.copy(pid, own(properties)).forEach((k, v) -> {
            Object value = v instanceof String s && !isText(k) ? Json.lenient(pid + ": " + k, s) : v;
            (k.contains(".") ? dotted : plain).put(k, value);
        });
        Object output = plain.remove(OUTPUT);
        plain.putIfAbsent("name", pid.substring(pid.indexOf('~') + 1));
        Document d = new Document(pid, plain, Map.of());
        JsonExperiments.complete(d);
        Overrides overrides = new Overrides(d, true);
        dotted.forEach(overrides::put);
        Experiment e = JsonExperiments.checked(d);
        Optional<Path> file = Optional.ofNullable(output).map(o -> Path.of(Typed.text(pid + ": " + OUTPUT, o)));
        Map<String, Object> effective = new LinkedHashMap<>(e.tree());
        file.ifPresent(f -> effective.put(OUTPUT, f.toString()));
        return new Configuration(e, file, Tree.hash(effective));
    }

    private static boolean isText(String key) {
        return key.equals("name") || key.equals("description") || key.equals(OUTPUT);
    }

    /** Without what Configuration Admin, Declarative Services and those who write configurations add. */
    private static Map<String, Object> own(Map<String, ?> properties) {
        Map<String, Object> own = new LinkedHashMap<>();
        properties.forEach((k, v) -> {
            boolean foreign = FOREIGN.stream().anyMatch(k::startsWith)
                    || TARGET.matcher(k).matches();
            if (!foreign) own.put(k, v);
        });
        return own;
    }
}
