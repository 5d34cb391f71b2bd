package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Tensor;

/** The promises of an initializer on one parameter, each a method that tells what it found; empty is good. Confined to one thread. */
public final class InitializerCheck {
    private static final float SENTINEL = 12345.678f;
    private static final int BEHIND = 5;

    private final Initializer initializer;
    private final Param param;

    public InitializerCheck(Initializer initializer, Param param) {
        this.initializer = initializer;
        this.param = param;
    }

    /** A block in an array that is longer than needed. */
    private Tensor fill(long seed) {
        float[] data = new float[param.shape().size() + BEHIND];
        Arrays.fill(data, Float.NaN);
        Arrays.fill(data, param.shape().size(), data.length, SENTINEL);
        Tensor w = Tensor.of(param.shape(), data);
        initializer.fill(param, w, Philox.of(seed, param.name(), 0, 0, 0), new NaiveAlgebra());
        return w;
    }

    /** All of the block is finite numbers, and nothing behind it is written. */
    public List<String> fillsItsBlock() {
        List<String> found = new ArrayList<>();
        Tensor w = fill(1);
        int i = Numbers.firstNotFinite(w);
        if (i >= 0)
            found.add("w at " + Numbers.place(w.shape(), i) + " is " + w.data()[i]
                    + ": expected a finite number in every element");
        for (int k = w.size(); k < w.data().length; k++) {
            if (w.data()[k] == SENTINEL) continue;
            found.add("writes behind the block " + w.shape() + ": loop to size(), not to the array's length");
            break;
        }
        return found;
    }

    /** The same draws give the same bits, whatever was filled before. */
    public List<String> repeats() {
        Tensor first = fill(1);
        fill(2);
        return difference(first, fill(1))
                .map(d -> "the same draws gave other numbers: " + d + "; draw from Draws only, and keep nothing")
                .stream()
                .toList();
    }

    private static Optional<String> difference(Tensor a, Tensor b) {
        return Numbers.difference(Map.of("w", a), Map.of("w", b));
    }

    public List<String> keepsNothingInFields() {
        return Fields.kept(initializer, () -> fill(3));
    }

    /** Several threads, each with a block of its own, get the bits that each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        Tensor[] expected = new Tensor[Together.THREADS];
        for (int i = 0; i < expected.length; i++) expected[i] = fill(i);
        return Together.run(i -> difference(expected[i], fill(i)))
                .map(d -> "several threads on the same initializer disturb each other: " + d
                        + "; work with the arguments and local variables only")
                .stream()
                .toList();
    }
}
