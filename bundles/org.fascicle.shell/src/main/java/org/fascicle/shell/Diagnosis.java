package org.fascicle.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Tells which components of Fascicle lack what, for a launcher whose command does not come: one line each, in types of the JDK. Thread-safe. */
@Component(service = Supplier.class, property = "fascicle.command=diagnosis")
public final class Diagnosis implements Supplier<List<String>> {
    private final ServiceComponentRuntime components;

    @Activate
    public Diagnosis(@Reference ServiceComponentRuntime components) {
        this.components = components;
    }

    @Override
    public List<String> get() {
        List<String> lines = new ArrayList<>();
        for (ComponentDescriptionDTO d : components.getComponentDescriptionDTOs()) {
            if (!d.name.startsWith("org.fascicle.")) continue;
            for (ComponentConfigurationDTO c : components.getComponentConfigurationDTOs(d)) {
                if (c.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    lines.add(d.name + " failed: "
                            + Failures.oneLine(String.valueOf(c.failure)
                                    .lines()
                                    .findFirst()
                                    .orElse("")));
                }
                for (UnsatisfiedReferenceDTO r : c.unsatisfiedReferences) {
                    lines.add(d.name + " lacks " + r.name + (r.target == null ? "" : " " + r.target));
                }
            }
        }
        return lines;
    }
}
