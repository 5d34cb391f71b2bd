package org.fascicle.shell;

import java.nio.file.Path;
import org.fascicle.model.Model;

/** Opens model files under names that are free. Stateless. */
final class ModelFiles {
    private ModelFiles() {}

    /** The model is the caller's to close. */
    static Model open(Services services, Console console, String command, Path path, boolean install) {
        Path file = console.file(command, path);
        new Acquisition(services, console)
                .complete(command + ": " + path, () -> services.models().missing(file), install);
        String plain = file.getFileName().toString().replaceFirst("\\.safetensors$", "");
        String name = plain;
        for (int i = 2; services.models().find(name).isPresent(); i++) name = plain + "-" + i;
        return services.models().load(name, file);
    }
}
