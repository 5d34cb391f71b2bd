package org.fascicle.tck;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.ConfigException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What every layer must keep: right gradients in training and inference, nothing touched that is not its own, nothing
 * read that was not declared, the same bits every time and from every thread, understandable errors.
 *
 * <pre>{@code
 * class DenseTest extends LayerContract<Dense.Factory> {
 *     @Override protected List<Case> cases() {
 *         return List.of(Case.of("dense", "units", 3).on(Samples.normal(4, 5)));
 *     }
 * }
 * }</pre>
 *
 * @param <P> the plug-in: a {@code Layer} or a {@code Layer.Factory} with a constructor without arguments
 */
public abstract class LayerContract<P> extends Contract<P> {
    /** A way to make the layer: options and inputs. */
    protected abstract List<Case> cases();

    /** The layer of a case. */
    protected final Child subject(Case c) {
        P plugin = plugin();
        return parts().child(name(plugin), name(plugin), plugin, c.options());
    }

    @FunctionalInterface
    interface LayerPromise {
        List<String> check(Child subject, Case c) throws Exception;
    }

    final Stream<DynamicTest> each(LayerPromise promise) {
        List<Case> all = cases();
        Assertions.assertFalse(all.isEmpty(), "the contract needs at least one case");
        return all.stream().map(c -> test(c.name(), () -> promise.check(subject(c), c)));
    }

    private Stream<DynamicTest> both(BiFunction<LayerCheck, Boolean, List<String>> promise) {
        return Stream.of(true, false)
                .flatMap(training -> each((s, c) -> promise.apply(new LayerCheck(s, c), training))
                        .map(t -> DynamicTest.dynamicTest(
                                t.getDisplayName() + (training ? " (training)" : " (inference)"), t.getExecutable())));
    }

    @TestFactory
    @DisplayName("gradients agree with difference quotients in training")
    public final Stream<DynamicTest> gradientsAgreeWithDifferenceQuotientsInTraining(TestReporter reporter) {
        return each((s, c) -> gradients(s, c, true, reporter));
    }

    @TestFactory
    @DisplayName("gradients agree with difference quotients in inference")
    public final Stream<DynamicTest> gradientsAgreeWithDifferenceQuotientsInInference(TestReporter reporter) {
        return each((s, c) -> gradients(s, c, false, reporter));
    }

    private static List<String> gradients(Child s, Case c, boolean training, TestReporter reporter) {
        GradientCheck.Result r = GradientCheck.run(s, c, training);
        if (r.draws() > 1)
            reporter.publishEntry(s.name() + ": " + c.name(), "points before the last lay at kinks: " + r);
        return r.findings();
    }

    @TestFactory
    @DisplayName("fills every output, gradient and next value with finite numbers")
    public final Stream<DynamicTest> fillsEverything() {
        return both(LayerCheck::fillsEverything);
    }

    @TestFactory
    @DisplayName("relies on nothing that was not declared or not written")
    public final Stream<DynamicTest> reliesOnDeclaredOnly() {
        return both(LayerCheck::reliesOnDeclaredOnly);
    }

    @TestFactory
    @DisplayName("leaves inputs, parameters and output gradients untouched")
    public final Stream<DynamicTest> leavesInputsUntouched() {
        return both(LayerCheck::leavesInputsUntouched);
    }

    @TestFactory
    @DisplayName("adds to gradients that are there")
    public final Stream<DynamicTest> addsToGradients() {
        return both(LayerCheck::addsToGradients);
    }

    @TestFactory
    @DisplayName("bears missing output gradients and unwanted input gradients")
    public final Stream<DynamicTest> bearsMissingGradients() {
        return both(LayerCheck::bearsMissingGradients);
    }

    @TestFactory
    @DisplayName("same seed, same bits")
    public final Stream<DynamicTest> repeats() {
        return both(LayerCheck::repeats);
    }

    @TestFactory
    @DisplayName("keeps nothing in its fields")
    public final Stream<DynamicTest> keepsNothingInFields() {
        return each((s, c) -> new SharingCheck(s, c).keepsNothingInFields());
    }

