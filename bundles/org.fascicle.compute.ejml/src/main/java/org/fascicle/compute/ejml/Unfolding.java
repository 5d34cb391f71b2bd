package org.fascicle.compute.ejml;

import java.util.Arrays;
import org.fascicle.tensor.Tensor;

/**
 * Scratch in which one thread lays out images for products: as rows of lanes along pixels (one row for each channel and place
 * in the kernel), or as rows along channels and kernel (one row for each pixel).
 */
final class Unfolding {
    private final Scratch scratch = new Scratch();
    private float[] padded = {};
    private Geometry g;
    private float[] image;
    /** In the image: index of the first sample's first element, and the way to the next sample, channel, row. */
    private int start;

    private int sampleStep;
    private int plane;
    private int pitch;
    /** Of the tile. */
    private int samples;

    private int row;
    private int rows;
    /** Lanes from one row of outputs to the next. */
    private int lanePitch;

    /** Prepares one tile of one group. */
    void open(Geometry geometry, Tiles tiles, int t, int group, Tensor x) {
        g = geometry;
        samples = tiles.samples(t);
        row = tiles.row(t);
        rows = tiles.rows(t);
        lanePitch = tiles.pitch();
        int first = tiles.sample(t), area = g.height() * g.width(), channels = g.groups() * g.in();
        if (direct(g)) {
            image = x.data();
            pitch = g.width();
            plane = area;
            sampleStep = channels * area;
            start = first * sampleStep + group * g.in() * area + row * pitch;
        } else {
            pitch = g.reach();
            plane = g.reach(rows) * pitch;
            sampleStep = g.in() * plane;
            start = 0;
            image = padded(samples * sampleStep);
            Arrays.fill(image, 0, samples * sampleStep, 0);
            int top = row * g.strideH() - g.top(), high = g.reach(rows);
            int from = Math.max(0, g.left()), count = Math.min(g.width() + g.left(), pitch) - from;
            for (int i = 0; i < samples * g.in() && count > 0; i++) {
                int source = (((first + i / g.in()) * channels + group * g.in() + i % g.in()) * g.height()) * g.width();
                for (int r = Math.max(0, -top); r < high && r + top < g.height(); r++) {
                    System.arraycopy(
                            x.data(),
                            source + (r + top) * g.width() + from - g.left(),
                            image,
                            i * plane + r * pitch + from,
                            count);
                }
            }
        }
    }

    /** True if x itself will do: no padding, and little besides what is read. */
    static boolean direct(Geometry g) {
        return g.top() == 0
                && g.left() == 0
                && g.reach(g.outHeight()) <= g.height()
                && g.reach() <= g.width()
                && 5 * g.reach() >= 4 * g.width();
    }

    int lanes() {
        return samples * rows * lanePitch;
    }

    /** The rows unfolded last. */
    float[][] b() {
        return scratch.b(0, 0);
    }

    /** Rows of results. */
    float[][] c(int count, int width) {
        return scratch.c(count, width);
    }

    /** Rows first to first + count - 1 of the unfolded images, from row 0; lanes that are no output hold anything. */
    float[][] unfold(int first, int count) {
        float[][] b = scratch.b(count, lanes());
        int kw = g.kernelWidth(), kernel = g.kernelHeight() * kw, each = rows * lanePitch;
        for (int k = 0; k < count; k++) {
            int c = (first + k) / kernel, p = (first + k) % kernel / kw, q = (first + k) % kw;
            int from = start + c * plane + p * g.dilationH() * pitch + q * g.dilationW();
            for (int s = 0; s < samples; s++, from += sampleStep) {
                if (g.dense()) System.arraycopy(image, from, b[k], s * each, each - pitch + g.outWidth());
                else strided(from, b[k], s * each);
            }
        }
        return b;
    }

    private void strided(int from, float[] to, int at) {
        int n = g.outWidth(), step = g.strideW();
        for (int i = 0; i < rows; i++, from += g.strideH() * pitch, at += n) {
            if (step == 1) System.arraycopy(image, from, to, at, n);
            else for (int j = 0; j < n; j++) to[at + j] = image[from + j * step];
        }
    }

