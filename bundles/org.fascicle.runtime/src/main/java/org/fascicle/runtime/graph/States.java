package org.fascicle.runtime.graph;

import java.util.HashMap;
import java.util.Map;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/** The states of streams, {current, next} by key. Confined to their session. */
public final class States {
    private States() {}

    static Tensor[] of(Map<String, Tensor[]> states, String key, Shape shape) {
        Tensor[] s = states.computeIfAbsent(key, k -> new Tensor[] {Tensor.zeros(shape), Tensor.zeros(shape)});
        if (!s[0].shape().equals(shape)) {
            throw new ShapeException("state " + key + " is " + s[0].shape() + ", this batch needs " + shape
                    + "; keep the batch size or reset the session");
        }
        return s;
    }

    /** The states as they were before a prediction that has not been committed, for another to begin from. */
    public static Map<String, Tensor[]> before(Map<String, Tensor[]> states) {
        Map<String, Tensor[]> copy = new HashMap<>();
        states.forEach((k, s) -> copy.put(k, new Tensor[] {s[0].copy(), Tensor.zeros(s[0].shape())}));
        return copy;
    }

    /** Makes all next states current. */
    public static void commit(Map<String, Tensor[]> states) {
        for (Tensor[] s : states.values()) {
            Tensor t = s[0];
            s[0] = s[1];
            s[1] = t;
        }
    }
}
