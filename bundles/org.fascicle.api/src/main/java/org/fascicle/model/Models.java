package org.fascicle.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fascicle.plugin.Lack;
import org.osgi.annotation.versioning.ProviderType;

/** The models of this framework: made, loaded, found. Thread-safe. Each is also a service while satisfied, {@code fascicle.model=<name>}. */
@ProviderType
public interface Models {
    /**
     * Makes a model with fresh weights.
     *
     * @param name unique; a model of this name that is there already is a {@code ConfigException}
     * @param seed what the weights are drawn from, with each parameter's name
     * @throws org.fascicle.plugin.MissingPluginException at once, if a plug-in is not there
     */
    Model create(String name, ModelSpec spec, long seed);

    /** Reads a model from a file; {@link CorruptFileException} if the file is damaged, {@code DataException} if it cannot be read. */
    Model load(String name, Path file);

    /** What a model of this description would need and is not there: its nodes' plug-ins, and those of its losses. */
    List<Lack> missing(ModelSpec spec);

    /** What the model of a file would need to predict and is not there, with who provided it when it was saved; errors as for {@link #load}. */
    List<Lack> missing(Path file);

    Optional<Model> find(String name);

    /** All models, by name. */
    List<Model> list();
}
