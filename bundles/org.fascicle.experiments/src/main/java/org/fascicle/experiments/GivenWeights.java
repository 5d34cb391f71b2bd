package org.fascicle.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Tensor;

/** Sets weights that an experiment gives as nested lists, by {@code node.param}; the others stay as they were drawn. */
final class GivenWeights {
    private final String where;
    private float[] data = {};
    private int at;

    private GivenWeights(String where) {
        this.where = where;
    }

    static void set(String where, Model model, Map<String, Object> given) {
        Map<String, Tensor> weights = new LinkedHashMap<>(model.weights());
        given.forEach((name, numbers) -> {
            String place = where + ": weights: " + name;
            Tensor now = weights.get(name);
            if (now == null)
                throw new ConfigException(
                        place + ": the model has no such weights" + Nearest.hint(name, weights.keySet()));
            weights.put(name, new GivenWeights(place).read(now, numbers));
        });
        model.weights(weights);
    }

    private Tensor read(Tensor like, Object numbers) {
        Tensor t = Tensor.zeros(like.shape());
        data = t.data();
        fill(t, numbers, 0);
        return t;
    }

    private void fill(Tensor t, Object o, int axis) {
        if (axis == t.rank()) {
            data[at++] = (float) Typed.real(where, o, "numbers in lists of shape " + t.shape());
            return;
        }
        if (!(o instanceof List<?> l) || l.size() != t.dim(axis)) {
            String got = o instanceof List<?> l ? l.size() + " elements" : String.valueOf(o);
            throw new ConfigException(where + ": must be lists of shape " + t.shape() + ", got " + got + " where "
                    + t.dim(axis) + " are needed");
        }
        for (Object x : l) fill(t, x, axis + 1);
    }
}
