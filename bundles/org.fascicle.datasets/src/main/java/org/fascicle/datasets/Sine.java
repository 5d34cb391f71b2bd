package org.fascicle.datasets;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.osgi.service.component.annotations.Component;

/**
 * A noisy sine to fit: column {@code x} [1], evenly from −π to π, both included, and target {@code y} [1] = sin x + noise.
 *
 * <p>Options: {@code samples} (200), {@code noise} (0.1), {@code test} (0.2), {@code seed} (0); the split is a random one.
 * Immutable and thread-safe.
 */
public final class Sine implements Dataset {
    private final Sampling sampling;

    Sine(Sampling sampling) {
        this.sampling = sampling;
    }

    @Override
    public Splits load(Sources sources) {
        int n = sampling.samples();
        float[] x = new float[n];
        float[] y = sampling.noise(n);
        for (int i = 0; i < n; i++) {
            double t = Math.PI * (2.0 * i / (n - 1) - 1);
            x[i] = (float) t;
            y[i] = (float) (StrictMath.sin(t) + sampling.noise() * y[i]);
        }
        List<Column> columns = List.of(Column.feature("x", Column.Type.FLOAT32, 1), Column.target("y", 1));
        return sampling.split(new FloatTable(columns, new float[][] {x, y}, n), new int[n], 1);
    }

    /** Makes a sine. */
    @Component
    @FascicleDataset("sine")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            return new Sine(Sampling.of("sine", o, 200, 0.1));
        }
    }
}
