package org.fascicle.runtime.golden;

import static org.fascicle.runtime.live.Workbench.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.plugin.Kind;
import org.fascicle.runtime.graph.Program;
import org.fascicle.tensor.Tensor;

/** The Keras-style convolutional net and LeNet-5, on real images. */
final class ImageNets {
    private static final String LOSS = "sparse_categorical_crossentropy";

    private ImageNets() {}

    static Map<String, Check> checks() {
        return Map.of("keras_cnn", ImageNets::kerasCnn, "lenet5", ImageNets::lenet5);
    }

    /** The parameters of a case: {@code conv1_w} is {@code conv1.kernel}. */
    private static Map<String, Tensor> weights(GoldenCase c) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        c.inputs().forEach((name, t) -> {
            if (name.endsWith("_w") || name.endsWith("_b")) weights.put(path(name), t.tensor());
        });
        return weights;
    }

    private static String path(String parameter) {
        String node = parameter.substring(0, parameter.length() - 2);
        return node + (parameter.endsWith("_w") ? ".kernel" : ".bias");
    }

    private static Map<String, Tensor> batch(GoldenCase c) {
        return Map.of("x", c.input("x"), "target", c.input("target"));
    }

    private static void kerasCnn(GoldenCase c, Rig rig, Comparison out) {
        List<Object> layers = List.of(
                layer("conv2d", "id", "conv1", "filters", 4, "kernel_size", 5, "activation", "tanh"),
                layer("conv2d", "id", "conv2", "filters", 8, "kernel_size", 3, "activation", "tanh"),
                layer("max_pool2d"),
                layer("conv2d", "id", "conv3", "filters", 16, "kernel_size", 3, "activation", "relu"),
                layer("max_pool2d"),
                layer("flatten"),
                layer("dense", "id", "dense1", "units", 128, "activation", "tanh"),
                layer("dense", "id", "dense2", "units", 10),
                layer("activation", "id", "probabilities", "function", "softmax"));
        Map<String, Tensor> x = Map.of("x", c.input("x"));
        Map<String, Object> loss = layer(LOSS);
        try (Model m = rig.model(c.name(), Rig.spec(x, layers, List.of("probabilities", "dense2"), loss), weights(c))) {
            Map<String, Tensor> y = m.predict(x);
            out.value("logits0", y.get("dense2"));
            out.value("probabilities0", y.get("probabilities"));
            Map<String, Tensor> gradients = rig.gradients(m, batch(c));
            Map<String, Object> sgd = layer("sgd", "learning_rate", 0.05, "momentum", 0.9, "nesterov", true);
            double[] losses = new double[c.expected().get("losses").data().length];
            try (Learner l = rig.learner(m, sgd)) {
                for (int t = 0; t < losses.length - 1; t++)
                    losses[t] = l.step(batch(c), l.rate()).loss();
                losses[losses.length - 1] = l.evaluate(batch(c)).loss();
                l.publish();
            }
            out.value("losses", losses);
            compare(c, out, gradients, m.weights());
        }
    }

    private static void compare(GoldenCase c, Comparison out, Map<String, Tensor> first, Map<String, Tensor> last) {
        for (String name : c.expected().keySet()) {
            if (name.startsWith("grad0_")) out.value(name, first.get(path(name.substring("grad0_".length()))));
            else if (name.startsWith("final_sum_"))
                out.value(name, sums(last.get(path(name.substring("final_sum_".length())))));
            else if (name.startsWith("final_")) out.value(name, last.get(path(name.substring("final_".length()))));
        }
    }

    /** Sum and sum of squares. */
    private static double[] sums(Tensor t) {
        double sum = 0, squares = 0;
        for (float v : t.data()) {
            sum += v;
            squares += (double) v * v;
        }
        return new double[] {sum, squares};
    }

    private static List<Object> lenetLayers(Object... last) {
        List<Object> layers = new ArrayList<>(List.of(
                layer(
                        "conv2d",
                        "id",
                        "conv1",
                        "inputs",
                        "x",
                        "filters",
                        6,
                        "kernel_size",
                        5,
                        "pads",
                        2,
                        "activation",
                        "relu"),
                layer("max_pool2d", "id", "pool1"),
                layer("conv2d", "id", "conv2", "filters", 16, "kernel_size", 5, "activation", "relu"),
                layer("max_pool2d", "id", "pool2"),
                layer("flatten"),
                layer("dense", "id", "fc1", "units", 120, "activation", "relu"),
                layer("dense", "id", "fc2", "units", 84, "activation", "relu")));
        layers.addAll(List.of(last));
        return layers;
    }

    private static void lenet5(GoldenCase c, Rig rig, Comparison out) {
        if (c.gradients().isEmpty()) lenetForward(c, rig, out);
        else lenetGradients(c, rig, out);
    }

    private static void lenetForward(GoldenCase c, Rig rig, Comparison out) {
        Map<String, Tensor> x = Map.of("x", c.input("x"));
        List<Object> layers = lenetLayers(
                layer("dense", "id", "logits", "units", 10),
                layer("activation", "id", "probabilities", "function", "softmax"));
        List<String> outputs = List.of("logits", "probabilities", "pool1", "pool2", "fc1", "fc2");
        Map<String, Object> loss = layer(LOSS, "from_logits", true);
        Map<String, Tensor> weights = weights(c);
        weights.put("logits.kernel", weights.remove("fc3.kernel"));
        weights.put("logits.bias", weights.remove("fc3.bias"));
        try (Model m = rig.model(c.name(), Rig.spec(x, layers, outputs, loss), weights)) {
            m.predict(x).forEach(out::value);
            out.value("loss", m.evaluate(batch(c)).loss());
        }
    }

    /** By a graph that has the loss as a node, and by a step on a model whose softmax and loss are taken together. */
    private static void lenetGradients(GoldenCase c, Rig rig, Comparison out) {
        Map<String, Object> loss = Rig.of(Kind.LOSS, layer(LOSS, "id", "loss", "from_logits", true));
        loss.put("inputs", List.of("fc3", "target"));
        List<Object> layers = lenetLayers(layer("dense", "id", "fc3", "units", 10), loss);
        Program p = rig.program(c.name(), Rig.spec(batch(c), layers, List.of("loss")));
        int n = c.input("x").dim(0);
        Tensor dy = Tensor.zeros(n);
        dy.fill((float) (c.seeds().get("loss").number() / n));
        Rig.Outcome o = Rig.differentiate(p, weights(c), batch(c), Map.of("loss", dy), Optional.empty());
        out.in("loss as a node");
        for (String name : c.gradients().keySet())
            out.gradient(name, o.gradients().get(name.equals("x") ? "x" : path(name)));

        Map<String, Tensor> x = Map.of("x", c.input("x"));
        List<Object> fused = lenetLayers(layer("dense", "id", "fc3", "units", 10, "activation", "softmax"));
        try (Model m = rig.model(c.name(), Rig.spec(x, fused, List.of("fc3"), LOSS), weights(c))) {
            out.in("in a step");
            rig.gradients(m, batch(c))
                    .forEach((path, g) ->
                            out.gradient(path.replace(".kernel", "_w").replace(".bias", "_b"), g));
        }
    }
}
