package org.fascicle.benchmarks;

import jakarta.json.JsonObjectBuilder;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What the numbers were measured on. Immutable.
 *
 * @param load of the whole machine before the measurement, in threads that run or want to; negative if it cannot be told
 */
record Machine(String java, String system, int processors, double load, String backend) {
    static Machine now(String backend) {
        return new Machine(
                System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                backend);
    }

    void json(JsonObjectBuilder b) {
        b.add("java", java).add("system", system).add("processors", processors).add("backend", backend);
        if (load >= 0) b.add("load", Math.round(load * 100) / 100.0);
    }

    String line() {
        return "java " + java + ", " + system + ", " + processors + " processors, backend " + backend
                + (load < 0 ? "" : String.format(Locale.ROOT, ", load average before %.1f", load));
    }
}
