package org.fascicle.shell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.data.Column;
import org.fascicle.data.Table;
import org.fascicle.model.ModelSpec;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Tensor;

/** Samples as a model's inputs: from a table's features, or from JSON. Stateless. */
final class Batches {
    private Batches() {}

    /** Rows {@code from} (inclusive) to {@code to} (exclusive): a feature feeds the input of its name, or the only input. */
    static Map<String, Tensor> of(ModelSpec spec, Table t, int from, int to) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        List<String> features = t.columns().stream()
                .filter(c -> c.role() == Column.Role.FEATURE)
                .map(Column::name)
                .toList();
        for (ModelSpec.Input i : spec.inputs()) {
            boolean only = spec.inputs().size() == 1 && features.size() == 1;
            String name = features.contains(i.name()) ? i.name() : only ? features.get(0) : null;
            if (name == null) {
                throw new ConfigException(
                        "predict: the data set has no feature for input " + i.name() + "; it has " + features);
            }
            inputs.put(i.name(), column(t, index(t, name), from, to));
        }
        return inputs;
    }

    private static int index(Table t, String name) {
        for (int i = 0; i < t.columns().size(); i++)
            if (t.columns().get(i).name().equals(name)) return i;
        throw new IllegalStateException(name);
    }

    private static Tensor column(Table t, int column, int from, int to) {
        Tensor x = Tensor.zeros(t.columns().get(column).shape().prepend(to - from));
        int each = to == from ? 0 : x.size() / (to - from);
        for (int row = from; row < to; row++) t.read(column, row, x.data(), (row - from) * each);
        return x;
    }

    /** What a JSON file holds: nested lists for the only input, or an object of nested lists by input; one sample or a list of samples. */
    static Map<String, Tensor> of(ModelSpec spec, Object json) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        List<String> names = spec.inputs().stream().map(ModelSpec.Input::name).toList();
        if (!(json instanceof Map<?, ?>) && names.size() > 1) {
            throw new ConfigException(
                    "predict: --input: the model has inputs " + names + "; give an object with a list for each");
        }
        Map<?, ?> lists = json instanceof Map<?, ?> m ? m : Collections.singletonMap(names.get(0), json);
        for (Object k : lists.keySet()) {
            if (!names.contains(k.toString()))
                throw new ConfigException("predict: --input: the model has no input " + k + "; it has " + names);
        }
        for (ModelSpec.Input i : spec.inputs()) {
            Object o = lists.get(i.name());
            if (!lists.containsKey(i.name()))
                throw new ConfigException(
                        "predict: --input: input " + i.name() + " is missing; the model has inputs " + names);
            inputs.put(i.name(), tensor("predict: --input: " + i.name(), o, i.dims()));
        }
        if (inputs.values().stream().map(x -> x.dim(0)).distinct().count() > 1) {
            throw new ConfigException("predict: --input: every input must have as many samples as the others");
        }
        return inputs;
    }

    private static Tensor tensor(String where, Object o, List<Integer> sample) {
        if (!(o instanceof List<?>))
            throw new ConfigException(
                    where + ": expected a list of numbers, got " + Failures.oneLine(String.valueOf(o)));
        List<Integer> dims = new ArrayList<>();
        for (Object x = o; x instanceof List<?> l; x = l.get(0)) {
            dims.add(l.size());
            if (l.isEmpty()) throw new ConfigException(where + ": a list is empty; give at least one number");
        }
        int[] shape = dims.stream().mapToInt(Integer::intValue).toArray();
        float[] data = new float[org.fascicle.tensor.Shape.of(shape).size()];
        int n = fill(where, o, shape, 0, data, 0);
        if (n != data.length)
            throw new ConfigException(where + ": lists must be of equal length, " + dims + " at first");
        Tensor x = Tensor.of(org.fascicle.tensor.Shape.of(shape), data);
        // One sample alone becomes a batch of one; whether the dimensions fit is the model's to say.
        return dims.size() == sample.size() ? x.reshape(x.shape().prepend(1)) : x;
    }

    private static int fill(String where, Object o, int[] shape, int axis, float[] to, int at) {
        if (axis == shape.length) {
            if (!(o instanceof Number x))
                throw new ConfigException(where + ": expected a number, got " + Failures.oneLine(String.valueOf(o)));
            float value = x.floatValue();
            if (!Float.isFinite(value)) throw new ConfigException(where + ": a number is too large for a float32");
            to[at] = value;
            return at + 1;
        }
        if (!(o instanceof List<?> l) || l.size() != shape[axis]) {
            throw new ConfigException(
                    where + ": lists must be of equal length: on axis " + axis + " expected a list of " + shape[axis]
                            + ", got " + (o instanceof List<?> l ? "one of " + l.size() : o));
        }
        int next = at;
        for (Object x : l) next = fill(where, x, shape, axis + 1, to, next);
        return next;
    }

    /** One sample of a batch as nested lists. */
    static Object nested(Tensor t, int sample) {
        int each = t.size() / t.dim(0);
        return nested(t.data(), t.shape().dims(), 1, sample * each, each);
    }

    private static Object nested(float[] data, int[] dims, int axis, int at, int size) {
        if (axis == dims.length) return data[at];
        List<Object> l = new ArrayList<>();
        int each = size / dims[axis];
        for (int i = 0; i < dims[axis]; i++) l.add(nested(data, dims, axis + 1, at + i * each, each));
        return l;
    }
}
