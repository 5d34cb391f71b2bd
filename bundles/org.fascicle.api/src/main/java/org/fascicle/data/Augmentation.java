package org.fascicle.data;

import org.fascicle.plugin.Options;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Changes one column of one sample after another, on the way from a {@link Table} to a batch. Either it is random, and makes another
 * sample of each while a model learns; or it draws nothing, and is preprocessing for learning, testing and predicting alike. Immutable
 * and thread-safe: all that changes is in the arguments.
 *
 * <p>Several are applied one after the other. The n-th draws from {@code Philox.of(seed, "augmentation", sample, n, epoch)}, where
 * {@code sample} is the row of the table: what becomes of a sample depends on (seed, epoch, sample) and its place n only, not on its
 * batch or the thread. The column is not among them, so an image and its mask are turned the same way.
 */
@ConsumerType
public interface Augmentation {
    /**
     * The shape that comes out of a sample of shape {@code in}, both without the batch: images are {@code [channels, rows, columns]}.
     * A random augmentation keeps the shape, so that it can be left out. {@link ShapeException} if it cannot be applied to such samples.
     */
    default Shape shape(Shape in) {
        return in;
    }

    /** True if it draws, and so is applied while learning only. */
    default boolean random() {
        return true;
    }

    /**
     * Makes one sample of another. It is called for every sample of every epoch: it should not allocate.
     *
     * @param draws of this sample; valid until the method returns
     * @param in the sample's shape, one that {@link #shape} accepted
     * @param from holds the sample from {@code fromAt} on; not modified
     * @param to is written from {@code toAt} on, all of it and nothing else; another array than {@code from}, or another part of it
     */
    void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt);

    /** Makes an augmentation from options. */
    @ConsumerType
    interface Factory {
        Augmentation create(Options o);
    }
}
