package org.fascicle.trainer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.Model;
import org.fascicle.nn.Metric;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Tensor;

/** One metric, what it looks at, and its sum over one pass of the data. Confined to one thread. */
final class Meter {
    private final String name;
    private final String output;
    private final String target;
    private final Part<Metric> metric;
    private double[] sum;
    /** Where the next sum is made: a metric that leaves half-way must not have touched this one. */
    private double[] next;

    private Optional<Origin> summedBy = Optional.empty();

    private Meter(String name, String output, String target, Part<Metric> metric) {
        this.name = name;
        this.output = output;
        this.target = target;
        this.metric = metric;
    }

    /** One meter for each description; {@code where} is put before messages. */
    static List<Meter> of(String where, Model model, List<Map<String, Object>> metrics, Binding binding, Parts parts) {
        List<Meter> meters = new ArrayList<>();
        for (Map<String, Object> m : metrics) {
            Map<String, Object> options = new LinkedHashMap<>(m);
            List<String> outputs = model.spec().outputs();
            String type = text(where, options, "type", false);
            String output = take(where, options, "output", outputs.get(0));
            if (!outputs.contains(output)) {
                throw new ConfigException(
                        where + ": metric " + type + ": output must be one of " + outputs + ", got " + output);
            }
            String target = binding.target(type, output, take(where, options, "target", ""));
            String name = free(meters, take(where, options, "name", type));
            meters.add(new Meter(
                    name,
                    output,
                    target,
                    parts.make(Kind.METRIC, Metric.class, where + ": metric " + type, options, false)));
        }
        return meters;
    }

    private static String take(String where, Map<String, Object> options, String key, String fallback) {
        String value = options.containsKey(key) ? text(where, options, key, true) : fallback;
        options.remove(key);
        return value;
    }

    private static String text(String where, Map<String, Object> options, String key, boolean given) {
        if (options.get(key) instanceof String s) return s;
        throw new ConfigException(where + ": metric" + (given ? "" : " without a type") + ": " + key
                + " must be a text, got " + options.get(key));
    }

    private static String free(List<Meter> meters, String name) {
        String n = name;
        for (int i = 2; taken(meters, n); i++) n = name + "_" + i;
        return n;
    }

    private static boolean taken(List<Meter> meters, String name) {
        return name.equals("loss") || meters.stream().anyMatch(m -> m.name.equals(name));
    }

    /** What was put in place of what, told once. */
    Optional<String> change() {
        return metric.change();
    }

    String name() {
        return name;
    }

    /** Forgets what was added. */
    void reset() {
        sum = null;
    }

    /** Adds a batch; a metric of other code than before begins anew, for its sums may mean something else. */
    void add(Map<String, Tensor> outputs, Map<String, Tensor> batch) {
        Tensor y = outputs.get(output), t = batch.get(target);
        metric.use(m -> {
            Optional<Origin> by = metric.origin();
            boolean other = by.isPresent() && summedBy.isPresent() && !by.get().sameContent(summedBy.get());
            int size = sum == null || other ? m.size(y.shape(), t.shape()) : sum.length;
            if (next == null || next.length != size) next = new double[size];
            if (sum == null || other) Arrays.fill(next, 0);
            else System.arraycopy(sum, 0, next, 0, size);
            m.add(next, y, t);
            double[] before = sum;
            sum = next;
            next = before;
            summedBy = by;
            return m;
        });
    }

    /** The metric of what was added; NaN if nothing was. */
    double value() {
        return sum == null ? Double.NaN : metric.use(m -> m.value(sum));
    }

    Optional<double[][]> table() {
        return sum == null ? Optional.empty() : metric.use(m -> m.table(sum));
    }
}
