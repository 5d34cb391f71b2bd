package org.fascicle.runtime.graph;

import java.util.Arrays;
import java.util.List;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/** A child in one workspace: its layer's cell, then its activation's. Belongs to the thread that holds the workspace. */
final class Compound {
    final Unit.Nested nested;
    private final Cell cell;
    private final Compound activation;
    private final Tensor[] activationIn = new Tensor[1];
    private final Sink[] activationSink;
    private final List<Tensor> results;
    private int instance = -1;

    Compound(Unit.Nested nested, Workspace workspace) {
        this.nested = nested;
        cell = new Cell(nested.unit(), 0, workspace, Cell.outputs(nested.unit()));
        activation = nested.activation().map(a -> new Compound(a, workspace)).orElse(null);
        activationSink = activation == null ? null : new Sink[] {Sink.set(Tensor.zeros(cell.out[0].shape()))};
        if (activation == null) {
            results = List.of(cell.out);
        } else {
            Tensor[] r = cell.out.clone();
            r[0] = activation.results().get(0);
            results = List.of(r);
        }
    }

    void instance(int number) {
        if (number == instance) return;
        instance = number;
        cell.instance(number);
        if (activation != null) activation.instance(number);
    }

    void letGo() {
        cell.letGo();
        activationIn[0] = null;
        if (activation != null) activation.letGo();
    }

    List<Tensor> results() {
        return results;
    }

    List<Tensor> forward(Tensor... in) {
        cell.forward(in);
        if (activation != null) {
            activationIn[0] = cell.out[0];
            activation.forward(activationIn);
        }
        return results;
    }

    void backward(Sink[] dx, Tensor... dy) {
        Tensor[] dz = Arrays.copyOf(dy, cell.out.length);
        for (int i = dy.length; i < dz.length; i++) dz[i] = Tensor.ABSENT;
        if (activation != null && dz[0] != Tensor.ABSENT) {
            activation.backward(activationSink, dz[0]);
            dz[0] = activationSink[0].tensor();
        }
        cell.backward(dx, dz, false);
    }
}
