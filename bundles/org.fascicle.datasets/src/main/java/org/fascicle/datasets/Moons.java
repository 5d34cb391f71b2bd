package org.fascicle.datasets;

import java.util.List;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.osgi.service.component.annotations.Component;

/**
 * Two interleaving half circles: column {@code x} [2] and {@code label}. With t evenly from 0 to π, {@code upper} is (cos t, sin t) and
 * {@code lower} (1 − cos t, ½ − sin t), plus noise: scikit-learn's {@code make_moons}.
 *
 * <p>Options: {@code samples} (400), {@code noise} (0.1), {@code test} (0.2), {@code seed} (0). Immutable and thread-safe.
 */
public final class Moons implements Dataset {
    private static final List<String> CLASSES = List.of("upper", "lower");

    private final Sampling sampling;

    Moons(Sampling sampling) {
        this.sampling = sampling;
    }

    @Override
    public Splits load(Sources sources) {
        return sampling.classes(CLASSES, 2, Moons::point);
    }

    private static void point(int label, int i, int n, double[] to) {
        double t = Math.PI * i / (n - 1);
        double cos = StrictMath.cos(t);
        double sin = StrictMath.sin(t);
        to[0] = label == 0 ? cos : 1 - cos;
        to[1] = label == 0 ? sin : 0.5 - sin;
    }

    /** Makes moons. */
    @Component
    @FascicleDataset("moons")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            return new Moons(Sampling.of("moons", o, 400, 0.1));
        }
    }
}
