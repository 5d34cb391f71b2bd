package org.fascicle.augmentation;

import java.util.Arrays;
import java.util.Locale;
import org.fascicle.data.Augmentation;
import org.fascicle.plugin.FascicleAugmentation;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.osgi.service.component.annotations.Component;

/**
 * Shifts images by whole pixels: y[c, i, j] = x[c, i − u, j − v] with u drawn evenly from −rows to rows and v from −columns to columns,
 * all channels alike. With {@code constant} it is the random crop from a padded image of He et al. 2016 (section 4.2). Immutable and
 * thread-safe.
 *
 * @param rows how far at most, up and down
 * @param columns how far at most, left and right
 * @param edge what comes in from beyond the border
 * @param fill what {@link Edge#CONSTANT} lets in
 */
public record RandomTranslation(int rows, int columns, Edge edge, float fill) implements Augmentation {
    @Override
    public Shape shape(Shape in) {
        Images.checked(in);
        if (rows > in.dim(-2) || columns > in.dim(-1))
            throw new ShapeException("random_translation: pixels " + rows + ", " + columns
                    + " must not be more than rows and columns of " + in + "; shift less");
        return in;
    }

    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        int h = in.dim(-2), w = in.dim(-1), u = shift(draws.uniform(0), rows), v = shift(draws.uniform(1), columns);
        for (int c = 0, image = 0; c < Images.channels(in); c++, image += h * w) {
            for (int i = 0; i < h; i++) {
                int row = edge.index(i - u, h), y = toAt + image + i * w;
                if (row < 0) Arrays.fill(to, y, y + w, fill);
                else row(from, fromAt + image + row * w, to, y, w, v);
            }
        }
    }

    /** −most to most, each as likely: 24 random bits times a small number are exact in double. */
    private static int shift(float u, int most) {
        return (int) ((double) u * (2 * most + 1)) - most;
    }

    private void row(float[] from, int x, float[] to, int y, int w, int v) {
        int first = Math.max(0, v), last = Math.min(w, w + v);
        System.arraycopy(from, x + first - v, to, y + first, last - first);
        for (int j = 0; j < first; j++) to[y + j] = beyond(from, x, j - v, w);
        for (int j = last; j < w; j++) to[y + j] = beyond(from, x, j - v, w);
    }

    private float beyond(float[] from, int x, int j, int w) {
        int column = edge.index(j, w);
        return column < 0 ? fill : from[x + column];
    }

    /**
     * Options: {@code pixels}, one number or rows and columns; {@code fill_mode} ({@code reflect}; {@code constant}, {@code nearest} or
     * {@code wrap}), {@code fill_value} (0).
     */
    @Component
    @FascicleAugmentation("random_translation")
    public static final class Factory implements Augmentation.Factory {
        @Override
        public RandomTranslation create(Options o) {
            int[] pixels = o.integers("pixels", 2, Range.NOT_NEGATIVE);
            String edge = o.choice("fill_mode", "reflect", "reflect", "constant", "nearest", "wrap");
            return new RandomTranslation(pixels[0], pixels[1], Edge.valueOf(edge.toUpperCase(Locale.ROOT)), (float)
                    o.real("fill_value", 0, Range.ANY));
        }
    }
}
