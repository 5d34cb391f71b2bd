package org.fascicle.runtime.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** One published set of weights: what a prediction pins. Immutable by agreement: its tensors are never written again. */
public final class WeightSet {
    private final Layout layout;
    private final Tensor[] values;
    private final long version;

    WeightSet(Layout layout, Tensor[] values, long version) {
        this.layout = layout;
        this.values = values;
        this.version = version;
    }

    /** Fresh weights: each block of each parameter is drawn by (seed, {@code node.param}, block). */
    public static WeightSet initial(Layout layout, long seed, LinearAlgebra algebra) {
        Tensor[] values = new Tensor[layout.size()];
        for (int i = 0; i < values.length; i++) {
            Layout.Entry e = layout.entries().get(i);
            Shape s = e.param().shape();
            Tensor v = Tensor.zeros(s);
            int blocks = e.param().blocks(), each = s.size() / blocks;
            for (int b = 0; b < blocks; b++) {
                Tensor block = blocks == 1 ? v : Tensor.zeros(s.with(0, s.dim(0) / blocks));
                e.param().init().fill(e.param(), block, Philox.of(seed, e.path(), b, 0, 0), algebra);
                if (blocks > 1) System.arraycopy(block.data(), 0, v.data(), b * each, each);
            }
            values[i] = v;
        }
        return new WeightSet(layout.withoutCode(), values, 1);
    }

    /** These numbers as the next version: all parameters, or nothing. */
    public static WeightSet of(String model, Layout layout, Map<String, Tensor> numbers, long version) {
        Tensor[] values = new Tensor[layout.size()];
        for (int i = 0; i < values.length; i++) {
            Layout.Entry e = layout.entries().get(i);
            Tensor t = numbers.get(e.path());
            if (t == null) {
                throw new ConfigException(model + ": weights: " + e.path() + " "
                        + e.param().shape() + " is not among " + numbers.keySet());
            }
            if (!t.shape().equals(e.param().shape())) {
                throw new ConfigException(model + ": weights: " + e.path() + " must be "
                        + e.param().shape() + ", got " + t.shape());
            }
            values[i] = t.copy();
        }
        for (String name : numbers.keySet()) {
            if (layout.find(name) < 0) throw new ConfigException(model + ": weights: there is no parameter " + name);
        }
        return new WeightSet(layout.withoutCode(), values, version);
    }

    public long version() {
        return version;
    }

    public Layout layout() {
        return layout;
    }

    Tensor value(int param) {
        return values[param];
    }

    /** Copies of all numbers by {@code node.param}. */
    public Map<String, Tensor> copy() {
        Map<String, Tensor> m = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) m.put(layout.entries().get(i).path(), values[i].copy());
        return m;
    }

    /** The numbers themselves, not to be written. */
    public Map<String, Tensor> numbers() {
        Map<String, Tensor> m = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) m.put(layout.entries().get(i).path(), values[i]);
        return m;
    }
}
