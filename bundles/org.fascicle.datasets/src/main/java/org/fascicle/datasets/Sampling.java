package org.fascicle.datasets;

import java.util.List;
import java.util.stream.IntStream;
import org.fascicle.data.Column;
import org.fascicle.data.Splits;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Philox;

/**
 * What all generated sets have in common: how many samples, how much noise, how they are split. Positions are computed in double with
 * StrictMath and the noise is Philox's, so the same options give the same bits on every JVM.
 *
 * @param name who draws
 * @param samples of both parts together
 * @param noise the standard deviation of what is added to each coordinate
 * @param test the share of samples to test on
 * @param seed of the noise and of the split
 */
record Sampling(String name, int samples, double noise, double test, int seed) {
    private static final Range SAMPLES = Range.between(4, 1_000_000);

    /** Asks for {@code samples}, {@code noise}, {@code test} (0.2 by default) and {@code seed} (0 by default). */
    static Sampling of(String name, Options o, int samples, double noise) {
        return new Sampling(
                name,
                o.integer("samples", samples, SAMPLES),
                o.real("noise", noise, Range.NOT_NEGATIVE),
                o.real("test", 0.2, Range.BELOW_ONE),
                o.integer("seed", 0, Range.NOT_NEGATIVE));
    }

    /** This, if there is a sample for each class at least. */
    Sampling checked(Options o, int classes) {
        if (samples < classes) throw o.invalid("samples", "at least classes = " + classes, samples);
        return this;
    }

    /** Where the samples of a class lie before noise. */
    interface Curve {
        /** Writes the point of sample {@code i} of the {@code n} samples of class {@code label}. */
        void point(int label, int i, int n, double[] to);
    }

    /** Columns {@code x} [features] and {@code label}; classes take turns, so their sizes differ by one at most. */
    Splits classes(List<String> classes, int features, Curve curve) {
        int k = classes.size();
        float[] x = noise(samples * features);
        float[] label = new float[samples];
        int[] labels = new int[samples];
        double[] point = new double[features];
        for (int i = 0; i < samples; i++) {
            int c = i % k;
            curve.point(c, i / k, (samples - c + k - 1) / k, point);
            for (int f = 0; f < features; f++) x[i * features + f] = (float) (point[f] + noise * x[i * features + f]);
            label[i] = c;
            labels[i] = c;
        }
        List<Column> columns =
                List.of(Column.feature("x", Column.Type.FLOAT32, features), Column.label("label", classes));
        return split(new FloatTable(columns, new float[][] {x, label}, samples), labels, k);
    }

    Splits split(FloatTable all, int[] labels, int classes) {
        Split split = Split.of(labels, classes, test, seed);
        return new Splits(all.rows(split.train()), all.rows(split.test()));
    }

    /** Standard normal numbers, to be multiplied with the noise. */
    float[] noise(int n) {
        float[] e = new float[n];
        draws("noise").normal(e, 0, n);
        return e;
    }

    Draws draws(String purpose) {
        return Philox.of(seed, name + "." + purpose, 0, 0, 0);
    }

    /** Class names {@code 0}, {@code 1}, … */
    static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
}
