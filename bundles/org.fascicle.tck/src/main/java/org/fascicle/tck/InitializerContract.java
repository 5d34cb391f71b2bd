package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every initializer must keep: it fills all of a block with finite numbers that follow from the draws alone.
 *
 * @param <P> the plug-in: an {@code Initializer} or an {@code Initializer.Factory} with a constructor without arguments
 */
public abstract class InitializerContract<P> extends Contract<P> {
    protected Map<String, Object> options() {
        return Map.of();
    }

    /** The parameters it is tried on. */
    protected List<Param> params() {
        return List.of(
                Param.dense("kernel", 6, 4, Initializer.ZEROS),
                Param.dense("kernel", 4, 6, Initializer.ZEROS),
                Param.conv("kernel", 4, 3, Initializer.ZEROS, 3, 3));
    }

    private Tensor fill(Param p, long seed) {
        P plugin = plugin();
        Initializer i = (Initializer) parts().object(name(plugin), plugin, options());
        Tensor w = Tensor.zeros(p.shape());
        w.fill(Float.NaN);
        i.fill(p, w, Philox.of(seed, p.name(), 0, 0, 0), new NaiveAlgebra());
        return w;
    }

    @TestFactory
    @DisplayName("fills everything with finite numbers")
    public final Stream<DynamicTest> fillsEverything() {
        return params().stream()
                .map(p -> test(p.toString(), () -> {
                    Tensor w = fill(p, 1);
                    int i = Numbers.firstNotFinite(w);
                    return i < 0
                            ? List.of()
                            : List.of("w at " + Numbers.place(w.shape(), i) + " is " + w.data()[i]
                                    + ": expected a finite number");
                }));
    }

    @TestFactory
    @DisplayName("same draws, same bits")
    public final Stream<DynamicTest> repeats() {
        return params().stream()
                .map(p -> test(p.toString(), () -> {
                    List<String> found = new ArrayList<>();
                    Numbers.difference(Map.of("w", fill(p, 1)), Map.of("w", fill(p, 1)))
                            .ifPresent(d ->
                                    found.add("the same draws gave other numbers: " + d + "; draw from Draws only"));
                    return found;
                }));
    }
}
