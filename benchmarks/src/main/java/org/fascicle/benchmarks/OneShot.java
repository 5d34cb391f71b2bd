package org.fascicle.benchmarks;

import java.io.PrintStream;
import java.util.function.ToIntFunction;
import org.fascicle.model.Models;
import org.fascicle.runtime.FascicleRuntime;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The command for the launcher, which describes the argument: as that of the other commands. Thread-safe. */
@Component(service = ToIntFunction.class, property = "fascicle.command=bench")
public final class OneShot implements ToIntFunction<Object[]> {
    private final Services services;

    @Activate
    public OneShot(BundleContext context, @Reference Models models, @Reference FascicleRuntime runtime) {
        services = new Services(context, models, runtime);
    }

    @Override
    public int applyAsInt(Object[] call) {
        return Root.run(services, (PrintStream) call[3], (PrintStream) call[4], (Integer) call[6], (String[]) call[0]);
    }
}
