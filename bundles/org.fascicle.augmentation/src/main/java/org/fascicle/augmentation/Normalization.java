package org.fascicle.augmentation;

import java.util.Arrays;
import org.fascicle.data.Augmentation;
import org.fascicle.plugin.FascicleAugmentation;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.osgi.service.component.annotations.Component;

/**
 * y = (x − mean) / stddev, with numbers of their own for each index of axis 0: the channels of an image {@code [C, H, W]}, the features of
 * a row {@code [F]}. Preprocessing. Immutable and thread-safe.
 */
public final class Normalization implements Augmentation {
    private final double[] means;
    private final double[] deviations;

    /** One number for all channels, or one each; where one array has one number, it stands for all. */
    Normalization(double[] means, double[] deviations) {
        int n = Math.max(means.length, deviations.length);
        this.means = spread(means, n);
        this.deviations = spread(deviations, n);
    }

    private static double[] spread(double[] a, int n) {
        if (a.length == n) return a.clone();
        double[] all = new double[n];
        Arrays.fill(all, a[0]);
        return all;
    }

    @Override
    public boolean random() {
        return false;
    }

    @Override
    public Shape shape(Shape in) {
        if (in.rank() == 0)
            throw new ShapeException("normalization: sample must have channels, got []; take rescaling");
        if (means.length > 1 && in.dim(0) != means.length)
            throw new ShapeException("normalization: mean and stddev are for " + means.length + " channels, got " + in
                    + "; give one number for all, or " + in.dim(0));
        return in;
    }

    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        int channels = in.dim(0), inner = in.size(1, in.rank());
        for (int c = 0, at = 0; c < channels; c++) {
            int k = means.length == 1 ? 0 : c;
            double mean = means[k], deviation = deviations[k];
            for (int end = at + inner; at < end; at++) to[toAt + at] = (float) ((from[fromAt + at] - mean) / deviation);
        }
    }

    /** Options: {@code mean} (0) and {@code stddev} (1), each one number or one for each channel. */
    @Component
    @FascicleAugmentation("normalization")
    public static final class Factory implements Augmentation.Factory {
        @Override
        public Normalization create(Options o) {
            double[] mean = o.reals("mean", new double[] {0}, Range.ANY);
            double[] stddev = o.reals("stddev", new double[] {1}, Range.POSITIVE);
            if (mean.length == 0) throw o.invalid("mean", "one number or more", "[]");
            if (stddev.length != mean.length && stddev.length != 1 && mean.length != 1 || stddev.length == 0)
                throw o.invalid("stddev", "one number, or " + mean.length + " as of mean", Arrays.toString(stddev));
            return new Normalization(mean, stddev);
        }
    }
}
