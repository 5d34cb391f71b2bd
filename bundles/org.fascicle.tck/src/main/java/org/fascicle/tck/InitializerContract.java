package org.fascicle.tck;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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

    @FunctionalInterface
    private interface Promise {
        List<String> check(InitializerCheck i) throws Exception;
    }

    private Stream<DynamicTest> each(Promise promise) {
        return params().stream()
                .map(p -> test(
                        p.toString(), () -> promise.check(new InitializerCheck((Initializer) part(options()), p))));
    }

    @TestFactory
    @DisplayName("fills its block with finite numbers, and nothing else")
    public final Stream<DynamicTest> fillsItsBlock() {
        return each(InitializerCheck::fillsItsBlock);
    }

    @TestFactory
    @DisplayName("same draws, same bits")
    public final Stream<DynamicTest> repeats() {
        return each(InitializerCheck::repeats);
    }

    @TestFactory
    @DisplayName("keeps nothing in its fields")
    public final Stream<DynamicTest> keepsNothingInFields() {
        return each(InitializerCheck::keepsNothingInFields);
    }

    @TestFactory
    @DisplayName("serves several threads at once with the same bits")
    public final Stream<DynamicTest> servesManyThreads() {
        return each(InitializerCheck::servesManyThreads);
    }

    @Test
    @DisplayName("refuses options with which it would not work")
    public final void refusesOddNumbers() {
        for (Param p : params())
            check(withOddNumbers(options(), i -> new InitializerCheck((Initializer) i, p).fillsItsBlock()));
    }
}
