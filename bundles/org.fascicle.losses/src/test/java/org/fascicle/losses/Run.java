package org.fascicle.losses;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.nn.Child;
import org.fascicle.nn.Loss;
import org.fascicle.tck.reference.Graph;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tensor.Tensor;

/** One loss on one batch: its outputs, and the gradient of their sum by the prediction. */
record Run(Tensor value, Optional<Tensor> divisor, Tensor dx) {
    static Run of(Loss loss, Tensor prediction, Tensor target) {
        Graph.Spec spec = Graph.Spec.of("n", Child.of("n", "n", loss), "x", "t");
        Graph graph = new Graph(
                new NaiveOps(),
                new Weights(1),
                Map.of("x", prediction.shape(), "t", target.shape()),
                List.of(spec),
                Set.of("x"));
        graph.forward(Map.of("x", prediction, "t", target), true, 1, Optional.empty());
        Tensor one = Tensor.zeros(graph.shape("n"));
        one.fill(1);
        graph.backward(Map.of("n", one));
        Optional<Tensor> divisor = loss.outputs().size() > 1 ? Optional.of(graph.value("n.divisor")) : Optional.empty();
        return new Run(graph.value("n"), divisor, graph.gradient("x").orElseThrow());
    }
}
