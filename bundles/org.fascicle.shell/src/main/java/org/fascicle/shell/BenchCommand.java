package org.fascicle.shell;

import java.util.List;
import java.util.concurrent.Callable;
import org.fascicle.plugin.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Tells of the measurements; a bundle of its own has them, which the launcher starts. Confined to one command. */
@Command(
        name = "bench",
        description = {
            "Measure Fascicle on this machine.",
            "Measurements have a process of their own: fascicle bench --help lists them."
        })
final class BenchCommand implements Callable<Integer> {
    @Unmatched
    private List<String> rest;

    @Override
    public Integer call() {
        throw new ConfigException(
                "bench: measurements need a process of their own; leave the shell and call fascicle bench "
                        + (rest == null || rest.isEmpty() ? "--help" : String.join(" ", rest)));
    }
}
