package org.fascicle.augmentation;

import org.fascicle.data.Augmentation;
import org.fascicle.plugin.FascicleAugmentation;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.osgi.service.component.annotations.Component;

/**
 * Reverses one axis of a share of the samples: y[…, i, …] = x[…, n − 1 − i, …] with probability {@code rate}, else y = x. Axis −1 of an
 * image mirrors left and right, −2 top and bottom. Immutable and thread-safe.
 *
 * @param axis of the sample, without the batch; negative ones count from the end
 */
public record RandomFlip(int axis, double rate) implements Augmentation {
    @Override
    public Shape shape(Shape in) {
        if (axis >= in.rank() || axis < -in.rank())
            throw new ShapeException("random_flip: axis " + axis + " is not among the " + in.rank() + " axes of " + in
                    + "; the batch is not counted");
        return in;
    }

    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        if (draws.uniform(0) >= rate) {
            System.arraycopy(from, fromAt, to, toAt, in.size());
            return;
        }
        int a = in.axis(axis), n = in.dim(a), inner = in.size(a + 1, in.rank());
        for (int o = 0, block = 0; o < in.size(0, a); o++, block += n * inner) {
            for (int i = 0; i < n; i++)
                copy(from, fromAt + block + (n - 1 - i) * inner, to, toAt + block + i * inner, inner);
        }
    }

    /** The last axis has runs of one number, for which arraycopy is slow. */
    private static void copy(float[] from, int fromAt, float[] to, int toAt, int n) {
        if (n == 1) to[toAt] = from[fromAt];
        else System.arraycopy(from, fromAt, to, toAt, n);
    }

    /** Options: {@code axis} (-1: left and right), {@code rate} (0.5). */
    @Component
    @FascicleAugmentation("random_flip")
    public static final class Factory implements Augmentation.Factory {
        @Override
        public RandomFlip create(Options o) {
            return new RandomFlip(o.integer("axis", -1, Range.ANY), o.real("rate", 0.5, Range.UNIT));
        }
    }
}
