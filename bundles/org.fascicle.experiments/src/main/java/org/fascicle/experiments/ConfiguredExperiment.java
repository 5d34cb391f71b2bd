package org.fascicle.experiments;

import java.util.Map;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;

/**
 * One configuration {@code org.fascicle.experiment~name}: hands on what Configuration Admin says. It keeps nothing, so that a component
 * that is made anew for the same configuration starts nothing twice.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.fascicle.experiment",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ConfiguredExperiment {
    private final ConfiguredRuns runs;
    private final String pid;

    @Activate
    public ConfiguredExperiment(@Reference ConfiguredRuns runs, Map<String, Object> properties) {
        this.runs = runs;
        pid = String.valueOf(properties.get("service.pid"));
        runs.updated(pid, properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        runs.updated(pid, properties);
    }

    @Deactivate
    void deactivate(int reason) {
        if (reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED) runs.deleted(pid);
    }
}
