package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Port;
import org.fascicle.tck.WrongLayers.AddsToGarbage;
import org.fascicle.tck.WrongLayers.AsksForNoGradient;
import org.fascicle.tck.WrongLayers.Careless;
import org.fascicle.tck.WrongLayers.ChangesItsPlan;
import org.fascicle.tck.WrongLayers.DrawsTwice;
import org.fascicle.tck.WrongLayers.DropsTheEpilogue;
import org.fascicle.tck.WrongLayers.Forgetful;
import org.fascicle.tck.WrongLayers.ForgetsHalfTheStatistic;
import org.fascicle.tck.WrongLayers.ForgetsKept;
import org.fascicle.tck.WrongLayers.HalfFilled;
import org.fascicle.tck.WrongLayers.HiddenState;
import org.fascicle.tck.WrongLayers.InPlaceThoughItReads;
import org.fascicle.tck.WrongLayers.IndexesBlindly;
import org.fascicle.tck.WrongLayers.NoView;
import org.fascicle.tck.WrongLayers.Overwrites;
import org.fascicle.tck.WrongLayers.PlansLess;
import org.fascicle.tck.WrongLayers.PlansMore;
import org.fascicle.tck.WrongLayers.ReadsScratch;
import org.fascicle.tck.WrongLayers.ReversesInPlace;
import org.fascicle.tck.WrongLayers.RightShift;
import org.fascicle.tck.WrongLayers.RightSquare;
import org.fascicle.tck.WrongLayers.SharedScratch;
import org.fascicle.tck.WrongLayers.Square;
import org.fascicle.tck.WrongLayers.SteepSoftmax;
import org.fascicle.tck.WrongLayers.UndeclaredOutput;
import org.fascicle.tck.WrongLayers.UndeclaredRead;
import org.fascicle.tck.WrongLayers.Unfilled;
import org.fascicle.tck.WrongLayers.Unrepeatable;
import org.fascicle.tck.WrongLayers.WritesInput;
import org.fascicle.tck.WrongLayers.WritesInputGoingBack;
import org.fascicle.tck.WrongLayers.WritesOutputGradient;
import org.fascicle.tck.WrongLayers.WritesParameter;
import org.fascicle.tck.third.Dense;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with a layer, and says what it is. */
class WrongLayersTest {
    /** What finds it, and a part of what is said. */
    record Row(Layer layer, Check check, List<String> said) {
        Row(Layer layer, Check check, String... said) {
            this(layer, check, List.of(said));
        }

        @Override
        public String toString() {
            return layer.getClass().getSimpleName();
        }
    }

    @FunctionalInterface
    interface Check {
        List<String> run(Child subject, Case c) throws Exception;
    }

    private static final Case SMALL = Case.of("small").on(Samples.apart(4, 3));

    private static List<String> gradients(Child s, Case c) {
        return GradientCheck.run(s, c, true).findings();
    }

    private static Check layer(Function<LayerCheck, List<String>> f) {
        return (s, c) -> f.apply(new LayerCheck(s, c));
    }

    private static Check sharing(Function<SharingCheck, List<String>> f) {
        return (s, c) -> f.apply(new SharingCheck(s, c));
    }

