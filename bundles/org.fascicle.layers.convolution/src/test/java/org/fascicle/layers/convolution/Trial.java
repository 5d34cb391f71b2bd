package org.fascicle.layers.convolution;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.fascicle.nn.Layer;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.Graph;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** One layer run forward and backward on the reference executor with drawn numbers. */
record Trial(Graph graph, Weights weights, Tensor x, Tensor dy) {
    /** Plans only; throws what the layer throws. */
    static Graph graph(Layer.Factory factory, Map<String, Object> options, Weights weights, int... x) {
        var child = new Parts().child("layer", "layer", factory, options);
        return new Graph(
                new NaiveOps(),
                weights,
                Map.of("x", Shape.of(x)),
                List.of(Graph.Spec.of("layer", child, "x")),
                Set.of("x"));
    }

    static Trial run(Layer.Factory factory, Map<String, Object> options, Random r, int... dims) {
        Weights weights = new Weights(r.nextLong());
        Graph graph = graph(factory, options, weights, dims);
        Tensor x = normal(r, Shape.of(dims)), dy = normal(r, graph.shape("layer"));
        for (Weights.Entry e : weights.entries())
            e.value().set(normal(r, e.param().shape()));
        graph.forward(Map.of("x", x), true, 1, Optional.empty());
        graph.backward(Map.of("layer", dy));
        return new Trial(graph, weights, x, dy);
    }

    Tensor y() {
        return graph.value("layer");
    }

    Tensor dx() {
        return graph.gradient("x").orElseThrow();
    }

    Tensor parameter(String name) {
        return weights.get("layer." + name).value();
    }

    Tensor gradient(String name) {
        return weights.get("layer." + name).gradient();
    }

    private static Tensor normal(Random r, Shape s) {
        Tensor t = Tensor.zeros(s);
        for (int i = 0; i < t.size(); i++) t.data()[i] = (float) r.nextGaussian();
        return t;
    }

    /** The largest |actual - expected|. */
    static double difference(Tensor actual, double[] expected) {
        if (actual.size() != expected.length) return Double.POSITIVE_INFINITY;
        double d = 0;
        for (int i = 0; i < expected.length; i++) d = Math.max(d, Math.abs(actual.data()[i] - expected[i]));
        return d;
    }
}
