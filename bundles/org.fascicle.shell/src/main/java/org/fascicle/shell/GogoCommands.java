package org.fascicle.shell;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.fascicle.model.Models;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Trust;
import org.fascicle.provision.Provisioning;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.train.Experiments;
import org.fascicle.train.Trainer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The same commands in Gogo's shell, one function each. Thread-safe. */
@Component(
        service = GogoCommands.class,
        property = {
            "osgi.command.scope=fascicle",
            "osgi.command.function=fascicle",
            "osgi.command.function=train",
            "osgi.command.function=evaluate",
            "osgi.command.function=predict",
            "osgi.command.function=summary",
            "osgi.command.function=plugins",
            "osgi.command.function=describe",
            "osgi.command.function=explain",
            "osgi.command.function=plot",
            "osgi.command.function=status",
            "osgi.command.function=shadow",
            "osgi.command.function=swap",
            "osgi.command.function=size",
            "osgi.command.function=hash",
            "osgi.command.function=trust",
            "osgi.command.function=version",
            "osgi.command.function=help",
            "osgi.command.function=exit",
            "osgi.command.function=quit"
        })
public final class GogoCommands {
    private static final int COLUMNS = 100;
    private static final int STOPPING_MILLIS = 100;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Provisioning provisioning;

    private final Services services;
    private final Optional<Path> home;
    private final Bundle framework;

    @Activate
    public GogoCommands(
            @Reference Experiments experiments,
            @Reference Trainer trainer,
            @Reference Models models,
            @Reference Plugins plugins,
            @Reference FascicleRuntime runtime,
            @Reference Trust trust,
            BundleContext context) {
        services = new Services(
                experiments, trainer, models, plugins, runtime, trust, () -> Optional.ofNullable(provisioning));
        home = Optional.ofNullable(context.getProperty("fascicle.home")).map(Path::of);
        framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
    }

    /** Any command, as on the command line. */
    public void fascicle(String[] args) {
        // Gogo gives each command's thread streams of its session, so these are asked for at each call.
        Console console = new Console(
                Path.of(System.getProperty("user.dir")),
                System.in,
                System.out,
                System.err,
                System.console() != null,
                true,
                COLUMNS,
                home,
                Console.userDirectory());
        Fascicle.run(services, console, args);
    }

    public void train(String[] args) {
        call("train", args);
    }

    public void evaluate(String[] args) {
        call("evaluate", args);
    }

    public void predict(String[] args) {
        call("predict", args);
    }

    public void summary(String[] args) {
        call("summary", args);
    }

    public void plugins(String[] args) {
        call("plugins", args);
    }

    public void describe(String[] args) {
        call("describe", args);
    }

    public void explain(String[] args) {
        call("explain", args);
    }

    public void plot(String[] args) {
        call("plot", args);
    }

    public void status(String[] args) {
        call("status", args);
    }

    public void shadow(String[] args) {
        call("shadow", args);
    }

    public void swap(String[] args) {
        call("swap", args);
    }

    public void size(String[] args) {
        call("size", args);
    }

    public void hash(String[] args) {
        call("hash", args);
    }

    public void trust(String[] args) {
        call("trust", args);
    }

    public void version(String[] args) {
        call("version", args);
    }

    /** Says how Fascicle's commands are used; those of the shell itself are told by {@code felix:help}. */
    public void help(String[] args) {
        call("help", args);
    }

    /** Ends the shell: a moment later, for the framework interrupts whoever is at work when it stops, this command too. */
    public void exit() {
        CompletableFuture.delayedExecutor(STOPPING_MILLIS, TimeUnit.MILLISECONDS)
                .execute(this::stop);
    }

    public void quit() {
        exit();
    }

    private void stop() {
        try {
            framework.stop();
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        }
    }

    private void call(String command, String[] args) {
        fascicle(Stream.concat(Stream.of(command), Stream.of(args)).toArray(String[]::new));
    }
}
