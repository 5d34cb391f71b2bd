package org.fascicle.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A measurement, as a subcommand of {@code bench}: named and described by {@code @Command}. Confined to one command. */
abstract class Case implements Callable<Integer> {
    static final int DONE = 0;
    static final int FAILED = 1;

    private final Bench bench;

    @Option(names = "--json", description = "Write nothing but one JSON object to standard output.")
    private boolean json;

    Case(Bench bench) {
        this.bench = bench;
    }

    Bench bench() {
        return bench;
    }

    /** Measures; whatever it installs or makes is gone when this returns. */
    abstract Report measure() throws Exception;

    /** Ends a long loop after Ctrl-C. */
    static void interruptible() throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
    }

    @Override
    public final Integer call() throws Exception {
        Machine machine = Machine.now(bench.services().runtime().getRuntimeDTO().backend);
        Report r = measure();
        if (json) bench.out().println(r.json(machine));
        else r.lines(machine).forEach(bench.out()::println);
        if (r.failure().isEmpty()) return DONE;
        bench.err().println("fascicle: bench " + r.name() + ": " + r.failure());
        return FAILED;
    }
}
