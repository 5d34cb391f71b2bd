package org.fascicle.datasets;

import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * Round clouds, one a class: column {@code x} [features] and {@code label}. The centres are drawn uniformly from [−1, 1) per feature,
 * the points normally around them with standard deviation {@code noise}: scikit-learn's {@code make_blobs} divided by ten. Clouds may
 * overlap; another seed draws other centres.
 *
 * <p>Options: {@code samples} (300), {@code noise} (0.1), {@code classes} (3), {@code features} (2), {@code test} (0.2),
 * {@code seed} (0). Immutable and thread-safe.
 */
public final class Blobs implements Dataset {
    private final Sampling sampling;
    private final int classes;
    private final int features;

    Blobs(Sampling sampling, int classes, int features) {
        this.sampling = sampling;
        this.classes = classes;
        this.features = features;
    }

    @Override
    public Splits load(Sources sources) {
        float[] u = new float[classes * features];
        sampling.draws("centres").uniform(u, 0, u.length);
        return sampling.classes(Sampling.numbered(classes), features, (label, i, n, to) -> {
            for (int f = 0; f < features; f++) to[f] = 2.0 * u[label * features + f] - 1;
        });
    }

    /** Makes blobs. */
    @Component
    @FascicleDataset("blobs")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            int classes = o.integer("classes", 3, Range.between(1, 1000));
            int features = o.integer("features", 2, Range.between(1, 1000));
            return new Blobs(Sampling.of("blobs", o, 300, 0.1).checked(o, classes), classes, features);
        }
    }
}
