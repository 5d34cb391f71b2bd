package org.fascicle.runtime.live;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Child;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.graph.Blueprint;
import org.fascicle.runtime.graph.Layout;
import org.fascicle.runtime.graph.Program;
import org.fascicle.tensor.Ops;
import org.fascicle.train.UpdateRule;

/**
 * Makes generations: what a model needs, found in the registry and put together. Immutable.
 *
 * @param losses true to make the losses too
 * @param optimizer options of the optimizer, if it is to learn
 * @param substitution a node that takes its plug-ins from a certain bundle
 */
record Builder(
        String model,
        ModelSpec spec,
        boolean losses,
        Optional<Map<String, Object>> optimizer,
        Optional<Substitution> substitution,
        Plugins plugins) {
    // No node is called so.
    private static final String BACKEND = ".backend", OPTIMIZER = ".optimizer", LOSSES = "losses.";

    /** A generation of what {@code choice} picks now; whether all of it is still there, {@link #present(Generation)} tells. */
    Generation build(Plugins.Choice choice, Optional<Layout> layout) {
        List<Generation.Use> uses = new ArrayList<>();
        Plugin backend = backend(choice);
        Ops ops = (Ops) backend.instance();
        uses.add(new Generation.Use(BACKEND, backend, choice));
        Map<String, Child> made = new LinkedHashMap<>();
        for (ModelSpec.Node n : spec.nodes()) made.put(n.id(), node(n, choice, uses));
        if (losses) {
            for (ModelSpec.Term t : spec.losses()) {
                Plugins.Created c = plugins.create(Kind.LOSS, t.name() + " of " + model, t.options(), choice);
                note(LOSSES + t.name(), c, choice, uses);
                made.put(LOSSES + t.name(), (Child) c.object());
            }
        }
        Optional<UpdateRule> rule = optimizer.map(o -> {
            Plugins.Created c = plugins.create(Kind.OPTIMIZER, "optimizer of " + model, o, choice);
            note(OPTIMIZER, c, choice, uses);
            return (UpdateRule) c.object();
        });
        return new Generation(new Program(new Blueprint(model, spec, made, ops), layout), rule, uses);
    }

    private Child node(ModelSpec.Node n, Plugins.Choice choice, List<Generation.Use> uses) {
        Optional<Substitution> other = substitution.filter(s -> s.node().equals(n.id()));
        Plugins.Choice own = other.map(s -> s.before(choice)).orElse(choice);
        Plugins.Created c = plugins.create(Kind.LAYER, n.id() + " of " + model, n.options(), own);
        other.ifPresent(s -> s.require(plugins, n.id() + " of " + model, c.uses()));
        note(n.id(), c, own, uses);
        return (Child) c.object();
    }

    private static void note(String part, Plugins.Created c, Plugins.Choice choice, List<Generation.Use> uses) {
        c.uses().forEach(p -> uses.add(new Generation.Use(part, p, choice)));
    }

    private Plugin backend(Plugins.Choice choice) {
        return choice.pick(Kind.BACKEND, "", plugins.providers(Kind.BACKEND))
                .orElseThrow(
                        () -> new MissingPluginException(
                                model
                                        + ": no compute backend is there that this model may use; install or start one, e.g. org.fascicle.compute.ejml"));
    }

    /** False if one of its plug-ins has left. */
    boolean present(Generation g) {
        return g.uses.stream().allMatch(this::present);
    }

    @SuppressWarnings("ReferenceEquality") // a provider that left and came back is another
    private boolean present(Plugin p) {
        return plugins.providers(p.origin().kind(), p.origin().name()).stream().anyMatch(q -> q == p);
    }

    /** True if another plug-in would be taken now than one of this generation. */
    @SuppressWarnings("ReferenceEquality")
    boolean outdated(Generation g) {
        for (Generation.Use u : g.parts) {
            Kind k = u.plugin().origin().kind();
            String name = k == Kind.BACKEND ? "" : u.plugin().origin().name();
            List<Plugin> best = k == Kind.BACKEND ? plugins.providers(k) : plugins.providers(k, name);
            if (u.choice().pick(k, name, best).filter(p -> p == u.plugin()).isEmpty()) return true;
        }
        return false;
    }
}
