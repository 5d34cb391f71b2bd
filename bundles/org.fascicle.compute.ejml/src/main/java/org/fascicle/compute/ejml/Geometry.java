package org.fascicle.compute.ejml;

import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/**
 * A convolution with all its sizes: x is [samples, groups * in, height, width], y is [samples, groups * out, outHeight,
 * outWidth], weights are [groups * out, in, kernelHeight, kernelWidth]. Top and left may be negative: then x is cut. Immutable.
 */
record Geometry(
        int samples,
        int groups,
        int in,
        int height,
        int width,
        int out,
        int outHeight,
        int outWidth,
        int kernelHeight,
        int kernelWidth,
        int strideH,
        int strideW,
        int top,
        int left,
        int dilationH,
        int dilationW) {

    /** Checks everything; what names the operation in messages. */
    static Geometry of(String what, Conv g, Shape x, Shape w, Shape y) {
        if (x.rank() != 4 || w.rank() != 4 || y.rank() != 4) {
            throw new ShapeException(what + ": images must be [N, C, H, W] and weights [K, C / groups, kh, kw], got x "
                    + x + ", w " + w + ", y " + y);
        }
        if (g.groups() < 1
                || g.strideH() < 1
                || g.strideW() < 1
                || g.dilationH() < 1
                || g.dilationW() < 1
                || g.padTop() < 0
                || g.padLeft() < 0) {
            throw new ShapeException(
                    what + ": groups, strides and dilations must be at least 1 and padding at least 0, got " + g);
        }
        if (w.dim(2) < 1 || w.dim(3) < 1)
            throw new ShapeException(what + ": kernels must be at least 1 by 1, got weights " + w);
        if (x.dim(0) != y.dim(0)) {
            throw new ShapeException(
                    what + ": x has " + x.dim(0) + " samples, y has " + y.dim(0) + ": " + x + ", " + y);
        }
        if (w.dim(1) * g.groups() != x.dim(1)) {
            throw new ShapeException(what + ": weights " + w + " in " + g.groups() + " groups take "
                    + w.dim(1) * g.groups() + " channels, x " + x + " has " + x.dim(1));
        }
        if (w.dim(0) != y.dim(1) || w.dim(0) % g.groups() != 0) {
            throw new ShapeException(what + ": weights " + w + " in " + g.groups() + " groups do not give " + y.dim(1)
                    + " channels of y " + y
                    + "; their number must be that of the weights' axis 0, and divisible by groups");
        }
        return new Geometry(
                x.dim(0),
                g.groups(),
                w.dim(1),
                x.dim(2),
                x.dim(3),
                w.dim(0) / g.groups(),
                y.dim(2),
                y.dim(3),
                w.dim(2),
                w.dim(3),
                g.strideH(),
                g.strideW(),
                g.padTop(),
                g.padLeft(),
                g.dilationH(),
                g.dilationW());
    }

    /** The gradient by x at strides 1 as a convolution of dy, with weights turned by 180° and channels exchanged. */
    Geometry gradient() {
        return new Geometry(
                samples,
                groups,
                out,
                outHeight,
                outWidth,
                in,
                height,
                width,
                kernelHeight,
                kernelWidth,
                1,
                1,
                (kernelHeight - 1) * dilationH - top,
                (kernelWidth - 1) * dilationW - left,
                dilationH,
                dilationW);
    }

    /** Terms of one output: in * kernelHeight * kernelWidth. */
    int depth() {
        return in * kernelHeight * kernelWidth;
    }

    /** Outputs of one channel of one sample. */
    int pixels() {
        return outHeight * outWidth;
    }

    boolean dense() {
        return strideH == 1 && strideW == 1;
    }

    /** Rows of x, padding included, that so many rows of y read. */
    int reach(int rows) {
        return (rows - 1) * strideH + (kernelHeight - 1) * dilationH + 1;
    }

    /** Columns of x, padding included, that y reads. */
    int reach() {
        return (outWidth - 1) * strideW + (kernelWidth - 1) * dilationW + 1;
    }

    /** Multiplications of the whole batch. */
    double work() {
        return (double) samples * groups * out * depth() * pixels();
    }
}
