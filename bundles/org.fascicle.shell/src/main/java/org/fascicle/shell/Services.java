package org.fascicle.shell;

import org.fascicle.model.Models;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Trust;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.train.Experiments;
import org.fascicle.train.Trainer;

/** What commands work with. Immutable. */
record Services(
        Experiments experiments,
        Trainer trainer,
        Models models,
        Plugins plugins,
        FascicleRuntime runtime,
        Trust trust) {}