    /** to = beta * to + the outputs of one sample and channel, which are next to each other there. */
    void fold(float[] c, int sample, float[] to, int at, float beta) {
        int n = g.outWidth(), from = sample * rows * lanePitch;
        if (beta == 0 && n == lanePitch) {
            System.arraycopy(c, from, to, at, rows * n);
            return;
        }
        for (int i = 0; i < rows; i++, from += lanePitch, at += n) {
            if (beta == 0) System.arraycopy(c, from, to, at, n);
            else for (int j = 0; j < n; j++) to[at + j] = Math.fma(beta, to[at + j], c[from + j]);
        }
    }

    /** As {@link #fold} the other way: the outputs of the tile's samples of one channel as lanes; between them, anything. */
    void spread(float[] from, int at, int step, float[] to) {
        int n = g.outWidth();
        for (int s = 0, o = 0; s < samples; s++, at += step) {
            if (n == lanePitch) {
                System.arraycopy(from, at, to, o, rows * n);
                o += rows * n;
            } else {
                for (int i = 0; i < rows; i++, o += lanePitch) System.arraycopy(from, at + i * n, to, o, n);
            }
        }
    }

    /** Prepares one sample of one group with the channels of a pixel next to each other, padding included. */
    void channelsLast(Geometry geometry, int sample, int group, Tensor x) {
        g = geometry;
        int n = g.in(), wide = g.reach(), high = g.reach(g.outHeight());
        pitch = wide * n;
        image = padded(high * pitch);
        Arrays.fill(image, 0, high * pitch, 0);
        int from = Math.max(0, g.left()), to = Math.min(g.width() + g.left(), wide);
        int area = g.height() * g.width(), source = (sample * g.groups() + group) * n * area - g.left();
        for (int r = Math.max(0, g.top()); r < high && r - g.top() < g.height(); r++) {
            int s = source + (r - g.top()) * g.width(), t = r * pitch;
            int c = 0;
            for (; c + 8 <= n; c += 8) eight(x.data(), s + c * area, area, from, to, t + c, n);
            for (; c < n; c++) {
                for (int j = from; j < to; j++) image[t + c + j * n] = x.data()[s + c * area + j];
            }
        }
    }

    /** Columns of eight channels: reads run along each, writes fill a piece of a line. */
    private void eight(float[] d, int at, int area, int from, int to, int t, int n) {
        float[] y = image;
        for (int j = from, s = at + from, o = t + from * n; j < to; j++, s++, o += n) {
            y[o] = d[s];
            y[o + 1] = d[s + area];
            y[o + 2] = d[s + 2 * area];
            y[o + 3] = d[s + 3 * area];
            y[o + 4] = d[s + 4 * area];
            y[o + 5] = d[s + 5 * area];
            y[o + 6] = d[s + 6 * area];
            y[o + 7] = d[s + 7 * area];
        }
    }

    /** One row for each output in rows i to i + count - 1: kernel rows, kernel columns, channels. */
    float[][] patches(int i, int count) {
        int n = g.in(), kw = g.kernelWidth(), line = kw * n;
        float[][] b = scratch.b(count * g.outWidth(), g.depth());
        for (int r = 0, k = 0; r < count; r++) {
            for (int j = 0; j < g.outWidth(); j++, k++) {
                int from = (i + r) * g.strideH() * pitch + j * g.strideW() * n;
                for (int p = 0; p < g.kernelHeight(); p++, from += g.dilationH() * pitch) {
                    if (g.dilationW() == 1) copy(from, b[k], p * line, line);
                    else for (int q = 0; q < kw; q++) copy(from + q * g.dilationW() * n, b[k], p * line + q * n, n);
                }
            }
        }
        return b;
    }

    private void copy(int from, float[] to, int at, int n) {
        if (n >= 16) System.arraycopy(image, from, to, at, n);
        else for (int i = 0; i < n; i++) to[at + i] = image[from + i];
    }

    private float[] padded(int n) {
        if (padded.length < n) padded = new float[n];
        return padded;
    }
}
