package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fascicle.provision.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Installs what a model lacks. Confined to one command. */
@Command(
        name = "install-missing",
        description = {
            "Install the plug-ins that a model or an experiment lacks, from the repositories that are allowed: all of them, or nothing.",
            "In the shell they stay. A command of its own begins with what the distribution has: there, use --install of train and others."
        })
final class InstallCommand implements Callable<Integer> {
    private final Services services;
    private final Console console;

    @Mixin
    private Subject subject;

    @Mixin
    private JsonOption json;

    InstallCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Plan.Item> done =
                new Acquisition(services, console).install(subject.missing(services, console, "install-missing"));
        if (json.json) {
            Map<String, Object> m = new LinkedHashMap<>();
            m.put("model", subject.name);
            m.put("installed", done.stream().map(ExplainCommand::tree).toList());
            console.json(m);
            return Failures.DONE;
        }
        if (done.isEmpty()) console.line(subject.name + " lacks nothing");
        done.forEach(i -> console.line("installed " + i));
        if (!done.isEmpty() && !console.shell())
            console.line(
                    "It is gone when this command ends; it stays in the shell, and train --install uses it at once");
        return Failures.DONE;
    }
}
