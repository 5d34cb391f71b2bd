package org.fascicle.datasets;

import java.util.List;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * A circle within a circle: column {@code x} [2] and {@code label}. Points evenly on a circle of radius 1, {@code outer}, and of radius
 * {@code factor}, {@code inner}, plus noise: scikit-learn's {@code make_circles}.
 *
 * <p>Options: {@code samples} (400), {@code noise} (0.05), {@code factor} (0.5; more than 0 and less than 1), {@code test} (0.2),
 * {@code seed} (0). Immutable and thread-safe.
 */
public final class Circles implements Dataset {
    private static final List<String> CLASSES = List.of("outer", "inner");

    private final Sampling sampling;
    private final double factor;

    Circles(Sampling sampling, double factor) {
        this.sampling = sampling;
        this.factor = factor;
    }

    @Override
    public Splits load(Sources sources) {
        return sampling.classes(CLASSES, 2, this::point);
    }

    private void point(int label, int i, int n, double[] to) {
        double radius = label == 0 ? 1 : factor;
        double angle = 2 * Math.PI * i / n;
        to[0] = radius * StrictMath.cos(angle);
        to[1] = radius * StrictMath.sin(angle);
    }

    /** Makes circles. */
    @Component
    @FascicleDataset("circles")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            return new Circles(
                    Sampling.of("circles", o, 400, 0.05), o.real("factor", 0.5, new Range(0, true, 1, true)));
        }
    }
}
