package org.fascicle.tck;

import java.util.Map;
import org.fascicle.train.UpdateRule;
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

    private OptimizerCheck subject() {
        return new OptimizerCheck((UpdateRule) part(options()));
    }

    @Test
    @DisplayName("slots have names of their own")
    public final void slotsAreNamed() {
        check(subject().slotsAreNamed());
    }

    @Test
    @DisplayName("writes every next value, and nothing else")
    public final void updatesOnlyNextValues() {
        check(subject().updatesOnlyNextValues());
    }

    @Test
    @DisplayName("bears zero gradients")
    public final void bearsZeroGradients() {
        check(subject().bearsZeroGradients());
    }

    @Test
    @DisplayName("learns a quadratic")
    public final void learns() {
        check(subject().learns(rate(), steps()));
    }

    @Test
    @DisplayName("keeps nothing in its fields")
    public final void keepsNothingInFields() {
        check(subject().keepsNothingInFields());
    }

    @Test
    @DisplayName("serves several threads at once with the same bits")
    public final void servesManyThreads() throws InterruptedException {
        check(subject().servesManyThreads());
    }

    @Test
    @DisplayName("refuses options with which it would not work")
    public final void refusesOddNumbers() {
        check(withOddNumbers(options(), o -> new OptimizerCheck((UpdateRule) o).updatesOnlyNextValues()));
    }
}
