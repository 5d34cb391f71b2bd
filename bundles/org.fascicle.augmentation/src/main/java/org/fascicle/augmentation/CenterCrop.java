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
 * The middle of an image: y[c, i, j] = x[c, i + ⌊(H − rows) / 2⌋, j + ⌊(W − columns) / 2⌋]. Preprocessing; behind
 * {@link RandomTranslation} it makes a random crop while learning and that of the middle otherwise. Immutable and thread-safe.
 */
public record CenterCrop(int rows, int columns) implements Augmentation {
    @Override
    public boolean random() {
        return false;
    }

    @Override
    public Shape shape(Shape in) {
        Images.checked(in);
        if (rows > in.dim(-2) || columns > in.dim(-1))
            throw new ShapeException("center_crop: size " + rows + ", " + columns
                    + " must not be more than rows and columns of " + in + "; crop less");
        return in.with(-2, rows).with(-1, columns);
    }

    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        int h = in.dim(-2), w = in.dim(-1), first = fromAt + (h - rows) / 2 * w + (w - columns) / 2, y = toAt;
        for (int c = 0; c < Images.channels(in); c++, first += h * w) {
            for (int i = 0; i < rows; i++, y += columns) System.arraycopy(from, first + i * w, to, y, columns);
        }
    }

    /** Option: {@code size}, one number or rows and columns, which must be given. */
    @Component
    @FascicleAugmentation("center_crop")
    public static final class Factory implements Augmentation.Factory {
        @Override
        public CenterCrop create(Options o) {
            int[] size = o.integers("size", 2, Range.atLeast(1));
            return new CenterCrop(size[0], size[1]);
        }
    }
}
