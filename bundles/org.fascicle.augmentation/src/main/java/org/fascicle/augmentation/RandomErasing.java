package org.fascicle.augmentation;

import java.util.Arrays;
import org.fascicle.data.Augmentation;
import org.fascicle.plugin.FascicleAugmentation;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.osgi.service.component.annotations.Component;

/**
 * Fills a random rectangle of a share of the images with one number, in all channels (Zhong et al. 2017, algorithm 1). The area is drawn
 * evenly from least to most times that of the image, the ratio of height to width evenly in its logarithm from {@code narrowest} to
 * {@code widest}, as PyTorch does; height = √(area · ratio) and width = √(area / ratio) are rounded. A rectangle that does not fit is
 * drawn again, ten times at most, after which the image stays as it is. Immutable and thread-safe.
 *
 * @param rate the share of images
 * @param least the smallest part of the image to erase
 * @param most the largest
 * @param narrowest the smallest ratio of height to width
 * @param widest the largest
 * @param fill what is put there
 */
public record RandomErasing(double rate, double least, double most, double narrowest, double widest, float fill)
        implements Augmentation {
    private static final int TRIES = 10;
    private static final int DRAWS = 4;

    @Override
    public Shape shape(Shape in) {
        return Images.checked(in);
    }

    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        System.arraycopy(from, fromAt, to, toAt, in.size());
        if (draws.uniform(0) >= rate) return;
        int h = in.dim(-2), w = in.dim(-1);
        for (int t = 0, first = DRAWS; t < TRIES; t++, first += DRAWS) {
            double area = between(least, most, draws.uniform(first)) * h * w;
            double ratio = StrictMath.exp(
                    between(StrictMath.log(narrowest), StrictMath.log(widest), draws.uniform(first + 1)));
            long height = Math.round(Math.sqrt(area * ratio)), width = Math.round(Math.sqrt(area / ratio));
            if (height > h || width > w) continue;
            int top = below(h - (int) height + 1, draws.uniform(first + 2));
            int left = below(w - (int) width + 1, draws.uniform(first + 3));
            for (int c = 0, image = toAt; c < Images.channels(in); c++, image += h * w) {
                for (int i = top; i < top + height; i++) {
                    int at = image + i * w + left;
                    Arrays.fill(to, at, at + (int) width, fill);
                }
            }
            return;
        }
    }

    private static double between(double low, double high, float u) {
        return low + (high - low) * u;
    }

    /** 0 to n − 1, each as likely: 24 random bits times a small number are exact in double. */
    private static int below(int n, float u) {
        return (int) ((double) u * n);
    }

    /**
     * Options: {@code rate} (0.5), {@code scale} ([0.02, 0.33]: the part of the image), {@code ratio} ([0.3, 3.3]: height by width),
     * {@code fill_value} (0).
     */
    @Component
    @FascicleAugmentation("random_erasing")
    public static final class Factory implements Augmentation.Factory {
        private static final Range PART = new Range(0, true, 1, false);

        @Override
        public RandomErasing create(Options o) {
            double rate = o.real("rate", 0.5, Range.UNIT);
            double[] scale = pair(o, "scale", new double[] {0.02, 0.33}, PART);
            double[] ratio = pair(o, "ratio", new double[] {0.3, 3.3}, Range.POSITIVE);
            return new RandomErasing(
                    rate, scale[0], scale[1], ratio[0], ratio[1], (float) o.real("fill_value", 0, Range.ANY));
        }

        private static double[] pair(Options o, String name, double[] fallback, Range range) {
            double[] p = o.reals(name, fallback, range);
            if (p.length != 2 || p[0] > p[1])
                throw o.invalid(name, "two numbers, the smaller first", Arrays.toString(p));
            return p;
        }
    }
}
