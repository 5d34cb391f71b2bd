package org.fascicle.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.model.Model;
import org.fascicle.plugin.Lack;
import org.osgi.annotation.versioning.ProviderType;

/** Reads experiments and makes them ready to run. Thread-safe. */
@ProviderType
public interface Experiments {
    /**
     * Reads an experiment from a JSON file.
     *
     * @param settings overrides, {@code key.path=value}, the value as JSON or else as text; a path of one word that names
     *     a parameter sets it
     * @throws org.fascicle.plugin.ConfigException if it is no JSON, has duplicate or unknown keys, or a setting has no place
     */
    Experiment read(Path file, List<String> settings);

    /** Reads an experiment from what JSON holds; {@code where} is put before messages. */
    Experiment read(String where, Map<String, ?> tree, List<String> settings);

    /** The directories in which data is looked for: these, then {@code FASCICLE_DATA}, then {@code ~/.fascicle/data}. */
    Sources sources(List<Path> directories);

    /** Loads a data set from options with {@code type}. */
    Splits data(Map<String, ?> dataset, Sources sources);

    /** Every plug-in that the experiment names and that is not there: data set, layers, losses, metrics, optimizer, schedule. */
    List<Lack> missing(Experiment e);

    /** Loads the data and makes the model, named after the experiment, ready for {@link Trainer#start}. */
    Prepared prepare(Experiment e, Sources sources);

    /** What {@link #prepare} gives; the model is the caller's to close. */
    record Prepared(Experiment experiment, Model model, RunSpec run) {}
}
