package org.fascicle.runtime.golden;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fascicle.plugin.Kind;
import org.fascicle.train.Schedule;

/** Learning-rate schedules. */
final class Schedules {
    private static final Map<String, Function<GoldenCase, Map<String, Object>>> OPTIONS = Map.of(
            "lr_step_decay", c -> c.options("step", "every", "step", "gamma", "gamma"),
            "lr_exponential", c -> c.options("exponential", "gamma", "gamma"),
            "lr_cosine", c -> c.options("cosine", "over", "t_max", "minimum", "min"),
            "lr_inverse_time", c -> c.options("inverse_time", "decay", "decay"));

    private Schedules() {}

    static Map<String, Check> checks() {
        return OPTIONS.keySet().stream().collect(Collectors.toMap(op -> op, op -> Schedules::run));
    }

    private static void run(GoldenCase c, Rig rig, Comparison out) {
        Schedule s =
                (Schedule) rig.make(Kind.SCHEDULE, c.name(), OPTIONS.get(c.op()).apply(c));
        double[] rates = new double[c.expected().get("lr").data().length];
        for (int t = 0; t < rates.length; t++) rates[t] = s.rate(c.real("lr"), t);
        out.value("lr", rates);
    }
}
