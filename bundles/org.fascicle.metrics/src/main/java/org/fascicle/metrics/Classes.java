package org.fascicle.metrics;

import java.util.Arrays;
import org.fascicle.data.DataException;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Channels;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/**
 * Scores of classes along an axis, one row for each decision. Immutable.
 *
 * @param classes how many
 * @param inner the distance from one class to the next
 * @param rows how many decisions
 */
record Classes(int classes, int inner, int rows) {
    /** What may be ignored: whole float32 numbers. */
    static final Range IGNORABLE = Range.between(-(1 << 24), 1 << 24);

    /** What a target holds. */
    enum Target {
        /** A number for each prediction, 0 or 1. */
        BINARY,
        /** A class index for each row of predictions. */
        INDEX,
        /** A number for each class: the greatest is the truth. */
        ONE_HOT
    }

    static Classes of(Shape prediction, int axis) {
        if (prediction.axis(axis) == 0) {
            throw new ShapeException(
                    "axis = " + axis + " of prediction " + prediction + " is the batch, expected an axis of classes");
        }
        Channels g = prediction.channels(axis);
        return new Classes(g.channels(), g.inner(), g.outer() * g.inner());
    }

    /** As Keras does: by the shapes alone. */
    static Target target(Shape prediction, Shape target, int axis) {
        if (prediction.rank() < 2 || prediction.dim(axis) == 1) {
            elements(prediction, target);
            return Target.BINARY;
        }
        if (prediction.equals(target)) return Target.ONE_HOT;
        if (target.equals(without(prediction, axis)) || target.equals(prediction.with(axis, 1))) return Target.INDEX;
        boolean first = prediction.rank() > 2 && target.equals(without(prediction, 1));
        throw new ShapeException("target " + target + " must be classes " + without(prediction, axis) + " or one-hot "
                + prediction + " for the prediction's classes on axis " + axis
                + (first ? "; set axis = 1 for channels first" : ""));
    }

    /** Checks that the target is of this kind. */
    static Classes of(Shape prediction, Shape target, int axis, Target expected) {
        Classes c = of(prediction, axis);
        if (expected == Target.ONE_HOT
                ? !prediction.equals(target)
                : !target.equals(without(prediction, axis)) && !target.equals(prediction.with(axis, 1))) {
            String remedy = expected == Target.ONE_HOT
                    ? "one-hot, " + prediction + "; take the sparse metric for class indices"
                    : "class indices, " + without(prediction, axis)
                            + "; take the metric without sparse for one-hot targets";
            throw new ShapeException("target " + target + " of prediction " + prediction + " must be " + remedy);
        }
        return c;
    }

    /** Checks that there is a target for each prediction. */
    static void elements(Shape prediction, Shape target) {
        boolean fits = prediction.rank() > 0
                && target.rank() > 0
                && prediction.size() == target.size()
                && prediction.dim(0) == target.dim(0);
        if (!fits)
            throw new ShapeException(
                    "prediction " + prediction + " and target " + target + " must have the same shape");
    }

    private static Shape without(Shape x, int axis) {
        int a = x.axis(axis);
        int[] dims = new int[x.rank() - 1];
        for (int i = 0; i < dims.length; i++) dims[i] = x.dim(i < a ? i : i + 1);
        return Shape.of(dims);
    }

    private int first(int row) {
        return row / inner * classes * inner + row % inner;
    }

    /** The class of the greatest score; the first of equals. */
    int greatest(float[] x, int row) {
        int best = 0, first = first(row);
        float most = x[first];
        for (int c = 1; c < classes; c++) {
            float v = x[first + c * inner];
            if (v > most) {
                most = v;
                best = c;
            }
        }
        return best;
    }

    /** True if fewer than k classes have a greater score than this one, which must be a number. */
    boolean among(float[] x, int row, int c, int k) {
        int first = first(row), above = 0;
        float own = x[first + c * inner];
        for (int i = 0; i < classes; i++) if (x[first + i * inner] > own) above++;
        return above < k && !Float.isNaN(own);
    }

    /** The class of a target index, or -1 if it is to be ignored. */
    static int index(Tensor target, int i, int classes, int ignore) {
        float k = target.data()[i];
        if (k == ignore) return -1;
        if (k >= 0 && k < classes && k == (int) k) return (int) k;
        throw new DataException("target " + position(target.shape(), i) + " must be a class, a whole number from 0 to "
                + (classes - 1) + ", or ignore_index = " + ignore + ", got " + k
                + "; mend the labels or give the prediction more classes");
    }

    private static String position(Shape s, int index) {
        int[] at = new int[s.rank()];
        for (int a = at.length - 1, rest = index; a >= 0; rest /= s.dim(a--)) at[a] = rest % s.dim(a);
        return Arrays.toString(at);
    }
}
