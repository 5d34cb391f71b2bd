package org.fascicle.shell;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Explains the interactive shell; the launcher is who starts it. Confined to one command. */
@Command(
        name = "shell",
        description = {
            "Start an interactive shell with the same commands.",
            "Plug-ins that are dropped as jars into the directory plugins/ of the caller's working directory are installed "
                    + "within a second, updated when they are replaced, and removed when they are deleted.",
            "What the shell keeps lies in FASCICLE_HOME, or else in ~/.fascicle; a second shell at the same time needs another."
        })
final class ShellCommand implements Callable<Integer> {
    private final Console console;

    ShellCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.line("This is the shell: commands go without \"fascicle\", e.g. plugins --kind layer; exit ends it");
        return Failures.DONE;
    }
}
