package org.fascicle.shell;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.fascicle.model.Models;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Trust;
import org.fascicle.provision.Provisioning;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.train.Experiments;
import org.fascicle.train.Trainer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The command line as a service for a launcher outside of the framework, so in types of the JDK only. The argument is
 * {@code String[] args, Path workingDirectory, InputStream in, PrintStream out, PrintStream err, Boolean terminal, Integer
 * columns}; the result is the exit code. Thread-safe.
 */
@Component(service = ToIntFunction.class, property = "fascicle.command=main")
public final class OneShot implements ToIntFunction<Object[]> {
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Provisioning provisioning;

    private final Services services;
    private final Optional<Path> home;

    @Activate
    public OneShot(
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
    }

    @Override
    public int applyAsInt(Object[] call) {
        Console console = new Console(
                (Path) call[1],
                (InputStream) call[2],
                (PrintStream) call[3],
                (PrintStream) call[4],
                (Boolean) call[5],
                false,
                (Integer) call[6],
                home,
                Console.userDirectory());
        return Fascicle.run(services, console, (String[]) call[0]);
    }
}
