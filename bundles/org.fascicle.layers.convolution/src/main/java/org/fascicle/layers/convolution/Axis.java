package org.fascicle.layers.convolution;

/**
 * A window sliding along one axis: window i covers the inputs {@code i * stride - before + q * dilation}, q from 0 to
 * size - 1; those outside 0 to input - 1 are padding. Immutable.
 *
 * @param input the length of the input, 0 before {@link #on}
 * @param count how many windows there are, 0 before {@link #on}
 */
record Axis(int size, int stride, int dilation, int before, int after, int input, int count) {
    static Axis of(int size, int stride, int dilation, int before, int after) {
        return new Axis(size, stride, dilation, before, after, 0, 0);
    }

    /** This window on an input of a length; count is 0 or less if it does not fit. */
    Axis on(int length, Padding padding, boolean ceil) {
        if (padding != Padding.VALID) {
            int n = (length + stride - 1) / stride;
            int all = Math.max(0, (n - 1) * stride + reach() - length), half = all / 2;
            int first = padding == Padding.SAME ? half : all - half;
            return new Axis(size, stride, dilation, first, all - first, length, n);
        }
        int room = length + before + after - reach();
        if (room < 0) return new Axis(size, stride, dilation, before, after, length, 0);
        int n = (ceil ? (room + stride - 1) / stride : room / stride) + 1;
        if (ceil && (n - 1) * stride >= length + before) n--; // would start in the padding behind
        return new Axis(size, stride, dilation, before, after, length, n);
    }

    /** The extent of the window, gaps included. */
    int reach() {
        return dilation * (size - 1) + 1;
    }

    /** Where window i starts; negative in the padding. */
    int start(int i) {
        return i * stride - before;
    }

    /** The first q that lies inside the input. */
    int from(int start) {
        return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
    }

    /** The end (exclusive) of the q that lie inside the input. */
    int to(int start) {
        return below(start, input);
    }

    /** How many q lie inside the input or its padding: what a window without borders counts. */
    int padded(int start) {
        return below(start, input + after);
    }

    private int below(int start, int end) {
        if (start + (size - 1) * dilation < end) return size;
        return start >= end ? 0 : (end - 1 - start) / dilation + 1;
    }

    /** The first window whose q lies inside the input. */
    int first(int q) {
        int need = before - q * dilation;
        return need <= 0 ? 0 : Math.min(count, (need + stride - 1) / stride);
    }

    /** The end (exclusive) of the windows whose q lies inside the input. */
    int end(int q) {
        int room = input - 1 + before - q * dilation;
        return room < 0 ? 0 : Math.min(count, room / stride + 1);
    }

    /** True if every window is two neighbours inside the input. */
    boolean pairs() {
        return size == 2 && dilation == 1 && before == 0 && (count - 1) * stride + 1 < input;
    }

    /** True if some window lies in the padding altogether. */
    boolean hasEmptyWindow() {
        for (int i = 0; i < count; i++) if (from(start(i)) >= to(start(i))) return true;
        return false;
    }
}
