package org.fascicle.shell;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands whose names no method can have: for these Gogo calls {@code _main} with the name in front. Thread-safe. */
@Component(
        service = GogoNames.class,
        property = {"osgi.command.scope=fascicle", "osgi.command.function=install-missing"})
public final class GogoNames {
    private final GogoCommands commands;

    @Activate
    public GogoNames(@Reference GogoCommands commands) {
        this.commands = commands;
    }

    public void _main(String[] nameAndArguments) {
        commands.fascicle(nameAndArguments);
    }
}