    static Stream<Row> wrong() {
        return Stream.of(
                new Row(
                        new SteepSoftmax(),
                        (s, c) -> gradients(s, Case.of("of 100").on(Samples.normal(4, 100))),
                        "gradient of x [4, 100] (training) is 1.02 times too large throughout"),
                new Row(
                        new UndeclaredRead(),
                        WrongLayersTest::gradients,
                        "backward reads input 0 but the plan does not declare it: add .reads(0)",
                        "is NaN at"),
                new Row(
                        new UndeclaredRead(),
                        layer(l -> l.reliesOnDeclaredOnly(true)),
                        "backward reads input 0 but the plan does not declare it: add .reads(0)"),
                new Row(
                        new UndeclaredOutput(),
                        WrongLayersTest::gradients,
                        "backward reads output 0 but the plan does not declare it: add .readsOutputs(0)"),
                new Row(new HalfFilled(), WrongLayersTest::gradients, "leaves a part of a gradient unwritten"),
                new Row(
                        new AddsToGarbage(),
                        layer(l -> l.reliesOnDeclaredOnly(true)),
                        "adds to a sink whose beta is 0"),
                new Row(
                        new Overwrites(),
                        layer(l -> l.addsToGradients(true)),
                        "gradient of x at [0, 0]",
                        "overwrites what another wrote before",
                        "accumulator()"),
                new Row(
                        new WritesInput(),
                        layer(l -> l.leavesInputsUntouched(true)),
                        "forward writes to input x at [0, 1]"),
                new Row(
                        new WritesInputGoingBack(),
                        layer(l -> l.leavesInputsUntouched(false)),
                        "backward writes to input x at [0, 1]"),
                new Row(
                        new WritesParameter(),
                        layer(l -> l.leavesInputsUntouched(true)),
                        "forward writes to parameter writesParameter.b at [0]"),
                new Row(
                        new WritesOutputGradient(),
                        layer(l -> l.leavesInputsUntouched(true)),
                        "backward writes to the gradient by output"),
                new Row(
                        new HiddenState(),
                        sharing(SharingCheck::keepsNothingBetweenCalls),
                        "another forward in between changes what backward gives: gradient of x"),
                new Row(
                        new HiddenState(),
                        sharing(SharingCheck::keepsNothingInFields),
                        "field HiddenState.input is not final"),
                new Row(
                        new SharedScratch(),
                        sharing(SharingCheck::keepsNothingInFields),
                        "field SharedScratch.squares changes while the layer runs"),
                new Row(
                        new SharedScratch(),
                        (s, c) -> new SharingCheck(s, c).servesManyThreads(),
                        "several threads on the same layer disturb each other"),
                new Row(
                        new Unrepeatable(),
                        layer(l -> l.repeats(true)),
                        "the same inputs, parameters and seed gave different bits (training): output y at [0, 0]",
                        "Pass.random"),
                new Row(new DrawsTwice(), WrongLayersTest::gradients, "gradient of x [4, 3] (training) is"),
                new Row(
                        new PlansMore(),
                        layer(l -> l.fillsEverything(true)),
                        "forward leaves a part of an output unwritten",
                        "output y is NaN at"),
                new Row(
                        new ReadsScratch(),
                        layer(l -> l.reliesOnDeclaredOnly(true)),
                        "scratch is read before it is written"),
                new Row(
                        new ForgetsKept(),
                        layer(l -> l.reliesOnDeclaredOnly(true)),
                        "backward reads kept memory that forward did not write"),
                new Row(
                        new ForgetsHalfTheStatistic(),
                        layer(l -> l.fillsEverything(true)),
                        "a next statistic or state is not written in all its elements",
                        "next statistic mean is NaN at [1]"),
                new Row(
                        new IndexesBlindly(),
                        layer(LayerCheck::rejectsWrongShapes),
                        "given [4] in place of [4, 3] for x: expected a ShapeException",
                        "ArrayIndexOutOfBounds"),
                new Row(
                        new InPlaceThoughItReads(),
                        layer(LayerCheck::keepsItsTraits),
                        "IN_PLACE, but backward reads input 0"),
                new Row(
                        new ReversesInPlace(),
                        layer(LayerCheck::keepsItsTraits),
                        "IN_PLACE, but other bits come out when output 0 is the array of input 0"),
                new Row(
                        new DropsTheEpilogue(),
                        layer(LayerCheck::keepsItsTraits),
                        "EPILOGUE, but the epilogue is not applied once to output 0"),
                new Row(
                        new NoView(),
                        layer(LayerCheck::keepsItsTraits),
                        "VIEW, but output 0 has not the numbers of input 0"),
                new Row(
                        new ChangesItsPlan(),
                        layer(LayerCheck::planIsPure),
                        "plan gives something else when asked again"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Row row) throws Exception {
        String all = String.join("\n", row.check().run(child(row.layer()), SMALL));
        assertThat(all).contains(row.said());
    }

    private static Child child(Layer layer) {
        String name = layer.getClass().getSimpleName();
        return Child.of(Character.toLowerCase(name.charAt(0)) + name.substring(1), name, layer);
    }

    static Stream<Row> thrown() {
        Child dense = new Parts().child("layer", "dense", new Dense.Factory(), Map.of("units", 3));
        return Stream.of(
                new Row(new Unfilled(), WrongLayersTest::gradients, "backward did not fill the gradient of b"),
                new Row(new PlansLess(), WrongLayersTest::gradients, "Index 8 out of bounds for length 8"),
                new Row(
                        new AsksForNoGradient(),
                        layer(l -> l.bearsMissingGradients(true)),
                        "output 1 has no gradient; ask hasOutputGradient(1) first"),
                new Row(
                        new Careless(dense),
                        WrongLayersTest::gradients,
                        "child layer reads its input 0 in backward",
                        "declare it as read, or keep it"),
                new Row(
                        new Forgetful(dense),
                        WrongLayersTest::gradients,
                        "child layer is recomputed: call its instance 0 again right before callBackward"));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void isThrown(Row row) {
        assertThatThrownBy(() -> row.check().run(child(row.layer()), SMALL))
                .hasMessageContainingAll(row.said().toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("right")
    void findsNothingWhereNothingIsWrong(Layer layer) throws Exception {
        Child s = child(layer);
        List<String> found = new ArrayList<>();
        for (boolean training : new boolean[] {true, false}) {
            LayerCheck l = new LayerCheck(s, SMALL);
            found.addAll(GradientCheck.run(s, SMALL, training).findings());
            found.addAll(l.fillsEverything(training));
            found.addAll(l.reliesOnDeclaredOnly(training));
            found.addAll(l.repeats(training));
            found.addAll(l.leavesInputsUntouched(training));
            found.addAll(l.addsToGradients(training));
            found.addAll(l.bearsMissingGradients(training));
        }
        found.addAll(new LayerCheck(s, SMALL).planIsPure());
        found.addAll(new SharingCheck(s, SMALL).keepsNothingBetweenCalls());
        found.addAll(new SharingCheck(s, SMALL).keepsNothingInFields());
        found.addAll(new SharingCheck(s, SMALL).servesManyThreads());
        assertThat(found).isEmpty();
    }

    static Stream<Layer> right() {
        return Stream.of(new RightSquare(), new RightShift());
    }

    static final class UndeclaredContract extends LayerContract<UndeclaredRead> {
        @Override
        protected List<Case> cases() {
            return List.of(SMALL);
        }
    }

    @Test
    void contractReportsWhatChecksFind() {
        Optional<Throwable> failure = new UndeclaredContract()
                .reliesOnDeclaredOnly()
                .map(t -> {
                    try {
                        t.getExecutable().execute();
                        return null;
                    } catch (Throwable e) {
                        return e;
                    }
                })
                .filter(Objects::nonNull)
                .findFirst();
        assertThat(failure).isPresent();
        assertThat(failure.get()).isInstanceOf(AssertionError.class).hasMessageContaining("add .reads(0)");
    }

    /** An input that is optional and not given must not disturb. */
    @Test
    void absentInputsAreLeftOut() {
        Layer masked = new Square() {
            @Override
            public List<Port> inputs() {
                return List.of(Port.value("x"), Port.mask("mask"));
            }
        };
        assertThat(GradientCheck.run(
                                Child.of("masked", "masked", masked),
                                Case.of("absent").on(Samples.normal(4, 3), Tensor.ABSENT),
                                true)
                        .findings())
                .isEmpty();
    }
}
