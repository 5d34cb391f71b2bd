package org.fascicle.tensor;

/**
 * Where a gradient goes: {@code tensor = beta * tensor + gradient}. With beta 0 (the first writer) the old content is
 * garbage and must not be read; with beta 1 a gradient is added to what is there. Fill it by a product that takes beta,
 * by {@link #put}, or by adding to {@link #accumulator()}. Confined to one backward.
 */
public record Sink(Tensor tensor, float beta) {
    public static Sink set(Tensor t) {
        return new Sink(t, 0);
    }

    public static Sink add(Tensor t) {
        return new Sink(t, 1);
    }

    /** The same place for the next writer of one backward: adds to what was filled in. */
    public Sink added() {
        return add(tensor);
    }

    /** The array to use {@code +=} on: zeroed first if nobody wrote before. Call it once. */
    public float[] accumulator() {
        if (beta == 0) tensor.fill(0);
        return tensor.data();
    }

    /** Adds a finished gradient of as many elements. */
    public void put(Tensor g) {
        if (beta == 0) {
            tensor.set(g);
            return;
        }
        float[] d = tensor.data(), s = g.data();
        for (int i = 0, n = tensor.size(); i < n; i++) d[i] += s[i];
    }
}
