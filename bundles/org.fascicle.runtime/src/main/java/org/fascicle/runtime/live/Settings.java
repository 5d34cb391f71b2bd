package org.fascicle.runtime.live;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the configuration {@code org.fascicle.runtime} says, within limits. Immutable.
 *
 * @param graceMillis how long a prediction waits for a plug-in that has left
 * @param drainMillis how long a leaving plug-in waits for work that uses it
 * @param tolerance the largest relative difference that a swap may make to the outputs without a word
 * @param refuse true if a swap that makes a larger one is refused
 */
record Settings(long graceMillis, long drainMillis, double tolerance, boolean refuse) {
    static final Settings DEFAULT = new Settings(10_000, 2_000, 1e-5, false);

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
    private static final long LONGEST_GRACE = TimeUnit.DAYS.toMillis(1);
    /** Below the time after which Declarative Services reports a component that does not stop. */
    private static final long LONGEST_DRAIN = 4_000;

    /** What the configuration says; what makes no sense stays as it was. */
    Settings with(LiveModels.Config c) {
        return new Settings(
                (long) number("grace.millis", c::grace_millis, graceMillis, LONGEST_GRACE),
                (long) number("drain.millis", c::drain_millis, drainMillis, LONGEST_DRAIN),
                number("swap.tolerance", c::swap_tolerance, tolerance, Double.MAX_VALUE),
                refused(c::swap_policy));
    }

    private static double number(String key, Supplier<Number> configured, double before, double most) {
        try {
            double asked = configured.get().doubleValue();
            if (asked >= 0 && asked <= most) return asked;
            String range = most == Double.MAX_VALUE ? "0 or more" : "from 0 to " + (long) most;
            LOG.warn("org.fascicle.runtime: {} must be {}, got {}", key, range, asked);
            return Double.isNaN(asked) ? before : Math.min(most, Math.max(0, asked));
        } catch (RuntimeException e) {
            LOG.warn("org.fascicle.runtime: {} must be a number, staying at {}: {}", key, before, e.getMessage());
            return before;
        }
    }

    private boolean refused(Supplier<String> configured) {
        String asked = configured.get();
        if (asked.equals("report") || asked.equals("refuse")) return asked.equals("refuse");
        String now = refuse ? "refuse" : "report";
        LOG.warn("org.fascicle.runtime: swap.policy must be report or refuse, got {}; it stays {}", asked, now);
        return refuse;
    }
}
