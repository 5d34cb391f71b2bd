package org.fascicle.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fascicle.data.Sources;
import picocli.CommandLine.Option;

/** Where data is found. */
final class DataOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Look for data in DIR first; then in FASCICLE_DATA, then in ~/.fascicle/data. May be repeated.")
    List<Path> data = new ArrayList<>();

    Sources sources(Services services, Console console) {
        return services.experiments().sources(console.resolve(data));
    }
}
