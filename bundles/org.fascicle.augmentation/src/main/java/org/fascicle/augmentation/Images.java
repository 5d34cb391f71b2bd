package org.fascicle.augmentation;

import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/** Samples with rows and columns: the last two axes; what stands before them is channels. */
final class Images {
    private Images() {}

    /** The shape, if it has rows and columns. */
    static Shape checked(Shape in) {
        if (in.rank() < 2)
            throw new ShapeException("sample must be [channels, rows, columns], got " + in
                    + "; leave this augmentation out, or reshape the column");
        return in;
    }

    static int channels(Shape in) {
        return in.size(0, in.rank() - 2);
    }
}
