package org.fascicle.runtime.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fascicle.model.Model;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.graph.Program;
import org.fascicle.train.UpdateRule;

/** One set of code that a model runs on: replaced as a whole. Immutable but for its pins. */
final class Generation {
    /**
     * A plug-in in it.
     *
     * @param part the node's id, or what else it is for
     * @param choice by which it was taken
     */
    record Use(String part, Plugin plugin, Plugins.Choice choice) {}

    final Program program;
    final Optional<UpdateRule> rule;
    final List<Use> parts;
    final List<Plugin> uses;
    final List<Origin> origins;
    /** What each part is made of: strings only, to be kept beyond this generation. */
    final Map<String, List<Origin>> originsByPart;

    final Pins pins = new Pins();

    Generation(Program program, Optional<UpdateRule> rule, List<Use> parts) {
        this.program = program;
        this.rule = rule;
        this.parts = List.copyOf(parts);
        uses = parts.stream().map(Use::plugin).toList();
        origins = uses.stream().map(Plugin::origin).distinct().toList();
        originsByPart = parts.stream()
                .collect(Collectors.groupingBy(
                        Use::part,
                        LinkedHashMap::new,
                        Collectors.mapping(u -> u.plugin().origin(), Collectors.toUnmodifiableList())));
    }

    /** What it is made of, for people. */
    List<Model.Row> summary() {
        return program.lines().stream().map(this::row).toList();
    }

    private Model.Row row(Program.Line l) {
        String type = l.type().split(" ", 2)[0];
        Origin origin = originsByPart.get(l.id()).stream()
                .filter(o -> o.name().equals(type) && (o.kind() == Kind.LAYER || o.kind() == Kind.ACTIVATION))
                .findFirst()
                .orElseThrow();
        return new Model.Row(l.id(), l.type(), l.inputs(), l.shapes(), l.parameters(), l.statistics(), origin);
    }
}
