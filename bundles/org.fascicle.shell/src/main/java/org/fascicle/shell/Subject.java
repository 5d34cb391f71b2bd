package org.fascicle.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.plugin.Lack;
import org.fascicle.train.Experiment;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What may lack plug-ins: a model that is there, a model file, or an experiment. Confined to one command. */
final class Subject {
    @Parameters(
            paramLabel = "MODEL",
            description =
                    "A .safetensors file, an experiment as a JSON file or by its name, or, in the shell, a model's name.")
    String name;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Change a setting of an experiment, as train does. May be repeated.")
    private List<String> settings = new ArrayList<>();

    /** What it lacks at the time of asking. */
    Supplier<List<Lack>> missing(Services services, Console console, String command) {
        Optional<Model> model = services.models().find(name);
        if (model.isPresent()) {
            ModelSpec spec = model.get().spec().losses(List.of());
            return () -> services.models().missing(spec);
        }
        if (name.endsWith(".safetensors")) {
            Path file = console.file(command, Path.of(name));
            return () -> services.models().missing(file);
        }
        Experiment e = services.experiments().read(console.experiment(name), settings);
        return () -> services.experiments().missing(e);
    }
}
