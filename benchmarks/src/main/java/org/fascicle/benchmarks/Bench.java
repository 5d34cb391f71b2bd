package org.fascicle.benchmarks;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code bench}, and what its cases share. Confined to one command. */
@Command(
        name = "bench",
        description = {
            "Measure Fascicle on this machine.",
            "What else runs on the machine is measured too: compare numbers of one run with each other."
        },
        synopsisSubcommandLabel = "CASE",
        commandListHeading = "%nCases:%n")
final class Bench implements Callable<Integer> {
    private final Services services;
    private final PrintStream out;
    private final PrintStream err;
    private final Supplier<Optional<Integer>> threads;

    @Spec
    private CommandSpec spec;

    Bench(Services services, PrintStream out, PrintStream err, Supplier<Optional<Integer>> threads) {
        this.services = services;
        this.out = out;
        this.err = err;
        this.threads = threads;
    }

    Services services() {
        return services;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    /** How many threads are to work, if it was said. */
    Optional<Integer> threads() {
        return threads.get();
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return Case.DONE;
    }
}
