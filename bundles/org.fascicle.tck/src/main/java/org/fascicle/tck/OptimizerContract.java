package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.fascicle.train.UpdateRule;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every optimizer must keep: it writes every next value and nothing else, is pure, bears zero gradients, and learns.
 *
 * @param <P> the plug-in: an {@code Optimizer}, a {@code ClosureOptimizer} or an {@code Optimizer.Factory} with a constructor without arguments
 */
public abstract class OptimizerContract<P> extends Contract<P> {
    protected Map<String, Object> options() {
        return Map.of();
    }

    /** The rate with which it must learn a quadratic. */
    protected double rate() {
        return 0.05;
    }

    /** The steps in which it must learn a quadratic. */
    protected int steps() {
        return 500;
    }

    private void check(Function<OptimizerCheck, List<String>> promise) {
        P plugin = plugin();
        UpdateRule rule = (UpdateRule) parts().object(name(plugin), plugin, options());
        List<String> found = new ArrayList<>(promise.apply(new OptimizerCheck(rule)));
        if (!found.isEmpty()) Assertions.fail(String.join(System.lineSeparator(), found));
    }

    @Test
    @DisplayName("slots have names of their own")
    public final void slotsAreNamed() {
        check(OptimizerCheck::slotsAreNamed);
    }

    @Test
    @DisplayName("writes every next value, and nothing else")
    public final void updatesOnlyNextValues() {
        check(OptimizerCheck::updatesOnlyNextValues);
    }

    @Test
    @DisplayName("bears zero gradients")
    public final void bearsZeroGradients() {
        check(OptimizerCheck::bearsZeroGradients);
    }

    @Test
    @DisplayName("learns a quadratic")
    public final void learns() {
        check(o -> o.learns(rate(), steps()));
    }
}
