package org.fascicle.it;

import org.fascicle.it.payload.Backwards;
import org.fascicle.it.payload.PowerActivation;
import org.fascicle.it.payload.PowerLayer;

/** Jars of plug-ins whose answers tell which version they are of, and of a backend whose bits tell that it is another. */
final class Versions {
    private static final String POWER = "org.fascicle.it.payload.Power";

    private Versions() {}

    /** An activation that multiplies by two to this power. */
    static byte[] activation(String bundle, String name, int exponent) {
        return power(PluginJar.of(bundle, "1.0." + exponent), exponent, 0)
                .activation(name, PowerActivation.class)
                .bytes();
    }

    /** A layer that multiplies by two to this power, after a pause. */
    static byte[] layer(String bundle, String name, int exponent, long pauseMillis) {
        return power(PluginJar.of(bundle, "1.0." + exponent), exponent, pauseMillis)
                .plugin("layer", name, "org.fascicle.nn.Layer", 0, PowerLayer.class)
                .bytes();
    }

    private static PluginJar power(PluginJar jar, int exponent, long pauseMillis) {
        return jar.header(
                        "Import-Package", "org.fascicle.nn;version=\"[1.0,2)\",org.fascicle.tensor;version=\"[1.0,2)\"")
                .entry("power", (exponent + " " + pauseMillis).getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .classes(type(POWER));
    }

    /** A backend that rounds in another order than the default one, and outranks it or not. */
    static byte[] backend(int ranking) {
        return PluginJar.of("org.example.backwards", "1.0.0")
                .header("Import-Package", "org.fascicle.tensor;version=\"[1.0,2)\"")
                .plugin("backend", "backwards", "org.fascicle.tensor.Ops", ranking, Backwards.class)
                .classes(
                        type("org.fascicle.tck.reference.NaiveOps"),
                        type("org.fascicle.tck.reference.BlockKernel"),
                        type("org.fascicle.tck.reference.ScalarBlock"))
                .bytes();
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name, false, Versions.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
