package org.fascicle.activations;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.tck.reference.Graph;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tensor.Tensor;

/** One layer on one input: its output, and the gradient by the input. */
record Run(Tensor y, Tensor dx) {
    static Run of(Layer layer, boolean training, Tensor x, Tensor dy) {
        Graph.Spec spec = Graph.Spec.of("n", Child.of("n", "n", layer), "x");
        Graph graph = new Graph(new NaiveOps(), new Weights(1), Map.of("x", x.shape()), List.of(spec), Set.of("x"));
        graph.forward(Map.of("x", x), training, 1, Optional.empty());
        graph.backward(Map.of("n", dy));
        return new Run(graph.value("n"), graph.gradient("x").orElseThrow());
    }
}
