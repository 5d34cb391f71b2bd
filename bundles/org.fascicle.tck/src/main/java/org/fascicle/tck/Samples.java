package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** Tensors to test with: what is drawn depends on the arguments only. */
public final class Samples {
    private Samples() {}

    /** Standard normal. */
    public static Tensor normal(int... dims) {
        Random r = random("normal", dims);
        return fill(dims, () -> (float) r.nextGaussian());
    }

    /** From lo to hi. */
    public static Tensor uniform(double lo, double hi, int... dims) {
        Random r = random("uniform", dims);
        return fill(dims, () -> (float) (lo + (hi - lo) * r.nextDouble()));
    }

    /** Evenly spread over about -1.75 to 1.75 in random order, none within 0.03 of zero and no two closer than 0.06: for kinks and maxima. */
    public static Tensor apart(int... dims) {
        int n = Shape.of(dims).size();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) order.add(i);
        Collections.shuffle(order, random("apart", dims));
        float distance = Math.max(0.06f, 3.5f / Math.max(1, n));
        int[] next = {0};
        return fill(dims, () -> (order.get(next[0]++) - n / 2 + 0.5f) * distance);
    }

    /** Whole numbers from 0 to below. */
    public static Tensor indices(int below, int... dims) {
        Random r = random("indices", dims);
        return fill(dims, () -> r.nextInt(below));
    }

    /** {@code [n, classes]} with a single 1 in each row. */
    public static Tensor oneHot(int n, int classes) {
        Random r = random("one hot", n, classes);
        Tensor t = Tensor.zeros(n, classes);
        for (int i = 0; i < n; i++) t.data()[i * classes + r.nextInt(classes)] = 1;
        return t;
    }

    /** {@code [n, classes]} of positive numbers that are 1 in sum in each row; none is close to 0. */
    public static Tensor probabilities(int n, int classes) {
        Tensor t = uniform(0.5, 1.5, n, classes);
        for (int i = 0; i < n; i++) {
            float sum = 0;
            for (int j = 0; j < classes; j++) sum += t.data()[i * classes + j];
            for (int j = 0; j < classes; j++) t.data()[i * classes + j] /= sum;
        }
        return t;
    }

    /** {@code [n, t]} of ones then zeros: sequences of different lengths, each of at least one step. */
    public static Tensor mask(int n, int t) {
        Tensor m = Tensor.zeros(n, t);
        for (int i = 0; i < m.size(); i++) m.data()[i] = i % t <= 1 + i / t % t ? 1 : 0;
        return m;
    }

    /** {@code [n, t, s]}: step t may look at steps up to t. */
    public static Tensor causal(int n, int t, int s) {
        Tensor m = Tensor.zeros(n, t, s);
        for (int i = 0; i < m.size(); i++) m.data()[i] = i % s <= i / s % t ? 1 : 0;
        return m;
    }

    @FunctionalInterface
    private interface Next {
        float value();
    }

    private static Tensor fill(int[] dims, Next next) {
        Tensor t = Tensor.zeros(dims);
        for (int i = 0; i < t.size(); i++) t.data()[i] = next.value();
        return t;
    }

    private static Random random(String kind, int... dims) {
        return new Random(31L * kind.hashCode() + Arrays.hashCode(dims));
    }
}
