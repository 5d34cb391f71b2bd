package org.fascicle.runtime.golden;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.fascicle.nn.Param;
import org.fascicle.runtime.graph.Program;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Tensor;

/** Initializers, in the kernel of a dense or convolution layer of the shape of the case: statistics of what is drawn. */
final class Initializers {
    private static final Map<String, Function<GoldenCase, Map<String, Object>>> OPTIONS = Map.ofEntries(
            Map.entry("constant", c -> c.options("constant", "value", "value")),
            Map.entry("glorot_normal", c -> c.options("glorot_normal", "distribution", "distribution")),
            Map.entry("glorot_uniform", c -> c.options("glorot_uniform")),
            Map.entry("glorot_uniform_gain", c -> c.options("glorot_uniform", "gain", "gain")),
            Map.entry("he_normal", c -> c.options("he_normal", "distribution", "distribution")),
            Map.entry("he_uniform", c -> c.options("he_uniform")),
            Map.entry("identity", c -> c.options("identity", "gain", "gain")),
            Map.entry(
                    "kaiming_normal_fan_out",
                    c -> c.options("he_normal", "mode", "mode", "distribution", "distribution")),
            Map.entry("kaiming_uniform_leaky", c -> c.options("he_uniform", "negative_slope", "negative_slope")),
            Map.entry("lecun_normal", c -> c.options("lecun_normal", "distribution", "distribution")),
            Map.entry("lecun_uniform", c -> c.options("lecun_uniform")),
            Map.entry("ones", c -> c.options("ones")),
            Map.entry("orthogonal", c -> c.options("orthogonal", "gain", "gain")),
            Map.entry("random_normal", c -> c.options("normal", "stddev", "stddev")),
            Map.entry("random_uniform", c -> c.options("uniform", "low", "low", "high", "high")),
            Map.entry("truncated_normal", c -> c.options("truncated_normal", "stddev", "stddev_parameter")),
            Map.entry("variance_scaling_fan_avg_truncated", Initializers::varianceScaling),
            Map.entry("variance_scaling_fan_avg_uniform", Initializers::varianceScaling),
            Map.entry("variance_scaling_fan_in_truncated", Initializers::varianceScaling),
            Map.entry("variance_scaling_fan_in_uniform", Initializers::varianceScaling),
            Map.entry("variance_scaling_fan_out_truncated", Initializers::varianceScaling),
            Map.entry("variance_scaling_fan_out_uniform", Initializers::varianceScaling),
            Map.entry("zeros", c -> c.options("zeros")));

    private Initializers() {}

    static Map<String, Check> checks() {
        Map<String, Check> checks = new TreeMap<>();
        OPTIONS.keySet().forEach(name -> checks.put("initializer " + name, Initializers::run));
        return checks;
    }

    private static Map<String, Object> varianceScaling(GoldenCase c) {
        Map<String, Object> options = c.options("variance_scaling", "scale", "scale", "mode", "mode");
        options.put("distribution", c.text("distribution").replace(' ', '_'));
        return options;
    }

    private static void run(GoldenCase c, Rig rig, Comparison out) {
        Program p = program(c, rig);
        Param param = p.layout().entries().get(0).param();
        Tensor w = WeightSet.initial(p.layout(), 1, rig.algebra()).copy().get("f.kernel");
        Map<String, GoldenTensor> expected = c.expected();
        if (expected.containsKey("value")) out.value("value", w);
        if (expected.containsKey("gram")) out.value("gram", gram(w));
        if (!expected.containsKey("mean")) return;
        out.value("fan_in", param.fanIn());
        out.value("fan_out", param.fanOut());
        distribution(c, w, out);
    }

    private static Program program(GoldenCase c, Rig rig) {
        List<Integer> shape = c.integers("shape");
        Map<String, Object> options = OPTIONS.get(c.text("name")).apply(c);
        boolean dense = shape.size() == 2;
        Map<String, Object> layer = dense
                ? Workbench.layer("dense", "id", "f", "units", shape.get(0))
                : Workbench.layer("conv2d", "id", "f", "filters", shape.get(0), "kernel_size", shape.subList(2, 4));
        layer.put("use_bias", false);
        layer.put("kernel_initializer", options);
        Tensor x = dense ? Tensor.zeros(1, shape.get(1)) : Tensor.zeros(1, shape.get(1), 8, 8);
        return rig.program(c.name(), Rig.spec(Map.of("x", x), List.of(layer), List.of("f")));
    }

    /** As the description of the group says. */
    private static void distribution(GoldenCase c, Tensor w, Comparison out) {
        int n = w.size();
        double sum = 0, squares = 0, most = 0;
        for (float v : w.data()) sum += v;
        double mean = sum / n;
        for (float v : w.data()) {
            squares += (v - mean) * (v - mean);
            most = Math.max(most, Math.abs(v));
        }
        double variance = squares / n, expectedMean = c.expected().get("mean").number();
        double expectedVariance = c.expected().get("variance").number(),
                deviation = c.expected().get("std").number();
        out.judge("mean", Math.abs(mean - expectedMean) <= 5 * Math.sqrt(expectedVariance / n), "got " + mean);
        out.judge(
                "variance",
                Math.abs(variance - expectedVariance) <= 0.05 * expectedVariance,
                "got " + variance + " for " + expectedVariance);
        out.judge(
                "std",
                Math.abs(Math.sqrt(variance) - deviation) <= 0.05 * deviation,
                "got " + Math.sqrt(variance) + " for " + deviation);
        if (c.expected().containsKey("bound")) {
            double bound = c.expected().get("bound").number();
            out.judge(
                    "bound",
                    most <= Math.nextUp((float) bound),
                    String.format(Locale.ROOT, "got %s for %s", most, bound));
        }
    }

    /** QᵀQ if there are at least as many rows as columns, else QQᵀ. */
    private static Tensor gram(Tensor w) {
        int rows = w.dim(0), cols = w.size() / rows, n = Math.min(rows, cols), m = Math.max(rows, cols);
        boolean tall = rows >= cols;
        Tensor g = Tensor.zeros(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < m; k++) {
                    int a = tall ? k * cols + i : i * cols + k, b = tall ? k * cols + j : j * cols + k;
                    sum += (double) w.data()[a] * w.data()[b];
                }
                g.data()[i * n + j] = (float) sum;
            }
        }
        return g;
    }
}
