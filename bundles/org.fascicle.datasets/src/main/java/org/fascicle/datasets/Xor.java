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
 * Exclusive or: column {@code x} [2], the corners (0, 0), (0, 1), (1, 0), (1, 1) in turn plus noise, and target {@code y} [1], 1 where the
 * corner's coordinates differ and 0 where not.
 *
 * <p>Options: {@code samples} (4), {@code noise} (0), {@code test} (0.2), {@code seed} (0). With 4 samples all four are there to train
 * and to test on; more are split, stratified by corner. Immutable and thread-safe.
 */
public final class Xor implements Dataset {
    private static final int CORNERS = 4;

    private final Sampling sampling;

    Xor(Sampling sampling) {
        this.sampling = sampling;
    }

    @Override
    public Splits load(Sources sources) {
        int n = sampling.samples();
        float[] x = sampling.noise(2 * n);
        float[] y = new float[n];
        int[] corners = new int[n];
        for (int i = 0; i < n; i++) {
            int corner = i % CORNERS;
            int a = corner >> 1;
            int b = corner & 1;
            x[2 * i] = (float) (a + sampling.noise() * x[2 * i]);
            x[2 * i + 1] = (float) (b + sampling.noise() * x[2 * i + 1]);
            y[i] = a ^ b;
            corners[i] = corner;
        }
        List<Column> columns = List.of(Column.feature("x", Column.Type.FLOAT32, 2), Column.target("y", 1));
        FloatTable all = new FloatTable(columns, new float[][] {x, y}, n);
        return n == CORNERS ? new Splits(all, all) : sampling.split(all, corners, CORNERS);
    }

    /** Makes exclusive or. */
    @Component
    @FascicleDataset("xor")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            return new Xor(Sampling.of("xor", o, CORNERS, 0));
        }
    }
}
