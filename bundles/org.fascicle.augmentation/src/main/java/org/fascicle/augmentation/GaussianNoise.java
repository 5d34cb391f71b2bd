package org.fascicle.augmentation;

import org.fascicle.data.Augmentation;
import org.fascicle.plugin.FascicleAugmentation;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.osgi.service.component.annotations.Component;

/**
 * y = x + stddev · e with e standard normal, drawn anew for every element (Bishop 1995: as adding a Tikhonov penalty, for small noise).
 * Immutable and thread-safe.
 */
public record GaussianNoise(float stddev) implements Augmentation {
    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        int n = in.size();
        draws.normal(to, toAt, 0, n);
        for (int i = 0; i < n; i++) to[toAt + i] = from[fromAt + i] + stddev * to[toAt + i];
    }

    /** Option: {@code stddev}, which must be given. */
    @Component
    @FascicleAugmentation("gaussian_noise")
    public static final class Factory implements Augmentation.Factory {
        @Override
        public GaussianNoise create(Options o) {
            return new GaussianNoise((float) o.real("stddev", Range.NOT_NEGATIVE));
        }
    }
}
