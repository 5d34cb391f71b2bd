package org.fascicle.runtime.golden;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/**
 * Optimizers, driven through a learner. A parameter p gets any gradient g if the model is y = g · p and the loss
 * |y - target| with a target far below: its slope is 1.
 */
final class Optimizers {
    /** By what the files call them: torch's sgd, Keras's sgd, torch's Adam. */
    private static final Map<String, Function<JsonObject, Map<String, Object>>> OPTIONS = Map.of(
            "sgd",
            Optimizers::sgd,
            "keras_sgd",
            Optimizers::kerasSgd,
            "adam",
            h -> adam(h, "adam", "l2"),
            "adamw",
            h -> adam(h, "adamw", "decoupled"));

    private static final float FAR_BELOW = -1e6f;

    private Optimizers() {}

    static Map<String, Check> checks() {
        Map<String, Check> checks = new TreeMap<>();
        OPTIONS.keySet().forEach(name -> checks.put("optimizer " + name, Optimizers::run));
        return checks;
    }

    static Map<String, Object> options(GoldenCase c) {
        return OPTIONS.get(c.text("optimizer")).apply(c.attributes().getJsonObject("hyper"));
    }

    private static Map<String, Object> sgd(JsonObject hyper) {
        Map<String, Object> o = GoldenCase.options(
                hyper,
                "sgd",
                "learning_rate",
                "lr",
                "momentum",
                "momentum",
                "dampening",
                "dampening",
                "nesterov",
                "nesterov",
                "weight_decay",
                "weight_decay");
        o.put("weight_decay_form", "l2");
        o.put("weight_decay_on", "all");
        o.put("rate_in_velocity", false);
        return o;
    }

    private static Map<String, Object> kerasSgd(JsonObject hyper) {
        return GoldenCase.options(
                hyper, "sgd", "learning_rate", "lr", "momentum", "momentum", "nesterov", "nesterov", "decay", "decay");
    }

    private static Map<String, Object> adam(JsonObject hyper, String type, String decay) {
        Map<String, Object> o = GoldenCase.options(
                hyper,
                type,
                "learning_rate",
                "lr",
                "epsilon",
                "eps",
                "amsgrad",
                "amsgrad",
                "weight_decay",
                "weight_decay");
        o.put("beta_1", hyper.getJsonArray("betas").getJsonNumber(0).doubleValue());
        o.put("beta_2", hyper.getJsonArray("betas").getJsonNumber(1).doubleValue());
        o.put("corrected_epsilon", true);
        o.put("weight_decay_form", decay);
        o.put("weight_decay_on", "all");
        return o;
    }

    private static void run(GoldenCase c, Rig rig, Comparison out) {
        switch (c.op()) {
            case "optimizer_net" -> SmallNets.train(c, rig, out, options(c));
            case "optimizer_sequence" ->
                follow(c, rig, out, (p, t) -> c.inputs().get("grads").row(t));
            default -> follow(c, rig, out, (p, t) -> quadratic(c, p));
        }
    }

    /** The gradient at p in step t. */
    @FunctionalInterface
    private interface Gradient {
        Tensor at(Tensor p, int t);
    }

    /** A p - b. */
    private static Tensor quadratic(GoldenCase c, Tensor p) {
        double[] a = c.inputs().get("A").data(), b = c.inputs().get("b").data();
        Tensor g = Tensor.zeros(p.size());
        for (int i = 0; i < g.size(); i++) {
            double sum = -b[i];
            for (int j = 0; j < p.size(); j++) sum += a[i * p.size() + j] * p.data()[j];
            g.data()[i] = (float) sum;
        }
        return g;
    }

    private static void follow(GoldenCase c, Rig rig, Comparison out, Gradient gradient) {
        Tensor start = OneNode.prepend(c.input("p0")), target = Tensor.of(Shape.of(1, 1), FAR_BELOW);
        List<Object> layers = List.of(Workbench.layer("dense", "id", "y", "units", 1, "use_bias", false));
        int n = start.size(), steps = c.integer("steps");
        Tensor path = Tensor.zeros(steps, n);
        try (Model m = rig.model(
                        c.name(),
                        Rig.spec(Map.of("x", start), layers, List.of("y"), "mean_absolute_error"),
                        Map.of("y.kernel", start));
                Learner l = rig.learner(m, options(c))) {
            for (int t = 0; t < steps; t++) {
                Tensor p = m.weights().get("y.kernel");
                l.step(Map.of("x", OneNode.prepend(gradient.at(p, t)), "target", target), l.rate());
                l.publish();
                System.arraycopy(m.weights().get("y.kernel").data(), 0, path.data(), t * n, n);
            }
        }
        out.value("params", path);
    }
}
