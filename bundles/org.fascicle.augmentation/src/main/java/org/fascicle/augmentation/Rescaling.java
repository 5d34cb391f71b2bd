package org.fascicle.augmentation;

import org.fascicle.data.Augmentation;
import org.fascicle.plugin.FascicleAugmentation;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.osgi.service.component.annotations.Component;

/** y = scale · x + offset, rounded once: 2/255 and −1 make [−1, 1] of bytes. Preprocessing. Immutable and thread-safe. */
public record Rescaling(float scale, float offset) implements Augmentation {
    @Override
    public boolean random() {
        return false;
    }

    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        for (int i = 0, n = in.size(); i < n; i++) to[toAt + i] = Math.fma(scale, from[fromAt + i], offset);
    }

    /** Options: {@code scale}, which must be given; {@code offset} (0). */
    @Component
    @FascicleAugmentation("rescaling")
    public static final class Factory implements Augmentation.Factory {
        @Override
        public Rescaling create(Options o) {
            return new Rescaling((float) o.real("scale", Range.ANY), (float) o.real("offset", 0, Range.ANY));
        }
    }
}
