package org.fascicle.tck;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.tensor.ScalarFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every activation must keep: all of {@link LayerContract}, and for scalar functions the promises of
 * {@link FunctionCheck}. {@code class MishTest extends ActivationContract<Mish> {}} is a whole test.
 *
 * @param <P> the plug-in: an {@code Activation}, a {@code Layer} or a {@code Layer.Factory} with a constructor without arguments
 */
public abstract class ActivationContract<P> extends LayerContract<P> {
    /** The options of the default cases. */
    protected Map<String, Object> options() {
        return Map.of();
    }

    /** On {@code [4, 6]} and {@code [4, 6, 2]}. */
    @Override
    protected List<Case> cases() {
        return List.of(
                new Case("[4, 6]", options(), List.of(Samples.apart(4, 6)), false),
                new Case("[4, 6, 2]", options(), List.of(Samples.apart(4, 6, 2)), false));
    }

    /** Value and slope are finite from minus this to this; less for functions that grow fast. */
    protected double range() {
        return 1e4;
    }

    @FunctionalInterface
    private interface FunctionPromise {
        List<String> check(FunctionCheck f);
    }

    private Stream<DynamicTest> function(FunctionPromise promise) {
        return each((s, c) ->
                s.layer() instanceof ScalarFunction f ? promise.check(new FunctionCheck(f, range())) : List.of());
    }

    @TestFactory
    @DisplayName("value and slope are finite over the range")
    public final Stream<DynamicTest> functionIsFinite() {
        return function(FunctionCheck::isFinite);
    }

    @TestFactory
    @DisplayName("the slope is the derivative")
    public final Stream<DynamicTest> slopeIsTheDerivative() {
        return function(FunctionCheck::slopeIsTheDerivative);
    }

    @TestFactory
    @DisplayName("the slope reads x only if it says so")
    public final Stream<DynamicTest> slopeReadsWhatItNeeds() {
        return function(FunctionCheck::slopeReadsWhatItNeeds);
    }

    @TestFactory
    @DisplayName("block forms agree with scalar forms")
    public final Stream<DynamicTest> blockFormsAgree() {
        return function(FunctionCheck::blockFormsAgree);
    }
}
