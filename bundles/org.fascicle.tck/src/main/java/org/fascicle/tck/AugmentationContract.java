package org.fascicle.tck;

import java.util.List;
import java.util.stream.Stream;
import org.fascicle.data.Augmentation;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every augmentation must keep: what becomes of a sample follows from the sample and its draws alone, in its place only.
 *
 * @param <P> the plug-in: an {@code Augmentation} or an {@code Augmentation.Factory} with a constructor without arguments
 */
public abstract class AugmentationContract<P> extends Contract<P> {
    /** Ways to use it: options and one sample, without a batch. By default no options, on {@code [1, 8, 8]} and {@code [3, 5, 7]}. */
    protected List<Case> cases() {
        return List.of(
                Case.of("[1, 8, 8]").on(Samples.normal(1, 8, 8)),
                Case.of("[3, 5, 7]").on(Samples.normal(3, 5, 7)));
    }

    @FunctionalInterface
    private interface Promise {
        List<String> check(AugmentationCheck a) throws Exception;
    }

    private static AugmentationCheck subject(Object augmentation, Tensor sample) {
        return new AugmentationCheck((Augmentation) augmentation, sample);
    }

    private Stream<DynamicTest> each(Promise promise) {
        Assertions.assertFalse(cases().isEmpty(), "the contract needs at least one case");
        return cases().stream()
                .map(c -> test(
                        c.name(),
                        () -> promise.check(
                                subject(part(c.options()), c.inputs().get(0)))));
    }

    @TestFactory
    @DisplayName("the shape follows from the shape, and what is random keeps it")
    public final Stream<DynamicTest> shapeIsPure() {
        return each(AugmentationCheck::shapeIsPure);
    }

    @TestFactory
    @DisplayName("fills its place with finite numbers, and nothing else")
    public final Stream<DynamicTest> fillsItsPlace() {
        return each(AugmentationCheck::fillsItsPlace);
    }

    @TestFactory
    @DisplayName("reads its sample only, and leaves it untouched")
    public final Stream<DynamicTest> leavesItsSourceUntouched() {
        return each(AugmentationCheck::leavesItsSourceUntouched);
    }

    @TestFactory
    @DisplayName("same seed, epoch and sample, same bits")
    public final Stream<DynamicTest> repeats() {
        return each(AugmentationCheck::repeats);
    }

    @TestFactory
    @DisplayName("draws if it says so, and only then")
    public final Stream<DynamicTest> varies() {
        return each(AugmentationCheck::varies);
    }

    @TestFactory
    @DisplayName("rejects wrong shapes with a ShapeException")
    public final Stream<DynamicTest> rejectsWrongShapes() {
        return each(AugmentationCheck::rejectsWrongShapes);
    }

    @TestFactory
    @DisplayName("keeps nothing in its fields")
    public final Stream<DynamicTest> keepsNothingInFields() {
        return each(AugmentationCheck::keepsNothingInFields);
    }

    @TestFactory
    @DisplayName("serves several threads at once with the same bits")
    public final Stream<DynamicTest> servesManyThreads() {
        return each(AugmentationCheck::servesManyThreads);
    }

    @Test
    @DisplayName("refuses options with which it would not work")
    public final void refusesOddNumbers() {
        for (Case c : cases())
            check(withOddNumbers(c.options(), a -> subject(a, c.inputs().get(0)).fillsItsPlace()));
    }
}
