package org.fascicle.shell;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line's root: parses, runs one command, turns failures into a line and an exit code. Confined to one command. */
@Command(
        name = "fascicle",
        description = "Trains neural networks and uses them.",
        synopsisSubcommandLabel = "COMMAND",
        optionListHeading = "%nOptions of every command:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        footer = {
            "fascicle train                    learn to read digits (data included)",
            "fascicle train EXPERIMENT.json    train what the file describes",
            "fascicle COMMAND --help           all about a command"
        })
final class Fascicle implements Callable<Integer> {
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

    // Taken by the launcher before the framework starts; here so that it is known, checked and explained.
    @Option(
            names = "--threads",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Compute with N threads (default: all cores, or FASCICLE_THREADS).")
    private Integer threads;

    @Spec
    private CommandSpec spec;

    private Fascicle() {}

    /** Runs one command and gives its exit code: 0 done, 1 unexpected failure, 2 something the user can mend. */
    static int run(Services services, Console console, String... args) {
        Fascicle root = new Fascicle();
        try {
            return commandLine(root, services, console).execute(args);
        } catch (VirtualMachineError | LinkageError e) {
            return Failures.report(e, root.verbose, console);
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    private static CommandLine commandLine(Fascicle root, Services services, Console console) {
        CommandLine c = new CommandLine(root)
                .addSubcommand(new TrainCommand(services, console))
                .addSubcommand(new EvaluateCommand(services, console))
                .addSubcommand(new PredictCommand(services, console))
                .addSubcommand(new SummaryCommand(services, console))
                .addSubcommand(new PluginsCommand(services, console))
                .addSubcommand(new DescribeCommand(services, console))
                .addSubcommand(new ExplainCommand(services, console))
                .addSubcommand(new InstallCommand(services, console))
                .addSubcommand(new PlotCommand(services, console))
                .addSubcommand(new StatusCommand(services, console))
                .addSubcommand(new ShadowCommand(services, console))
                .addSubcommand(new SwapCommand(services, console))
                .addSubcommand(new SizeCommand(console))
                .addSubcommand(new HashCommand(console))
                .addSubcommand(new TrustCommand(services, console))
                .addSubcommand(new BenchCommand())
                .addSubcommand(new ShellCommand(console))
                .addSubcommand(new VersionCommand(services, console))
                .addSubcommand(new HelpCommand());
        c.setCaseInsensitiveEnumValuesAllowed(true);
        c.registerConverter(Path.class, Fascicle::path);
        c.setOut(new java.io.PrintWriter(console.out(), true));
        c.setErr(new java.io.PrintWriter(console.err(), true));
        c.setUsageHelpWidth(Math.max(NARROWEST, Math.min(120, console.columns())));
        c.setColorScheme(CommandLine.Help.defaultColorScheme(
                console.terminal() && !plain() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        c.setParameterExceptionHandler((e, args) -> {
            console.err()
                    .println("fascicle: " + message(e) + "; see "
                            + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return Failures.USER;
        });
        c.setExecutionExceptionHandler((e, command, result) -> Failures.report(e, root.verbose, console));
        return c;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CommandLine.TypeConversionException(Failures.path(e));
        }
    }

    /** Asked for by the user, see no-color.org, or by a terminal that knows no colours. */
    private static boolean plain() {
        String no = System.getenv("NO_COLOR");
        return no != null && !no.isEmpty() || "dumb".equals(System.getenv("TERM"));
    }

    private static String message(CommandLine.ParameterException e) {
        CommandLine c = e.getCommandLine();
        if (!(e instanceof CommandLine.UnmatchedArgumentException u)) return Failures.oneLine(e.getMessage());
        String what = u.getUnmatched().get(0);
        boolean command = c.getCommandSpec().parent() == null;
        if (what.startsWith("-")) {
            String word = what.replaceFirst("^--?", "");
            return "there is no option " + what
                    + (command && c.getSubcommands().containsKey(word)
                            ? "; the command is " + word
                            : Names.nearest(
                                    what, c.getCommandSpec().optionsMap().keySet()));
        }
        return command
                ? "there is no command " + what
                        + Names.nearest(what, c.getSubcommands().keySet())
                : "nothing is expected at " + what;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return Failures.DONE;
    }
}
