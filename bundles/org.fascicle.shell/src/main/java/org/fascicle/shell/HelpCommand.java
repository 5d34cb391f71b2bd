package org.fascicle.shell;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says how a command is used: {@code help train} is {@code train --help}. Confined to one command. */
@Command(name = "help", description = "Say how a command is used.")
final class HelpCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command; all of them if left out.")
    private String command;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine root = spec.parent().commandLine();
        CommandLine c = command == null ? root : root.getSubcommands().get(command);
        if (c == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no command " + command
                            + Names.nearest(command, root.getSubcommands().keySet()));
        }
        c.usage(root.getOut());
        return Failures.DONE;
    }
}
