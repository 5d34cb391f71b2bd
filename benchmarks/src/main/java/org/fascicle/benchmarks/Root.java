package org.fascicle.benchmarks;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;
import org.fascicle.plugin.FascicleException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Parses the whole command line, runs one case, turns failures into a line and an exit code. Confined to one command. */
@Command(name = "fascicle", synopsisSubcommandLabel = "bench")
final class Root {
    private static final int UNEXPECTED = 1;
    private static final int USER = 2;
    private static final int INTERRUPTED = 130;
    /** Below this, picocli cannot set options and their descriptions side by side. */
    private static final int NARROWEST = 55;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Say how it is used.")
    private boolean help;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log what happens, and show the stack trace of failures.")
    private boolean verbose;

    // The launcher takes it too, for the compute backend.
    @Option(
            names = "--threads",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Work with N threads (default: what the case says).")
    private Integer threads;

    private Root() {}

    /** Runs one case and gives its exit code: 0 done, 1 it failed, 2 something the user can mend. */
    static int run(Services services, PrintStream out, PrintStream err, int columns, String... args) {
        Root root = new Root();
        Bench bench = new Bench(services, out, err, () -> Optional.ofNullable(root.threads));
        CommandLine c = new CommandLine(root)
                .addSubcommand(new CommandLine(bench)
                        .addSubcommand(new HotSwap(bench))
                        .addSubcommand(new LenetLatency(bench))
                        .addSubcommand(new LenetTraining(bench)));
        c.setOut(new PrintWriter(out, true));
        c.setErr(new PrintWriter(err, true));
        c.setUsageHelpWidth(Math.max(NARROWEST, Math.min(120, columns)));
        c.setParameterExceptionHandler((e, a) -> {
            err.println("fascicle: " + message(e) + "; see "
                    + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return USER;
        });
        c.setExecutionExceptionHandler((e, command, result) -> report(e, root.verbose, err));
        try {
            return c.execute(args);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static String message(CommandLine.ParameterException e) {
        CommandLine c = e.getCommandLine();
        if (!(e instanceof CommandLine.UnmatchedArgumentException u)) return oneLine(e.getMessage());
        String what = u.getUnmatched().get(0);
        if (what.startsWith("-")) return "there is no option " + what;
        return c.getSubcommands().isEmpty()
                ? "nothing is expected at " + what
                : "there is no case " + what + "; there are "
                        + String.join(", ", c.getSubcommands().keySet());
    }

    private static int report(Exception e, boolean verbose, PrintStream err) {
        if (verbose) e.printStackTrace(err);
        if (e instanceof InterruptedException) {
            err.println("fascicle: interrupted");
            return INTERRUPTED;
        }
        if (e instanceof FascicleException) {
            err.println("fascicle: " + oneLine(e.getMessage()));
            return USER;
        }
        err.println("fascicle: unexpected failure: " + oneLine(e.toString()) + "; details with --verbose");
        return UNEXPECTED;
    }

    private static String oneLine(String s) {
        return String.valueOf(s).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
