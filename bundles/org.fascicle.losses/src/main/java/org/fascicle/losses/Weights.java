package org.fascicle.losses;

import java.util.Arrays;

/** Weights of classes or channels; without any, each counts 1. Immutable and thread-safe. */
public final class Weights {
    private final float[] values;

    private Weights(float[] values) {
        this.values = values;
    }

    /** These weights. */
    public static Weights of(double... values) {
        float[] v = new float[values.length];
        for (int i = 0; i < v.length; i++) v[i] = (float) values[i];
        return new Weights(v);
    }

    /** How many were given; 0 for none. */
    public int size() {
        return values.length;
    }

    float get(int i) {
        return values.length == 0 ? 1 : values[i];
    }

    float sum(int classes) {
        if (values.length == 0) return classes;
        double sum = 0;
        for (float v : values) sum += v;
        return (float) sum;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Weights w && Arrays.equals(values, w.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
