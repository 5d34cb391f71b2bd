package org.fascicle.runtime.golden;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fascicle.plugin.Kind;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Tensor;

/**
 * Activations, each in the three places where one can stand: alone, as the layer {@code activation}, and behind the product
 * of a dense layer (where it may be fused with it), whose kernel is the identity.
 */
final class Activations {
    private static final Map<String, Function<GoldenCase, Map<String, Object>>> OPTIONS = Map.ofEntries(
            Map.entry("elu", c -> c.options("elu", "alpha", "alpha")),
            Map.entry("leaky_relu", c -> c.options("leaky_relu", "negative_slope", "slope")),
            Map.entry("linear", c -> c.options("linear", "slope", "slope", "intercept", "intercept")),
            Map.entry("log_softmax", c -> c.options("log_softmax", "axis", "axis")),
            Map.entry("maxout", c -> c.options("maxout", "pieces", "pool_size", "axis", "axis")),
            Map.entry("mpelu", c -> c.options("mpelu")),
            Map.entry("prelu", Activations::prelu),
            Map.entry("relu", c -> c.options("relu")),
            Map.entry("rrelu", c -> c.options("rrelu", "lower", "lower", "upper", "upper")),
            Map.entry("sigmoid", c -> c.options("sigmoid")),
            Map.entry("softmax", c -> c.options("softmax", "axis", "axis")),
            Map.entry("softplus", c -> c.options("softplus", "beta", "beta")),
            Map.entry("step", c -> c.options("step", "at_zero", "at_zero")),
            Map.entry("tanh", c -> c.options("tanh")));

    private Activations() {}

    static Map<String, Check> checks() {
        return OPTIONS.keySet().stream().collect(Collectors.toMap(op -> op, op -> Activations::run));
    }

    private static Map<String, Object> prelu(GoldenCase c) {
        Map<String, Object> options = c.options("prelu");
        options.put("shared", c.inputs().get("alpha").data().length == 1);
        return options;
    }

    private static void run(GoldenCase c, Rig rig, Comparison out) {
        Map<String, Object> options = OPTIONS.get(c.op()).apply(c);
        out.in("alone");
        node(c, rig, Rig.of(Kind.ACTIVATION, options), "").compare(out);
        out.in("as a layer");
        node(c, rig, Workbench.layer("activation", "function", options), "function.")
                .compare(out);
        // Not beside an infinity: 0 times it is no number.
        if (c.group().equals("activations_special")) return;
        out.in("in a dense layer");
        inDense(c, rig, options).compare(out);
    }

    private static OneNode node(GoldenCase c, Rig rig, Map<String, Object> options, String path) {
        return new OneNode(rig, c, options).parameter("alpha", path + "alpha").parameter("beta", path + "beta");
    }

    private static OneNode inDense(GoldenCase c, Rig rig, Map<String, Object> options) {
        Tensor x = c.input("x");
        int features = x.rank() == 1 ? 1 : x.dim(-1);
        Map<String, Object> dense =
                Workbench.layer("dense", "units", features, "use_bias", false, "activation", options);
        OneNode node = node(c, rig, dense, "activation.").weight("kernel", OneNode.identity(features));
        return x.rank() > 1
                ? node
                : node.inputs(OneNode::append, OneNode::withoutLast).outputs(OneNode::append, OneNode::withoutLast);
    }
}
