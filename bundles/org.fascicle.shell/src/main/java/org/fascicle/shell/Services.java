package org.fascicle.shell;

import java.util.Optional;
import java.util.function.Supplier;
import org.fascicle.model.Models;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Trust;
import org.fascicle.provision.Provisioning;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.train.Experiments;
import org.fascicle.train.Trainer;

/**
 * What commands work with. Immutable.
 *
 * @param installer comes and goes
 */
record Services(
        Experiments experiments,
        Trainer trainer,
        Models models,
        Plugins plugins,
        FascicleRuntime runtime,
        Trust trust,
        Supplier<Optional<Provisioning>> installer) {
    Optional<Provisioning> provisioning() {
        return installer.get();
    }
}
