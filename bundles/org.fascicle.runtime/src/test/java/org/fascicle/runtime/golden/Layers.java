package org.fascicle.runtime.golden;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** Dense, convolution, pooling, shape and merge layers, and dropout. */
final class Layers {
    private Layers() {}

    static Map<String, Check> checks() {
        return Map.ofEntries(
                Map.entry("dense", Layers::dense),
                Map.entry("conv2d", Layers::conv2d),
                Map.entry("depthwise_conv2d", Layers::conv2d),
                Map.entry("max_pool2d", (c, rig, out) -> pool(c, rig, out, "max_pool2d")),
                Map.entry("avg_pool2d", (c, rig, out) -> pool(c, rig, out, "average_pool2d")),
                Map.entry("global_max_pool", (c, rig, out) -> global(c, rig, out, "global_max_pool2d")),
                Map.entry("global_avg_pool", (c, rig, out) -> global(c, rig, out, "global_average_pool2d")),
                Map.entry("lenet_subsampling", Layers::subsampling),
                Map.entry("flatten", (c, rig, out) -> new OneNode(rig, c, c.options("flatten")).compare(out)),
                Map.entry(
                        "reshape",
                        (c, rig, out) -> whole(c, rig, Workbench.layer("reshape", "target_shape", c.integers("shape")))
                                .compare(out)),
                Map.entry(
                        "add",
                        (c, rig, out) -> whole(c, rig, Workbench.layer("add")).compare(out)),
                Map.entry(
                        "concat",
                        (c, rig, out) -> whole(c, rig, Workbench.layer("concatenate", "axis", c.integer("axis") + 1))
                                .compare(out)),
                Map.entry("dropout", Layers::dropout));
    }

    private static void dense(GoldenCase c, Rig rig, Comparison out) {
        Map<String, Object> options = c.options("dense", "use_bias", "use_bias", "activation", "activation");
        options.put("units", c.input("w").dim(0));
        new OneNode(rig, c, options)
                .parameter("w", "kernel")
                .parameter("b", "bias")
                .compare(out);
    }

    /** A depthwise one has as many groups as channels. */
    private static void conv2d(GoldenCase c, Rig rig, Comparison out) {
        Map<String, Object> options = c.options(
                "conv2d",
                "kernel_size",
                "kernel",
                "strides",
                "stride",
                "dilation_rate",
                "dilation",
                "groups",
                "groups",
                "use_bias",
                "use_bias");
        options.put("filters", c.input("w").dim(0));
        if (c.op().equals("depthwise_conv2d"))
            options.put("groups", c.input("x").dim(1));
        padding(c, options);
        new OneNode(rig, c, options)
                .parameter("w", "kernel")
                .parameter("b", "bias")
                .compare(out);
    }

    private static void pool(GoldenCase c, Rig rig, Comparison out, String type) {
        Map<String, Object> options = c.options(
                type,
                "pool_size",
                "kernel",
                "strides",
                "stride",
                "dilation_rate",
                "dilation",
                "ceil_mode",
                "ceil_mode",
                "count_include_pad",
                "count_include_pad");
        padding(c, options);
        new OneNode(rig, c, options).compare(out);
    }

    /** The word for the padding where there is one, so that the layer resolves it itself; else the numbers. */
    private static void padding(GoldenCase c, Map<String, Object> options) {
        String word = c.has("pads") ? c.text("padding") : "symmetric";
        switch (word) {
            case "same_upper" -> options.put("padding", "same");
            case "same_lower" -> options.put("padding", "same_lower");
            case "valid", "explicit" -> options.put("pads", c.integers("pads"));
            default ->
                options.put(
                        "pads",
                        c.integers("padding").stream()
                                .flatMap(p -> Stream.of(p, p))
                                .toList());
        }
    }

    /** Planes; of a rank-3 input each channel is a plane of one row. */
    private static void global(GoldenCase c, Rig rig, Comparison out, String type) {
        OneNode node = new OneNode(rig, c, Workbench.layer(type));
        if (c.input("x").rank() == 3) {
            node.inputs(
                    x -> x.reshape(Shape.of(x.dim(0), x.dim(1), 1, x.dim(2))),
                    dx -> dx.reshape(c.input("x").shape()));
        }
        node.compare(out);
    }

    private static void subsampling(GoldenCase c, Rig rig, Comparison out) {
        new OneNode(rig, c, Workbench.layer("subsampling2d", "pool_size", 2, "activation", "sigmoid"))
                .parameter("w", "scale")
                .parameter("b", "bias")
                .compare(out);
    }

    /** These operations of the golden files know no batch, so all of an input is one sample. */
    private static OneNode whole(GoldenCase c, Rig rig, Map<String, Object> options) {
        return new OneNode(rig, c, options)
                .inputs(OneNode::prepend, OneNode::withoutFirst)
                .outputs(OneNode::prepend, OneNode::withoutFirst);
    }

    /** The case gives the mask, the layer draws it: a seed is looked for whose draws are that mask. */
    private static void dropout(GoldenCase c, Rig rig, Comparison out) {
        OneNode node = new OneNode(rig, c, c.options("dropout", "rate", "rate")).without("mask");
        if (c.flag("training")) {
            Tensor mask = c.input("mask");
            List<Boolean> dropped = zeros(mask);
            node.training(node.seed(y -> zeros(y).equals(dropped)));
        }
        node.compare(out);
    }

    private static List<Boolean> zeros(Tensor t) {
        return IntStream.range(0, t.size()).mapToObj(i -> t.data()[i] == 0).toList();
    }
}
