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
import org.fascicle.train.Progress;

/** One metric and what it looks at. Sums are given and taken. Confined to one thread. */
final class Meter {
    private final String name;
    private final String output;
    private final String target;
    private final Part<Metric> metric;
    /** The array of the sum before last, to be used again; the last one must stay as it is. */
    private double[] spare = new double[0];

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
                    parts.make(
                            Kind.METRIC, Metric.class, where + ": metric " + type, options, false, Optional.empty())));
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

    /** The sum with a batch added; one of other code than before begins anew, for its numbers may mean something else. */
    @SuppressWarnings("ArrayEquals") // the same array
    Progress.Sum add(Optional<Progress.Sum> before, Map<String, Tensor> outputs, Map<String, Tensor> batch) {
        Tensor y = outputs.get(output), t = batch.get(target);
        return metric.use(m -> {
            Origin by = metric.origin().orElseThrow();
            Optional<double[]> last = before.filter(s -> s.by().sameContent(by)).map(Progress.Sum::values);
            int size = last.isPresent() ? last.get().length : m.size(y.shape(), t.shape());
            double[] next = spare.length == size
                            && before.filter(s -> s.values() == spare).isEmpty()
                    ? spare
                    : new double[size];
            if (last.isPresent()) System.arraycopy(last.get(), 0, next, 0, size);
            else Arrays.fill(next, 0);
            m.add(next, y, t);
            spare = before.map(Progress.Sum::values).orElse(next);
            return new Progress.Sum(next, by);
        });
    }

    /** The metric of a sum. */
    double value(Progress.Sum sum) {
        return metric.use(m -> m.value(sum.values()));
    }

    Optional<double[][]> table(Progress.Sum sum) {
        return metric.use(m -> m.table(sum.values()));
    }
}