    @TestFactory
    @DisplayName("keeps nothing between calls")
    public final Stream<DynamicTest> keepsNothingBetweenCalls() {
        return each((s, c) -> new SharingCheck(s, c).keepsNothingBetweenCalls());
    }

    @TestFactory
    @DisplayName("serves several threads at once with the same bits")
    public final Stream<DynamicTest> servesManyThreads() {
        return each((s, c) -> new SharingCheck(s, c).servesManyThreads());
    }

    @TestFactory
    @DisplayName("plans the same for the same shapes")
    public final Stream<DynamicTest> planIsPure() {
        return each((s, c) -> new LayerCheck(s, c).planIsPure());
    }

    @TestFactory
    @DisplayName("keeps its traits")
    public final Stream<DynamicTest> keepsItsTraits() {
        return each((s, c) -> new LayerCheck(s, c).keepsItsTraits());
    }

    @TestFactory
    @DisplayName("rejects wrong shapes with a ShapeException")
    public final Stream<DynamicTest> rejectsWrongShapes() {
        return each((s, c) -> new LayerCheck(s, c).rejectsWrongShapes());
    }

    @Test
    @DisplayName("asks for the same options whatever their values are")
    public final void asksForTheSameOptions() {
        P plugin = plugin();
        if (!(plugin instanceof Layer.Factory)) return;
        Set<String> all = new TreeSet<>();
        for (Case c : cases()) {
            Set<String> now = parts().asking(plugin, c.options()).known();
            if (all.isEmpty()) all.addAll(now);
            Assertions.assertEquals(
                    all,
                    now,
                    "options asked for in case " + c.name()
                            + ": ask every option unconditionally, or some are unknown at times");
        }
    }

    @Test
    @DisplayName("an unknown option is an error that lists the known ones")
    public final void rejectsUnknownOptions() {
        P plugin = plugin();
        Case c = cases().get(0);
        Map<String, Object> options = new LinkedHashMap<>(c.options());
        options.put("no_such_option", 1);
        Assertions.assertThrows(
                ConfigException.class, () -> parts().child(name(plugin), name(plugin), plugin, options));
    }

    /** The largest difference from golden outputs that is none, relative to the largest value of a tensor; it is written down with them. */
    protected double goldenTolerance() {
        return 1e-5;
    }

    /**
     * Only where the bundle ships golden outputs. With the system property {@code fascicle.golden=write} they are written, to
     * {@code src/main/resources}.
     */
    @TestFactory
    @ResourceLock("fascicle.golden")
    @DisplayName("computes what it computed when it was released")
    public final Stream<DynamicTest> computesWhatItComputed() {
        Map<String, Case> titled = new LinkedHashMap<>();
        cases().forEach(c -> titled.put(getClass().getSimpleName() + ": " + c.name(), c));
        return GoldenOutputs.of(plugin().getClass(), (node, options) -> parts().child(node, node, plugin(), options))
                .stream()
                .flatMap(g -> golden(g, titled));
    }

    private Stream<DynamicTest> golden(GoldenOutputs g, Map<String, Case> titled) {
        if ("write".equals(System.getProperty("fascicle.golden"))) {
            Path sources = Path.of(System.getProperty("basedir", ""), "src", "main", "resources");
            return Stream.of(test("writes " + g.path(), () -> g.write(sources, titled, goldenTolerance())));
        }
        return g.shipped().stream()
                .flatMap(shipped -> Stream.concat(
                        Stream.of(test("every case", () -> g.complete(shipped, titled))),
                        shipped.recordings().stream().map(r -> test(r.name(), () -> g.computesTheSame(r)))));
    }

    @TestFactory
    @DisplayName("refuses options with which it would not work")
    public final Stream<DynamicTest> refusesOddNumbers() {
        P plugin = plugin();
        return cases().stream()
                .map(c -> test(
                        c.name(),
                        () -> oddNumbers(c.options(), odd -> {
                            Child s = parts().child(name(plugin), name(plugin), plugin, odd);
                            return new LayerCheck(s, new Case(c.name(), odd, c.inputs(), c.stateful()))
                                    .fillsEverything(true);
                        })));
    }
}
