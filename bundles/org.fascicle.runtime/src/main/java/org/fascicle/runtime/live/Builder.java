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
 */
record Builder(String model, ModelSpec spec, boolean losses, Optional<Map<String, Object>> optimizer, Plugins plugins) {
    /** A generation of what {@code choice} picks now; whether all of it is still there, {@link #present(Generation)} tells. */
    Generation build(Plugins.Choice choice, Optional<Layout> layout) {
        List<Plugin> uses = new ArrayList<>();
        Plugin backend = backend(choice);
        Ops ops = (Ops) backend.instance();
        uses.add(backend);
        Map<String, Child> made = new LinkedHashMap<>();
        for (ModelSpec.Node n : spec.nodes())
            made.put(n.id(), child(Kind.LAYER, n.id() + " of " + model, n.options(), choice, uses));
        if (losses) {
            for (ModelSpec.Term t : spec.losses()) {
                made.put("losses." + t.name(), child(Kind.LOSS, t.name() + " of " + model, t.options(), choice, uses));
            }
        }
        Optional<UpdateRule> rule = optimizer.map(o -> {
            Plugins.Created c = plugins.create(Kind.OPTIMIZER, "optimizer of " + model, o, choice);
            uses.addAll(c.uses());
            return (UpdateRule) c.object();
        });
        return new Generation(new Program(new Blueprint(model, spec, made, ops), layout), rule, uses);
    }

    private Child child(
            Kind kind, String where, Map<String, Object> options, Plugins.Choice choice, List<Plugin> uses) {
        Plugins.Created c = plugins.create(kind, where, options, choice);
        uses.addAll(c.uses());
        return (Child) c.object();
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

    /** True if the best choice now would be another one than this generation. */
    @SuppressWarnings("ReferenceEquality")
    boolean outdated(Generation g) {
        for (Plugin p : g.uses) {
            Kind k = p.origin().kind();
            List<Plugin> best = k == Kind.BACKEND
                    ? plugins.providers(k)
                    : plugins.providers(k, p.origin().name());
            if (best.isEmpty() || best.get(0) != p) return true;
        }
        return false;
    }
}
