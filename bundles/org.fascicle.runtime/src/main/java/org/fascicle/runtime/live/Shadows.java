package org.fascicle.runtime.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.dto.ShadowDTO;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.tensor.Tensor;

/** The shadows of one model. Thread-safe; who predicts reads one volatile list. */
final class Shadows {
    private final LiveModel model;
    private final LiveModels models;
    private volatile List<LiveShadow> all = List.of();

    Shadows(LiveModel model, LiveModels models) {
        this.model = model;
        this.models = models;
    }

    /** Predicts, and lets all shadows have what they need to do the same. */
    Map<String, Tensor> predict(
            Generation g, WeightSet weights, Map<String, Tensor> inputs, Optional<Map<String, Tensor[]>> session) {
        List<LiveShadow> now = all;
        if (now.isEmpty()) return g.program.predict(weights, inputs, session, g.pins::closed);
        long began = System.nanoTime();
        Map<String, Tensor> y = g.program.predict(weights, inputs, session, g.pins::closed);
        long nanos = System.nanoTime() - began;
        for (LiveShadow s : now) s.offer(g, weights, inputs, session, y, nanos);
        return y;
    }

    Shadow start(String node, String provider) {
        List<String> nodes =
                model.spec().nodes().stream().map(ModelSpec.Node::id).toList();
        if (!nodes.contains(node))
            throw new ConfigException("shadow: " + model.name() + " has no node " + node + "; its nodes are " + nodes);
        Substitution s = Substitution.of(node, provider);
        vacant(s);
        Engine e = models.engine(model, s);
        LiveShadow shadow = new LiveShadow(model, s, e, models.beside());
        try {
            model.start(e, g -> {
                shadow.begin(model.serving().stage().part(node), g.originsByPart.get(node));
                return g;
            });
        } catch (FascicleException x) {
            throw x.at(x instanceof MissingPluginException ? "shadow" : "shadow " + s.provider());
        }
        add(shadow, s);
        models.changed();
        return shadow;
    }

    private synchronized void add(LiveShadow shadow, Substitution s) {
        try {
            vacant(s);
            model.open();
        } catch (FascicleException x) {
            model.drop(shadow.engine());
            throw x;
        }
        List<LiveShadow> more = new ArrayList<>(all);
        more.add(shadow);
        all = List.copyOf(more);
    }

    private void vacant(Substitution s) {
        for (LiveShadow o : all) {
            if (o.node().equals(s.node()) && o.provider().equals(s.provider()))
                throw new ConfigException("shadow: " + s.provider() + " is a shadow of " + s.node() + " of "
                        + model.name() + " already; close it first");
        }
    }

    @SuppressWarnings("ReferenceEquality")
    void ended(LiveShadow shadow) {
        synchronized (this) {
            all = all.stream().filter(s -> s != shadow).toList();
        }
        model.drop(shadow.engine());
        models.changed();
    }

    List<Shadow> list() {
        return List.copyOf(all);
    }

    ShadowDTO[] describe() {
        return all.stream().map(LiveShadow::describe).toArray(ShadowDTO[]::new);
    }

    /** The model is closed. */
    void close() {
        all.forEach(LiveShadow::close);
    }
}
