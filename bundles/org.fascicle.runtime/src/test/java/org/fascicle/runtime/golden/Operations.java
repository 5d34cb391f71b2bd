package org.fascicle.runtime.golden;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What can be done for each operation of the golden files. Immutable. */
final class Operations {
    private final Map<String, Check> checks = new HashMap<>();

    Operations() {
        List.of(
                        Activations.checks(),
                        Layers.checks(),
                        Losses.checks(),
                        Initializers.checks(),
                        Optimizers.checks(),
                        Schedules.checks(),
                        Metrics.checks(),
                        SmallNets.checks(),
                        ImageNets.checks())
                .forEach(checks::putAll);
    }

    boolean has(String operation) {
        return checks.containsKey(operation);
    }

    /** True if at least one operation of the case is there. */
    boolean any(GoldenCase c) {
        return c.operations().stream().anyMatch(this::has);
    }

    /** The operations of a case that are not there. */
    List<String> missing(GoldenCase c) {
        return c.operations().stream().filter(o -> !has(o)).toList();
    }

    void run(GoldenCase c, Rig rig) {
        Comparison out = new Comparison(c);
        for (String o : c.operations()) {
            if (has(o)) checks.get(o).run(c, rig, out);
            else out.leaveOut(o.substring(o.indexOf(' ') + 1));
        }
        out.finish();
    }
}
