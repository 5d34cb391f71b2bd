package org.fascicle.runtime.golden;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Metric;
import org.fascicle.plugin.Kind;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** Metrics, summed up over batches of five. */
final class Metrics {
    private static final int BATCH = 5;

    private Metrics() {}

    static Map<String, Check> checks() {
        return Map.of(
                "metrics_multiclass accuracy",
                Metrics::accuracy,
                "metrics_multiclass confusion",
                Metrics::confusion,
                "metrics_regression mse",
                (c, rig, out) -> regression(c, rig, out, "mse", "mean_squared_error"),
                "metrics_regression mae",
                (c, rig, out) -> regression(c, rig, out, "mae", "mean_absolute_error"),
                "metrics_regression rmse",
                (c, rig, out) -> regression(c, rig, out, "rmse", "root_mean_squared_error"),
                "metrics_top_k top_k_accuracy",
                Metrics::topK);
    }

    /** By class and one-hot; two classes also as a single number. */
    private static void accuracy(GoldenCase c, Rig rig, Comparison out) {
        Tensor target = c.input("target"), predicted = c.input("predicted");
        int classes = c.integer("classes");
        Tensor oneHot = oneHot(predicted, classes), truth = oneHot(target, classes);
        for (String type : List.of("accuracy", "sparse_categorical_accuracy")) {
            out.in(type + " by class");
            out.value("accuracy", new Measured(rig, Workbench.layer(type), oneHot, target).value());
        }
        for (String type : List.of("accuracy", "categorical_accuracy")) {
            out.in(type + " one-hot");
            out.value("accuracy", new Measured(rig, Workbench.layer(type), oneHot, truth).value());
        }
        if (classes != 2) return;
        for (String type : List.of("accuracy", "binary_accuracy")) {
            out.in(type + " of one number");
            out.value(
                    "accuracy",
                    new Measured(rig, Workbench.layer(type), OneNode.append(predicted), OneNode.append(target))
                            .value());
        }
    }

    private static void confusion(GoldenCase c, Rig rig, Comparison out) {
        Tensor predicted = oneHot(c.input("predicted"), c.integer("classes"));
        Measured m = new Measured(rig, Workbench.layer("confusion_matrix"), predicted, c.input("target"));
        out.value(
                "confusion",
                Arrays.stream(m.table()).flatMapToDouble(Arrays::stream).toArray());
        out.value("accuracy", m.value());
    }

    private static void regression(GoldenCase c, Rig rig, Comparison out, String name, String type) {
        out.in(type);
        out.value(name, new Measured(rig, Workbench.layer(type), c.input("predicted"), c.input("target")).value());
    }

    private static void topK(GoldenCase c, Rig rig, Comparison out) {
        Tensor score = c.input("score"), target = c.input("target");
        out.in("by class");
        Map<String, Object> sparse = c.options("sparse_top_k_categorical_accuracy", "k", "k");
        out.value("top_k_accuracy", new Measured(rig, sparse, score, target).value());
        out.in("one-hot");
        Map<String, Object> categorical = c.options("top_k_categorical_accuracy", "k", "k");
        out.value("top_k_accuracy", new Measured(rig, categorical, score, oneHot(target, score.dim(1))).value());
    }

    private static Tensor oneHot(Tensor classes, int count) {
        Tensor t = Tensor.zeros(classes.size(), count);
        for (int i = 0; i < classes.size(); i++) t.data()[i * count + (int) classes.data()[i]] = 1;
        return t;
    }

    /** A metric of all samples. */
    private static final class Measured {
        private final Metric metric;
        private final double[] sum;

        Measured(Rig rig, Map<String, Object> options, Tensor prediction, Tensor target) {
            metric = (Metric) rig.make(Kind.METRIC, "metric", options);
            sum = new double[metric.size(prediction.shape(), target.shape())];
            int n = prediction.dim(0);
            for (int from = 0; from < n; from += BATCH) {
                int to = Math.min(n, from + BATCH);
                metric.add(sum, part(prediction, from, to), part(target, from, to));
            }
        }

        private static Tensor part(Tensor t, int from, int to) {
            int each = t.size() / t.dim(0);
            Shape s = t.shape().with(0, to - from);
            return Tensor.of(s, Arrays.copyOfRange(t.data(), from * each, to * each));
        }

        double value() {
            return metric.value(sum);
        }

        double[][] table() {
            return metric.table(sum).orElseThrow();
        }
    }
}
