package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Slot;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.Range;
import org.fascicle.tck.third.Dense;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contracts find what is wrong, and say what it is. */
class WrongPluginsTest {
    /** y = x²: right, unless a method is overridden by a wrong one. */
    interface Square extends Layer {
        @Override
        default Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0);
        }

        @Override
        default void forward(Pass p) {
            float[] x = p.input(0).data(), y = p.output(0).data();
            for (int i = 0, n = p.input(0).size(); i < n; i++) y[i] = x[i] * x[i];
        }

        @Override
        default void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * x[i] * dy[i];
        }
    }

    /** y = x + b with a bias per channel. */
    interface Shift extends Layer {
        @Override
        default Plan plan(Shapes in) {
            return Plan.of(in.get(0)).param(Param.bias("b", in.get(0).dim(1)));
        }

        @Override
        default void forward(Pass p) {
            float[] b = p.parameter("b").data();
            p.output(0).set(p.input(0));
            for (int i = 0; i < p.output(0).size(); i++) p.output(0).data()[i] += b[i % b.length];
        }

        @Override
        default void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
            p.ops().sumRows(p.gradient("b"), p.outputGradient(0).matrix());
        }
    }

    record RightSquare() implements Square {}

    record RightShift() implements Shift {}

    record SteepSoftmax() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).readsOutputs(0);
        }

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data(), y = p.output(0).data();
            int c = p.input(0).dim(-1);
            for (int r = 0; r < p.input(0).size(); r += c) {
                double sum = 0;
                for (int i = r; i < r + c; i++) sum += Math.exp(x[i]);
                for (int i = r; i < r + c; i++) y[i] = (float) (Math.exp(x[i]) / sum);
            }
        }

        @Override
        public void backward(Pass p) {
            float[] y = p.output(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            int c = p.output(0).dim(-1);
            for (int r = 0; r < p.output(0).size(); r += c) {
                double dot = 0;
                for (int i = r; i < r + c; i++) dot += y[i] * dy[i];
                for (int i = r; i < r + c; i++) dx[i] += (float) (1.02 * y[i] * (dy[i] - dot));
            }
        }
    }

    record UndeclaredRead() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }
    }

    record UndeclaredOutput() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    y = p.output(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * y[i] / x[i] * dy[i];
        }
    }

    record Unfilled() implements Shift {
        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    record HalfFilled() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).tensor().data();
            for (int i = 0, n = p.outputGradient(0).size() - 1; i < n; i++) dx[i] = 2 * x[i] * dy[i];
        }
    }

    record AddsToGarbage() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).tensor().data();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * x[i] * dy[i];
        }
    }

    record Overwrites() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).tensor().data();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] = 2 * x[i] * dy[i];
        }
    }

    record WritesInput() implements Square {
        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.input(0).data()[1] += 1;
        }
    }

    record WritesInputGoingBack() implements Square {
        @Override
        public void backward(Pass p) {
            Square.super.backward(p);
            p.input(0).data()[1] += 1;
        }
    }

    record WritesParameter() implements Shift {
        @Override
        public void forward(Pass p) {
            Shift.super.forward(p);
            p.parameter("b").data()[0] *= 2;
        }
    }

    record WritesOutputGradient() implements Square {
        @Override
        public void backward(Pass p) {
            Square.super.backward(p);
            p.outputGradient(0).data()[0] = 0;
        }
    }

    static final class HiddenState implements Square {
        private float[] input = {};

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            input = p.input(0).data().clone();
        }

        @Override
        public void backward(Pass p) {
            float[] x = input,
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * x[i] * dy[i];
        }
    }

    static final class SharedScratch implements Square {
        private final float[] squares = new float[100];

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data();
            int n = p.input(0).size();
            for (int i = 0; i < n; i++) squares[i] = x[i] * x[i];
            System.arraycopy(squares, 0, p.output(0).data(), 0, n);
        }
    }

    record Unrepeatable() implements Square {
        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.output(0).data()[0] += (float) Math.random();
        }
    }

    record PlansMore() implements Square {
        @Override
        public Plan plan(Shapes in) {
            Shape x = in.get(0);
            return Plan.of(x.with(-1, x.dim(-1) + 1)).reads(0);
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).tensor().fill(0);
        }
    }

    record PlansLess() implements Square {
        @Override
        public Plan plan(Shapes in) {
            Shape x = in.get(0);
            return Plan.of(x.with(-1, x.dim(-1) - 1)).reads(0);
        }
    }

    record ReadsScratch() implements Square {
        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.output(0).data()[0] += p.scratch(p.input(0).shape()).data()[0];
        }
    }

    record ForgetsKept() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).keep("slope", in.get(0));
        }

        @Override
        public void backward(Pass p) {
            Square.super.backward(p);
            p.inputGradient(0).tensor().data()[0] += p.kept("slope").data()[0];
        }
    }

    record ForgetsHalfTheStatistic() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).param(Param.statistic("mean", 2, 0));
        }

        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.nextStatistic("mean").data()[0] = p.statistic("mean").data()[0];
        }
    }

    record IndexesBlindly() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            int rows = p.input(0).dim(0), cols = p.input(0).shape().dims()[1];
            for (int i = 0; i < rows * cols; i++)
                p.output(0).data()[i] = p.input(0).data()[i];
            for (int i = rows * cols; i < p.output(0).size(); i++) p.output(0).data()[i] = 0;
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    record InPlaceThoughItReads() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).trait(Trait.IN_PLACE);
        }
    }

    record ReversesInPlace() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).trait(Trait.IN_PLACE);
        }

        @Override
        public void forward(Pass p) {
            int n = p.input(0).size();
            for (int i = 0; i < n; i++) p.output(0).data()[i] = p.input(0).data()[n - 1 - i];
        }

        @Override
        public void backward(Pass p) {
            int n = p.outputGradient(0).size();
            float[] dx = p.inputGradient(0).accumulator();
            for (int i = 0; i < n; i++) dx[i] += p.outputGradient(0).data()[n - 1 - i];
        }
    }

    record DropsTheEpilogue() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).trait(Trait.EPILOGUE);
        }
    }

    record NoView() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).trait(Trait.VIEW);
        }
    }

    static final class ChangesItsPlan implements Square {
        private static final AtomicInteger CALLS = new AtomicInteger();

        @Override
        public Plan plan(Shapes in) {
            return CALLS.incrementAndGet() % 2 == 0
                    ? Plan.of(in.get(0)).reads(0)
                    : Plan.of(in.get(0)).reads(0).keep("more", in.get(0));
        }
    }

    /** Draws anew in backward: another stream than in forward. */
    record DrawsTwice() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            Draws d = p.random(0);
            for (int i = 0; i < p.input(0).size(); i++)
                p.output(0).data()[i] = p.input(0).data()[i] * d.uniform(i);
        }

        @Override
        public void backward(Pass p) {
            Draws d = p.random(1);
            float[] dx = p.inputGradient(0).accumulator();
            for (int i = 0; i < p.outputGradient(0).size(); i++)
                dx[i] += p.outputGradient(0).data()[i] * d.uniform(i);
        }
    }

    /** Does not ask whether the second output has a gradient. */
    record AsksForNoGradient() implements Layer {
        @Override
        public List<String> outputs() {
            return List.of("y", "twice");
        }

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0), in.get(0));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.input(0));
            for (int i = 0; i < p.input(0).size(); i++)
                p.output(1).data()[i] = 2 * p.input(0).data()[i];
        }

        @Override
        public void backward(Pass p) {
            float[] dx = p.inputGradient(0).accumulator();
            for (int i = 0; i < p.outputGradient(0).size(); i++)
                dx[i] += p.outputGradient(0).data()[i] + 2 * p.outputGradient(1).data()[i];
        }
    }

    /** Hands its own input to a child that reads it in backward, without declaring it. */
    record Careless(Child f) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).child(f, 1, in.get(0));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.call(f, 0, p.input(0)).get(0));
        }

        @Override
        public void backward(Pass p) {
            p.callBackward(f, 0, List.of(p.inputGradient(0)), p.outputGradient(0));
        }
    }

    /** Does not compute its recomputed child again. */
    record Forgetful(Child f) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).recomputed(f, 1, in.get(0));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.call(f, 0, p.input(0)).get(0));
        }

        @Override
        public void backward(Pass p) {
            p.callBackward(f, 0, List.of(p.inputGradient(0)), p.outputGradient(0));
        }
    }

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
                        WrongPluginsTest::gradients,
                        "backward reads input 0 but the plan does not declare it: add .reads(0)",
                        "is NaN at"),
                new Row(
                        new UndeclaredRead(),
                        layer(l -> l.reliesOnDeclaredOnly(true)),
                        "backward reads input 0 but the plan does not declare it: add .reads(0)"),
                new Row(
                        new UndeclaredOutput(),
                        WrongPluginsTest::gradients,
                        "backward reads output 0 but the plan does not declare it: add .readsOutputs(0)"),
                new Row(new HalfFilled(), WrongPluginsTest::gradients, "leaves a part of a gradient unwritten"),
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
                new Row(new DrawsTwice(), WrongPluginsTest::gradients, "gradient of x [4, 3] (training) is"),
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
                new Row(new Unfilled(), WrongPluginsTest::gradients, "backward did not fill the gradient of b"),
                new Row(new PlansLess(), WrongPluginsTest::gradients, "Index 8 out of bounds for length 8"),
                new Row(
                        new AsksForNoGradient(),
                        layer(l -> l.bearsMissingGradients(true)),
                        "output 1 has no gradient; ask hasOutputGradient(1) first"),
                new Row(
                        new Careless(dense),
                        WrongPluginsTest::gradients,
                        "child layer reads its input 0 in backward",
                        "declare it as read, or keep it"),
                new Row(
                        new Forgetful(dense),
                        WrongPluginsTest::gradients,
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

    /** Scalar functions that break one promise each. */
    abstract static class Cube implements Activation {
        @Override
        public float apply(float x) {
            return x * x * x / 3;
        }

        @Override
        public float slope(float x, float y) {
            return x * x;
        }
    }

    @Test
    void blockFormThatDisagreesIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public void apply(Block b, float[] y, float[] x, int n) {
                        for (int i = 0; i < n; i++) y[i] = x[i] * x[i] * x[i] / 3.01f;
                    }
                },
                10);
        assertThat(check.blockFormsAgree())
                .first()
                .asString()
                .startsWith("apply(Block, …) with n = 1 disagrees with the scalar form at index 0");
    }

    @Test
    void blockFormThatWritesBeyondItsEndIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public void slope(Block b, float[] dx, float[] x, float[] y, float[] dy, int n) {
                        for (int i = 0; i < dx.length; i++) dx[i] = dy[i] * x[i] * x[i];
                    }
                },
                10);
        assertThat(check.blockFormsAgree()).first().asString().contains("slope(Block, …) with n = 1 writes at index 1");
    }

    @Test
    void slopeThatReadsXInSecretIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public boolean slopeNeedsInput() {
                        return false;
                    }
                },
                10);
        assertThat(check.slopeReadsWhatItNeeds())
                .first()
                .asString()
                .startsWith("slope reads x although slopeNeedsInput() is false");
    }

    @Test
    void wrongSlopeIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public float slope(float x, float y) {
                        return 1.01f * x * x;
                    }
                },
                10);
        assertThat(check.slopeIsTheDerivative()).first().asString().startsWith("slope at x = ");
    }

    @Test
    void overflowIsFound() {
        FunctionCheck check = new FunctionCheck(
                new Cube() {
                    @Override
                    public float apply(float x) {
                        return (float) Math.log(1 + Math.exp(x));
                    }
                },
                1e4);
        assertThat(check.isFinite()).first().asString().contains("does an intermediate overflow?");
    }

    @Test
    void optimizerThatForgetsASlotIsFound() {
        Optimizer forgetful = new Optimizer() {
            @Override
            public List<Slot> slots(Param p) {
                return List.of(Slot.of("m", p.shape()));
            }

            @Override
            public double rate() {
                return 0.1;
            }

            @Override
            public void update(Update u) {
                for (int i = 0; i < u.weight().size(); i++)
                    u.nextWeight().data()[i] =
                            u.weight().data()[i] - 0.1f * u.gradient().data()[i];
            }
        };
        assertThat(new OptimizerCheck(forgetful).updatesOnlyNextValues())
                .first()
                .asString()
                .contains("next slot m at [0, 0] is NaN");
    }

    @Test
    void optimizerThatWritesTheGradientIsFound() {
        Optimizer clipping = new Optimizer() {
            @Override
            public List<Slot> slots(Param p) {
                return List.of();
            }

            @Override
            public double rate() {
                return 0.1;
            }

            @Override
            public void update(Update u) {
                for (int i = 0; i < u.weight().size(); i++) {
                    u.gradient().data()[i] = Math.min(0.1f, u.gradient().data()[i]);
                    u.nextWeight().data()[i] =
                            u.weight().data()[i] + 0.1f * u.gradient().data()[i];
                }
            }
        };
        assertThat(new OptimizerCheck(clipping).updatesOnlyNextValues())
                .first()
                .asString()
                .contains("writes to the gradient");
        assertThat(new OptimizerCheck(clipping).learns(0.1, 100))
                .first()
                .asString()
                .contains("is the sign of the step right?");
    }

    /** Asks for an option only when another has a certain value. */
    record Moody(int a) implements Square {
        static final class Factory implements Layer.Factory {
            @Override
            public Layer create(Config c) {
                return new Moody(c.flag("more", false) ? c.integer("a", 1, Range.ANY) : 0);
            }
        }
    }

    static final class MoodyContract extends LayerContract<Moody.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("less").on(Samples.normal(4, 3)),
                    Case.of("more", "more", true).on(Samples.normal(4, 3)));
        }
    }

    @Test
    void optionsThatAreAskedForAtTimesAreFound() {
        assertThatThrownBy(() -> new MoodyContract().asksForTheSameOptions())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ask every option unconditionally");
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
