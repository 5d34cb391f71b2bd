package org.fascicle.benchmarks;

import java.util.Arrays;
import java.util.Collection;

/** Measured times in order, in nanoseconds. Immutable. */
final class Times {
    private final long[] sorted;

    Times(Collection<Long> nanos) {
        if (nanos.isEmpty()) throw new IllegalArgumentException("nothing was measured");
        sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** The smallest time that at least {@code percent} of all do not exceed (nearest rank), in nanoseconds. */
    long percentile(double percent) {
        if (!(percent > 0 && percent <= 100))
            throw new IllegalArgumentException("a percentile is above 0 and at most 100, got " + percent);
        return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
    }

    /** The same in milliseconds, to a microsecond. */
    double millis(double percent) {
        return Math.round(percentile(percent) / 1e3) / 1e3;
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}
