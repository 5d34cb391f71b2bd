package org.fascicle.runtime.golden;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.plugin.Kind;
import org.fascicle.runtime.graph.Program;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/**
 * Losses. Without reduction as a node of a graph; reduced as the loss of a live model whose only weights are the
 * predictions, so that a step of gradient descent shows the gradient.
 */
final class Losses {
    private static final Map<String, Function<GoldenCase, Map<String, Object>>> OPTIONS = Map.of(
            "mse", c -> c.options("mean_squared_error"),
            "mae", c -> c.options("mean_absolute_error"),
            "bce", c -> c.options("binary_crossentropy"),
            "bce_with_logits", Losses::binaryFromLogits,
            "categorical_crossentropy", c -> c.options("categorical_crossentropy", "from_logits", "from_logits"),
            "sparse_categorical_crossentropy", Losses::sparse);

    private Losses() {}

    static Map<String, Check> checks() {
        return OPTIONS.keySet().stream().collect(Collectors.toMap(op -> op, op -> Losses::run));
    }

    private static Map<String, Object> binaryFromLogits(GoldenCase c) {
        Map<String, Object> options = c.options("binary_crossentropy");
        options.put("from_logits", true);
        if (c.inputs().containsKey("pos_weight"))
            options.put("pos_weight", c.inputs().get("pos_weight").data());
        return options;
    }

    private static Map<String, Object> sparse(GoldenCase c) {
        Map<String, Object> options = c.options(
                "sparse_categorical_crossentropy",
                "from_logits",
                "from_logits",
                "label_smoothing",
                "label_smoothing",
                "ignore_index",
                "ignore_index",
                "axis",
                "class_axis");
        if (c.inputs().containsKey("class_weight"))
            options.put("class_weight", c.inputs().get("class_weight").data());
        return options;
    }

    private static void run(GoldenCase c, Rig rig, Comparison out) {
        Map<String, Object> options = OPTIONS.get(c.op()).apply(c);
        if (c.text("reduction").equals("none")) each(c, rig, out, options);
        else reduced(c, rig, out, options);
    }

    /** True if the files count elements, where a loss of ours has the mean of a sample: then each element is a sample. */
    private static boolean byElement(GoldenCase c) {
        boolean categorical = c.op().contains("categorical");
        return !categorical
                && (!c.text("reduction").equals("mean") || c.inputs().containsKey("weight"));
    }

    private static Tensor shaped(GoldenCase c, String input) {
        Tensor t = c.input(input);
        boolean column = t.rank() == 1 && !c.op().startsWith("sparse");
        return byElement(c) || column ? t.reshape(Shape.of(t.size(), 1)) : t;
    }

    private static String prediction(GoldenCase c) {
        return c.inputs().containsKey("logits") ? "logits" : "prediction";
    }

    private static void each(GoldenCase c, Rig rig, Comparison out, Map<String, Object> options) {
        String prediction = prediction(c);
        Map<String, Tensor> batch = new LinkedHashMap<>();
        batch.put(prediction, shaped(c, prediction));
        batch.put("target", shaped(c, "target"));
        Map<String, Object> node = Rig.of(Kind.LOSS, options);
        node.put("id", "loss");
        node.put("inputs", List.of(prediction, "target"));
        Program p = rig.program(c.name(), Rig.spec(batch, List.of(node), List.of("loss")));
        Tensor dy = c.seeds().get("y").tensor();
        Shape value = byElement(c) ? Shape.of(dy.size()) : dy.shape();
        Rig.Outcome o = Rig.differentiate(p, Map.of(), batch, Map.of("loss", dy.reshape(value)), Optional.empty());
        out.value("y", o.outputs().get("loss").reshape(dy.shape()));
        out.gradient(
                prediction,
                o.gradients().get(prediction).reshape(c.input(prediction).shape()));
    }

    private static void reduced(GoldenCase c, Rig rig, Comparison out, Map<String, Object> options) {
        String name = prediction(c);
        Tensor prediction = shaped(c, name);
        Map<String, Object> loss = new LinkedHashMap<>(options);
        loss.put("reduction", c.text("reduction"));
        loss.put("weight", c.seeds().get("y").number());
        Map<String, Tensor> batch = batch(c, prediction.dim(0));
        try (Model m = table(c, rig, prediction, loss)) {
            out.in("evaluated");
            out.value("y", m.evaluate(batch).losses().get("loss"));
            out.in("in a step");
            try (Learner l = rig.learner(m, Workbench.layer("sgd", "learning_rate", 1))) {
                out.value("y", l.step(batch, l.rate()).losses().get("loss"));
            }
            Tensor gradient = transposed(rig.gradients(m, batch).get("table.kernel"));
            out.gradient(name, gradient.reshape(c.input(name).shape()));
        }
    }

    /** A model whose only weights are the predictions: sample n asks for row n of them. */
    private static Model table(GoldenCase c, Rig rig, Tensor prediction, Map<String, Object> loss) {
        int samples = prediction.dim(0), features = prediction.size() / samples;
        List<Integer> sample = Arrays.stream(
                        prediction.shape().part(1, prediction.rank()).dims())
                .boxed()
                .toList();
        List<Object> layers = List.of(
                Workbench.layer("dense", "id", "table", "units", features, "use_bias", false),
                Workbench.layer("reshape", "id", "prediction", "target_shape", sample));
        Map<String, Tensor> x = Map.of("x", OneNode.identity(samples));
        Tensor kernel = transposed(prediction.reshape(Shape.of(samples, features)));
        return rig.model(c.name(), Rig.spec(x, layers, List.of("prediction"), loss), Map.of("table.kernel", kernel));
    }

    private static Map<String, Tensor> batch(GoldenCase c, int samples) {
        Map<String, Tensor> batch = new LinkedHashMap<>();
        batch.put("x", OneNode.identity(samples));
        batch.put("target", shaped(c, "target"));
        // Weights of elements are those of samples, as each element is one.
        for (String w : List.of("sample_weight", "weight")) {
            if (c.inputs().containsKey(w)) batch.put("sample_weight", c.input(w).reshape(Shape.of(samples)));
        }
        return batch;
    }

    private static Tensor transposed(Tensor t) {
        Tensor r = Tensor.zeros(t.dim(1), t.dim(0));
        for (int i = 0; i < t.dim(0); i++) {
            for (int j = 0; j < t.dim(1); j++) r.data()[j * t.dim(0) + i] = t.data()[i * t.dim(1) + j];
        }
        return r;
    }
}
