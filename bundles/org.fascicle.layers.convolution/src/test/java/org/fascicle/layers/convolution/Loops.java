package org.fascicle.layers.convolution;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A window's geometry and what is done with it, in plain loops over doubles, written from the definitions alone: the test's
 * own truth. The geometry is drawn from a seed.
 */
final class Loops {
    private final int[] x;
    private final int[] kernel;
    private final int[] stride;
    private final int[] dilation;
    private final String padding;
    private final int[] pads;
    private final boolean ceil;

    Loops(int[] x, int[] kernel, int[] stride, int[] dilation, String padding, int[] pads, boolean ceil) {
        this.x = x;
        this.kernel = kernel;
        this.stride = stride;
        this.dilation = dilation;
        this.padding = padding;
        this.pads = pads;
        this.ceil = ceil;
    }

    /** The input's dimensions. */
    int[] x() {
        return x;
    }

    int[] kernel() {
        return kernel;
    }

    boolean ceil() {
        return ceil;
    }

    static Loops random(Random r, boolean ceil) {
        int[] x = {1 + r.nextInt(3), 1 + r.nextInt(4), 1 + r.nextInt(9), 1 + r.nextInt(9)};
        int[] dilation = {1 + r.nextInt(2), 1 + r.nextInt(2)};
        String padding = new String[] {"valid", "same", "same_lower"}[r.nextInt(3)];
        int[] pads = padding.equals("valid") ? r.ints(4, 0, 3).toArray() : new int[4];
        return new Loops(x, two(r, 4), two(r, 3), dilation, padding, pads, ceil);
    }

    private static int[] two(Random r, int most) {
        return new int[] {1 + r.nextInt(most), 1 + r.nextInt(most)};
    }

    Map<String, Object> options(String size) {
        Map<String, Object> o = new LinkedHashMap<>();
        o.put(size, list(kernel));
        o.put("strides", list(stride));
        o.put("dilation_rate", list(dilation));
        o.put("padding", padding);
        o.put("pads", list(pads));
        return o;
    }

    private static List<Integer> list(int[] a) {
        return Arrays.stream(a).boxed().toList();
    }

    private int reach(int axis) {
        return dilation[axis] * (kernel[axis] - 1) + 1;
    }

    /** Zeros before and after, as {begin, end}. */
    int[] pads(int axis) {
        if (padding.equals("valid")) return new int[] {pads[2 * axis], pads[2 * axis + 1]};
        int n = x[2 + axis], out = (int) Math.ceil(n / (double) stride[axis]);
        int all = Math.max((out - 1) * stride[axis] + reach(axis) - n, 0);
        int less = all / 2, more = all - less;
        return padding.equals("same") ? new int[] {less, more} : new int[] {more, less};
    }

    /** How many windows; 0 if none fits. */
    int count(int axis) {
        int n = x[2 + axis], before = pads(axis)[0], room = n + before + pads(axis)[1] - reach(axis);
        if (room < 0) return 0;
        int all = (ceil ? (int) Math.ceil(room / (double) stride[axis]) : room / stride[axis]) + 1;
        return ceil && (all - 1) * stride[axis] >= n + before ? all - 1 : all;
    }

    boolean fits() {
        return count(0) > 0 && count(1) > 0;
    }

    /** Where position q of window i lies; less than 0 or beyond the input in the padding. */
    int at(int axis, int i, int q) {
        return i * stride[axis] - pads(axis)[0] + q * dilation[axis];
    }

    boolean inside(int axis, int place) {
        return place >= 0 && place < x[2 + axis];
    }

    boolean everyWindowSeesInput() {
        for (int axis = 0; axis < 2; axis++) {
            for (int i = 0; i < count(axis); i++) {
                boolean sees = false;
                for (int q = 0; q < kernel[axis]; q++) sees |= inside(axis, at(axis, i, q));
                if (!sees) return false;
            }
        }
        return true;
    }

    /** What to do at one position of one window: indices of plane [n, c], input and output. */
    interface Tap {
        void at(int n, int c, int p, int q, int in, int out);
    }

    /** Calls tap for every position inside the input of every window, in order. */
    void each(Tap tap) {
        int h = x[2], w = x[3], oh = count(0), ow = count(1);
        for (int n = 0; n < x[0]; n++) {
            for (int c = 0; c < x[1]; c++) {
                for (int i = 0; i < oh; i++) {
                    for (int j = 0; j < ow; j++) {
                        for (int p = 0; p < kernel[0]; p++) {
                            for (int q = 0; q < kernel[1]; q++) {
                                int row = at(0, i, p), column = at(1, j, q);
                                if (!inside(0, row) || !inside(1, column)) continue;
                                int plane = n * x[1] + c;
                                tap.at(n, c, p, q, (plane * h + row) * w + column, (plane * oh + i) * ow + j);
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public String toString() {
        return list(x) + " " + options("size") + (ceil ? " ceil" : "");
    }
}
