package org.fascicle.trainer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.Model;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Progress;

/** The metrics of a run. Sums are given and taken, so that a batch counts for all of them or for none. Confined to one thread. */
final class Meters {
    private final List<Meter> meters;

    /** @param where put before messages */
    Meters(String where, Model model, List<Map<String, Object>> metrics, Binding binding, Parts parts) {
        meters = Meter.of(where, model, metrics, binding, parts);
    }

    /** The sums with a batch added; {@code before} is empty for the first, and untouched. */
    List<Progress.Sum> add(List<Progress.Sum> before, Map<String, Tensor> outputs, Map<String, Tensor> batch) {
        if (meters.isEmpty()) return List.of();
        List<Progress.Sum> sums = new ArrayList<>(meters.size());
        for (int i = 0; i < meters.size(); i++) {
            Optional<Progress.Sum> sum = before.isEmpty() ? Optional.empty() : Optional.of(before.get(i));
            sums.add(meters.get(i).add(sum, outputs, batch));
        }
        return sums;
    }

    /** Puts each metric's value of these sums under its name; NaN if nothing was summed. */
    void values(String prefix, List<Progress.Sum> sums, Map<String, Double> into) {
        for (int i = 0; i < meters.size(); i++) {
            Meter m = meters.get(i);
            into.put(prefix + m.name(), sums.isEmpty() ? Double.NaN : m.value(sums.get(i)));
        }
    }

    /** The tables behind the values, of metrics that have one. */
    Map<String, double[][]> tables(List<Progress.Sum> sums) {
        Map<String, double[][]> tables = new LinkedHashMap<>();
        for (int i = 0; i < sums.size(); i++) {
            Meter m = meters.get(i);
            m.table(sums.get(i)).ifPresent(t -> tables.put(m.name(), t));
        }
        return tables;
    }

    /** What was put in place of what, told once. */
    List<String> changes() {
        List<String> all = new ArrayList<>();
        for (Meter m : meters) m.change().ifPresent(c -> all.add(c + "; " + m.name() + " begins anew"));
        return all;
    }
}
