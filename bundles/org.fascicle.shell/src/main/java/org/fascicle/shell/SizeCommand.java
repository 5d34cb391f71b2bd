package org.fascicle.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fascicle.plugin.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells how large the distribution is. Confined to one command. */
@Command(
        name = "size",
        description = {
            "Tell how large this distribution is.",
            "Core is what trains and predicts: the framework and bundles/core. All else are extras of the command line."
        })
final class SizeCommand implements Callable<Integer> {
    private static final List<String> CORE = List.of("framework", "bundles/core");

    private final Console console;

    @Mixin
    private JsonOption json;

    SizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path home = console.home()
                .orElseThrow(() -> new ConfigException(
                        "size: these commands do not run in a distribution, so there is nothing to measure"));
        long core = 0, all = 0;
        TextTable table = new TextTable("part", "file", ">size");
        for (Path jar : jars(home)) {
            String part = home.relativize(jar.getParent()).toString().replace('\\', '/');
            long size = Files.size(jar);
            all += size;
            if (CORE.contains(part)) core += size;
            table.row(part, jar.getFileName().toString(), Numbers.megabytes(size));
            if (json.json) {
                Map<String, Object> m = new LinkedHashMap<>();
                m.put("part", part);
                m.put("file", jar.getFileName().toString());
                m.put("bytes", size);
                m.put("core", CORE.contains(part));
                console.json(m);
            }
        }
        if (json.json) {
            Map<String, Object> m = new LinkedHashMap<>();
            m.put("core_bytes", core);
            m.put("extra_bytes", all - core);
            m.put("total_bytes", all);
            m.put("core_megabytes", core / 1e6);
            m.put("total_megabytes", all / 1e6);
            console.json(m);
            return Failures.DONE;
        }
        table.lines().forEach(console::line);
        console.line("core " + Numbers.megabytes(core) + ", extras " + Numbers.megabytes(all - core) + ", total "
                + Numbers.megabytes(all));
        return Failures.DONE;
    }

    private static List<Path> jars(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
