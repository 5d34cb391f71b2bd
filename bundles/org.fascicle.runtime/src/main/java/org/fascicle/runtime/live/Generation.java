package org.fascicle.runtime.live;

import java.util.List;
import java.util.Optional;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.runtime.graph.Program;
import org.fascicle.train.UpdateRule;

/** One set of code that a model runs on: replaced as a whole. Immutable but for its pins. */
final class Generation {
    final Program program;
    final Optional<UpdateRule> rule;
    final List<Plugin> uses;
    final List<Origin> origins;
    final Pins pins = new Pins();

    Generation(Program program, Optional<UpdateRule> rule, List<Plugin> uses) {
        this.program = program;
        this.rule = rule;
        this.uses = List.copyOf(uses);
        origins = this.uses.stream().map(Plugin::origin).distinct().toList();
    }
}
