package org.fascicle.tck;

import java.util.List;
import java.util.stream.Stream;
import org.fascicle.nn.Metric;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every metric must keep: the value depends on the samples, not on how they were divided, and everything is in the sum.
 *
 * @param <P> the plug-in: a {@code Metric} or a {@code Metric.Factory} with a constructor without arguments
 */
public abstract class MetricContract<P> extends Contract<P> {
    /** Ways to use it: options, and a batch of three samples or more, prediction and target, in which some predictions are wrong. */
    protected abstract List<Case> cases();

    /** The value of a prediction without fault; 1 where more is better, else 0. */
    protected double best(Metric metric) {
        return metric.increasing() ? 1 : 0;
    }

    /**
     * A prediction without fault for the target of a case: the target itself, or one-hot in the last axis if the targets are indices.
     */
    protected Tensor ideal(Case c) {
        Tensor p = c.inputs().get(0), t = c.inputs().get(1);
        if (p.size() == t.size()) return t.copy().reshape(p.shape());
        Tensor ideal = Tensor.zeros(p.shape());
        int classes = p.dim(-1);
        for (int r = 0; r < t.size(); r++) {
            int k = (int) t.data()[r];
            if (k >= 0 && k < classes) ideal.data()[r * classes + k] = 1;
        }
        return ideal;
    }

    @FunctionalInterface
    private interface Promise {
        List<String> check(MetricCheck m) throws Exception;
    }

    private static MetricCheck subject(Object metric, Case c) {
        return new MetricCheck((Metric) metric, c.inputs().get(0), c.inputs().get(1));
    }

    private Stream<DynamicTest> each(Promise promise) {
        Assertions.assertFalse(cases().isEmpty(), "the contract needs at least one case");
        return cases().stream().map(c -> test(c.name(), () -> promise.check(subject(part(c.options()), c))));
    }

    @TestFactory
    @DisplayName("the sum needs as many numbers whatever the batch")
    public final Stream<DynamicTest> sizeIsConstant() {
        return each(MetricCheck::sizeIsConstant);
    }

    @TestFactory
    @DisplayName("of nothing it is NaN")
    public final Stream<DynamicTest> nothingIsNaN() {
        return each(MetricCheck::nothingIsNaN);
    }

    @TestFactory
    @DisplayName("how samples are divided into batches, and their order, do not matter")
    public final Stream<DynamicTest> batchesDoNotMatter() {
        return each(MetricCheck::batchesDoNotMatter);
    }

    @TestFactory
    @DisplayName("sums of parts can be merged")
    public final Stream<DynamicTest> sumsCanBeMerged() {
        return each(MetricCheck::sumsCanBeMerged);
    }

    @TestFactory
    @DisplayName("leaves prediction, target and finished sums untouched")
    public final Stream<DynamicTest> leavesArgumentsUntouched() {
        return each(MetricCheck::leavesArgumentsUntouched);
    }

    @TestFactory
    @DisplayName("reads its tensors and nothing behind them")
    public final Stream<DynamicTest> readsItsTensorsOnly() {
        return each(MetricCheck::readsItsTensorsOnly);
    }

    @TestFactory
    @DisplayName("keeps nothing between calls")
    public final Stream<DynamicTest> keepsNothingBetweenCalls() {
        return each(MetricCheck::keepsNothingBetweenCalls);
    }

    @TestFactory
    @DisplayName("keeps nothing in its fields")
    public final Stream<DynamicTest> keepsNothingInFields() {
        return each(MetricCheck::keepsNothingInFields);
    }

    @TestFactory
    @DisplayName("serves several threads at once with the same bits")
    public final Stream<DynamicTest> servesManyThreads() {
        return each(MetricCheck::servesManyThreads);
    }

    @TestFactory
    @DisplayName("rejects wrong shapes with a ShapeException")
    public final Stream<DynamicTest> rejectsWrongShapes() {
        return each(MetricCheck::rejectsWrongShapes);
    }

    @TestFactory
    @DisplayName("a prediction without fault has the best value")
    public final Stream<DynamicTest> perfectIsBest() {
        return cases().stream()
                .map(c -> test(c.name(), () -> {
                    Metric m = (Metric) part(c.options());
                    return subject(m, c).perfectIsBest(ideal(c), best(m));
                }));
    }

    @Test
    @DisplayName("refuses options with which it would not work")
    public final void refusesOddNumbers() {
        for (Case c : cases())
            check(withOddNumbers(c.options(), m -> subject(m, c).batchesDoNotMatter()));
    }
}
