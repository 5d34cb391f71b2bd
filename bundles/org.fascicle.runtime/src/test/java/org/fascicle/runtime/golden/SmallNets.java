package org.fascicle.runtime.golden;

import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.plugin.Kind;
import org.fascicle.runtime.graph.Program;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** Nets of two dense layers: gradients, and training through a learner. */
final class SmallNets {
    private static final Map<String, String> LOSSES = Map.of(
            "mse", "mean_squared_error",
            "bce", "binary_crossentropy",
            "sparse_categorical_crossentropy", "sparse_categorical_crossentropy");
    /** What the files call the parameters of a net with layers of any size. */
    private static final Map<String, String> PARAMETERS =
            Map.of("w1", "hidden.kernel", "b1", "hidden.bias", "w2", "output.kernel", "b2", "output.bias");
    /** The numbers of the 2-2-1 net in the order of {@link #gather}. */
    private static final List<String> NINE = List.of("w11", "w21", "w12", "w22", "b1", "b2", "w13", "w23", "b3");

    private SmallNets() {}

    static Map<String, Check> checks() {
        return Map.of(
                "net_2_2_1", SmallNets::differentiate,
                "net_2_2_1_train", SmallNets::trainNine,
                "mlp_train", (c, rig, out) -> train(c, rig, out, optimizer(c)));
    }

    private static Map<String, Object> optimizer(GoldenCase c) {
        Map<String, Object> options = c.text("optimizer").startsWith("adam")
                ? Workbench.layer("adam", "epsilon", 1e-8, "corrected_epsilon", true)
                : Workbench.layer("sgd");
        options.put("learning_rate", c.real("lr"));
        return options;
    }

    private static List<Map<String, Object>> layers(GoldenCase c, int hidden, int output) {
        return List.of(
                Workbench.layer("dense", "id", "hidden", "units", hidden, "activation", c.text("hidden")),
                Workbench.layer("dense", "id", "output", "units", output, "activation", c.text("output")));
    }

    private static Map<String, Tensor> batch(GoldenCase c) {
        return Map.of("x", c.input("x"), "target", c.input("target"));
    }

    private static Model model(GoldenCase c, Rig rig, int hidden, int output, Map<String, Tensor> weights) {
        return rig.model(
                c.name(),
                Rig.spec(
                        Map.of("x", c.input("x")),
                        layers(c, hidden, output),
                        List.of("output"),
                        LOSSES.get(c.text("loss"))),
                weights);
    }

    /** Trains and compares losses before each step, the first gradients and the last weights. */
    static void train(GoldenCase c, Rig rig, Comparison out, Map<String, Object> optimizer) {
        List<Integer> units = c.integers("layers");
        Map<String, Tensor> weights = new LinkedHashMap<>();
        PARAMETERS.forEach((name, path) -> weights.put(path, c.input(name)));
        try (Model m = model(c, rig, units.get(1), units.get(2), weights)) {
            Map<String, Tensor> gradients = rig.gradients(m, batch(c));
            double[] losses = new double[c.integer("steps")];
            try (Learner l = rig.learner(m, optimizer)) {
                for (int t = 0; t < losses.length; t++)
                    losses[t] = l.step(batch(c), l.rate()).loss();
                l.publish();
            }
            out.value("losses", losses);
            Map<String, Tensor> last = m.weights();
            PARAMETERS.forEach((name, path) -> {
                out.value("final_" + name, last.get(path));
                if (c.expected().containsKey("grad0_" + name)) out.value("grad0_" + name, gradients.get(path));
            });
        }
    }

    private static void trainNine(GoldenCase c, Rig rig, Comparison out) {
        List<String> order = c.attributes().getJsonArray("param_order").getValuesAs(JsonString::getString);
        int steps = c.integer("steps");
        double[] losses = new double[steps];
        Tensor path = Tensor.zeros(steps, order.size());
        try (Model m = model(c, rig, 2, 1, scatter(c));
                Learner l = rig.learner(m, optimizer(c))) {
            for (int t = 0; t < steps; t++) {
                losses[t] = l.step(batch(c), l.rate()).loss();
                l.publish();
                Map<String, Float> numbers = gather(m.weights());
                for (int i = 0; i < order.size(); i++) path.data()[t * order.size() + i] = numbers.get(order.get(i));
            }
        }
        out.value("losses", losses);
        out.value("params", path);
    }

    /** With the loss as a node, so that the gradient by x can be seen. */
    private static void differentiate(GoldenCase c, Rig rig, Comparison out) {
        Map<String, Object> loss = Rig.of(Kind.LOSS, Workbench.layer(LOSSES.get(c.text("loss")), "id", "loss"));
        loss.put("inputs", List.of("output", "target"));
        List<Map<String, Object>> layers = new ArrayList<>(layers(c, 2, 1));
        layers.get(0).put("inputs", "x");
        layers.add(loss);
        int n = c.input("x").dim(0);
        Program p = rig.program(c.name(), Rig.spec(batch(c), layers, List.of("loss", "hidden", "output")));
        Tensor dy = Tensor.zeros(n);
        dy.fill((float) (c.seeds().get("loss").number() / n));
        Rig.Outcome o = Rig.differentiate(p, scatter(c), batch(c), Map.of("loss", dy), Optional.empty());
        double sum = 0;
        for (float v : o.outputs().get("loss").data()) sum += v;
        out.value("loss", sum / n);
        out.value("y", o.outputs().get("output").reshape(Shape.of(n)));
        out.value("h1", column(o.outputs().get("hidden"), 0));
        out.value("h2", column(o.outputs().get("hidden"), 1));
        out.gradient("x", o.gradients().get("x"));
        gather(o.gradients()).forEach(out::gradient);
    }

    private static Tensor column(Tensor t, int c) {
        Tensor r = Tensor.zeros(t.dim(0));
        for (int i = 0; i < r.size(); i++) r.data()[i] = t.data()[i * t.dim(1) + c];
        return r;
    }

    private static Map<String, Tensor> scatter(GoldenCase c) {
        float[] v = new float[NINE.size()];
        for (int i = 0; i < v.length; i++)
            v[i] = (float) c.inputs().get(NINE.get(i)).number();
        return Map.of(
                "hidden.kernel", Tensor.of(Shape.of(2, 2), v[0], v[1], v[2], v[3]),
                "hidden.bias", Tensor.of(Shape.of(2), v[4], v[5]),
                "output.kernel", Tensor.of(Shape.of(1, 2), v[6], v[7]),
                "output.bias", Tensor.of(Shape.of(1), v[8]));
    }

    private static Map<String, Float> gather(Map<String, Tensor> parameters) {
        Map<String, Float> numbers = new LinkedHashMap<>();
        int i = 0;
        for (String path : List.of("hidden.kernel", "hidden.bias", "output.kernel", "output.bias")) {
            for (float v : parameters.get(path).data()) numbers.put(NINE.get(i++), v);
        }
        return numbers;
    }
}
