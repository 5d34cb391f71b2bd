package org.fascicle.layers.convolution;

import java.util.Arrays;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/**
 * The geometry that convolution and pooling share: a window sliding over {@code [N, C, H, W]}. The options are
 *
 * <ul>
 *   <li>its size, under the caller's name, and {@code strides}, {@code dilation_rate}: one number or [rows, columns]
 *   <li>{@code padding}: "valid" (only where the window fits), "same" (the output is ceil(input / stride); an odd zero
 *       goes to the bottom and right) or "same_lower" (to the top and left)
 *   <li>{@code pads}: zeros put around the input, one number or [top, bottom, left, right]; beside "valid" only
 * </ul>
 *
 * Immutable.
 *
 * @param name what the option of its size is called, for messages
 * @param ceil count a last window that reaches beyond the padding
 */
record Window(String name, Axis rows, Axis columns, Padding padding, boolean ceil) {
    private static final Range FROM_ONE = Range.between(1, 1 << 16);

    static Window kernel(Options o) {
        return of(o, "kernel_size", o.integers("kernel_size", 2, FROM_ONE), new int[] {1, 1}, false);
    }

    static Window pool(Options o) {
        int[] size = o.integers("pool_size", new int[] {2, 2}, FROM_ONE);
        return of(o, "pool_size", size, size, o.flag("ceil_mode", false));
    }

    /** Windows that lie side by side. */
    static Window tiles(Options o) {
        int[] size = o.integers("pool_size", new int[] {2, 2}, FROM_ONE);
        return new Window(
                "pool_size",
                Axis.of(size[0], size[0], 1, 0, 0),
                Axis.of(size[1], size[1], 1, 0, 0),
                Padding.VALID,
                false);
    }

    private static Window of(Options o, String name, int[] size, int[] fallbackStrides, boolean ceil) {
        int[] strides = o.integers("strides", fallbackStrides, FROM_ONE);
        int[] dilation = o.integers("dilation_rate", new int[] {1, 1}, FROM_ONE);
        Padding padding = switch (o.choice("padding", "valid", "valid", "same", "same_lower")) {
            case "same" -> Padding.SAME;
            case "same_lower" -> Padding.SAME_LOWER;
            default -> Padding.VALID;
        };
        int[] pads = o.integers("pads", new int[4], Range.between(0, 1 << 16));
        if (padding != Padding.VALID && pads[0] + pads[1] + pads[2] + pads[3] > 0) {
            throw o.invalid("pads", "0 beside padding \"same\", which finds them itself", Arrays.toString(pads));
        }
        return new Window(
                name,
                Axis.of(size[0], strides[0], dilation[0], pads[0], pads[1]),
                Axis.of(size[1], strides[1], dilation[1], pads[2], pads[3]),
                padding,
                ceil);
    }

    /** This window on an input: all numbers resolved. {@link ShapeException} if it does not fit. */
    Window on(Shape x) {
        Axis down = rows.on(x.dim(2), padding, ceil), across = columns.on(x.dim(3), padding, ceil);
        Window w = new Window(name, down, across, padding, ceil);
        if (w.rows.count() > 0 && w.columns.count() > 0) return w;
        throw new ShapeException(size() + " does not fit input [N, C, " + x.dim(2) + ", " + x.dim(3) + "] "
                + (padded() ? "with its pads" : "without padding") + "; take a smaller " + name
                + ", or padding \"same\"");
    }

    /** As {@link #on}, for pooling: every window must see some of the input. */
    Window pooling(Shape x) {
        Window w = on(x);
        if (!w.rows.hasEmptyWindow() && !w.columns.hasEmptyWindow()) return w;
        throw new ShapeException(size() + " on input [N, C, " + x.dim(2) + ", " + x.dim(3)
                + "] has windows that see nothing but padding; take smaller pads");
    }

    /** The output's shape with this many channels, once resolved. */
    Shape output(Shape x, int channels) {
        return Shape.of(x.dim(0), channels, rows.count(), columns.count());
    }

    /** True if every window is one of 2 x 2 neighbours, none of them padding; once resolved. */
    boolean pairs() {
        return rows.pairs() && columns.pairs();
    }

    private boolean padded() {
        return rows.before() + rows.after() + columns.before() + columns.after() > 0;
    }

    private String size() {
        String plain = name + " [" + rows.size() + ", " + columns.size() + "]";
        boolean dilated = rows.dilation() > 1 || columns.dilation() > 1;
        return dilated ? plain + " dilated to [" + rows.reach() + ", " + columns.reach() + "]" : plain;
    }
}
