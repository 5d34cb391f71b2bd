package org.fascicle.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tck.Case;
import org.fascicle.tck.Parts;
import org.fascicle.tck.Samples;
import org.fascicle.tck.reference.Graph;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes out of which shapes and numbers, and what is refused. */
class ShapesTest {
    private static final Object DENSE = new Dense.Factory(), FLATTEN = new Flatten(), RESHAPE = new Reshape.Factory();
    private static final Object ADD = new Add(),
            CONCATENATE = new Concatenate.Factory(),
            DROPOUT = new Dropout.Factory();

    private static Graph graph(Object plugin, Map<String, Object> options, Weights weights, Shape... inputs) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (int i = 0; i < inputs.length; i++) shapes.put("x" + i, inputs[i]);
        var child = new Parts().child("layer", "layer", plugin, options);
        var spec = new Graph.Spec("layer", child, List.copyOf(shapes.keySet()));
        return new Graph(new NaiveOps(), weights, shapes, List.of(spec), Set.copyOf(shapes.keySet()));
    }

    private static Graph run(Object plugin, Map<String, Object> options, boolean training, Tensor... inputs) {
        Graph g = graph(
                plugin,
                options,
                new Weights(7),
                Arrays.stream(inputs).map(Tensor::shape).toArray(Shape[]::new));
        Map<String, Tensor> batch = new LinkedHashMap<>();
        for (int i = 0; i < inputs.length; i++) batch.put("x" + i, inputs[i]);
        g.forward(batch, training, 1, Optional.empty());
        return g;
    }

    static Stream<Arguments> outputs() {
        return Stream.of(
                Arguments.of(DENSE, Case.options("units", 4), List.of(Shape.of(2, 3)), Shape.of(2, 4)),
                Arguments.of(DENSE, Case.options("units", 4), List.of(Shape.of(2, 5, 3)), Shape.of(2, 5, 4)),
                Arguments.of(FLATTEN, Map.of(), List.of(Shape.of(2, 3, 4)), Shape.of(2, 12)),
                Arguments.of(FLATTEN, Map.of(), List.of(Shape.of(2)), Shape.of(2, 1)),
                Arguments.of(
                        RESHAPE,
                        Case.options("target_shape", List.of(4, 3)),
                        List.of(Shape.of(2, 12)),
                        Shape.of(2, 4, 3)),
                Arguments.of(
                        RESHAPE,
                        Case.options("target_shape", List.of(-1, 6)),
                        List.of(Shape.of(2, 3, 4)),
                        Shape.of(2, 2, 6)),
                Arguments.of(RESHAPE, Case.options("target_shape", List.of()), List.of(Shape.of(2, 1)), Shape.of(2)),
                Arguments.of(ADD, Map.of(), List.of(Shape.of(2, 3, 4), Shape.of(2, 4)), Shape.of(2, 3, 4)),
                Arguments.of(ADD, Map.of(), List.of(Shape.of(2, 4), Shape.of(2, 3, 1)), Shape.of(2, 3, 4)),
                Arguments.of(ADD, Map.of(), List.of(Shape.of(2, 3, 1, 1), Shape.of(2, 1, 4, 5)), Shape.of(2, 3, 4, 5)),
                Arguments.of(
                        CONCATENATE, Map.of(), List.of(Shape.of(2, 3), Shape.of(2, 1), Shape.of(2, 2)), Shape.of(2, 6)),
                Arguments.of(
                        CONCATENATE,
                        Case.options("axis", 1),
                        List.of(Shape.of(2, 3, 4), Shape.of(2, 2, 4)),
                        Shape.of(2, 5, 4)));
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void theOutputHasTheShapeOf(Object plugin, Map<String, Object> options, List<Shape> inputs, Shape output) {
        Graph g = graph(plugin, options, new Weights(1), inputs.toArray(Shape[]::new));
        assertThat(g.shape("layer")).isEqualTo(output);
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(
                        DENSE,
                        Case.options("units", 4),
                        List.of(Shape.of(2)),
                        "input must be [N, …, features], got [2]; add a reshape before it"),
                Arguments.of(DENSE, Case.options("units", 0), List.of(Shape.of(2, 2)), "option units must be"),
                Arguments.of(DENSE, Map.of(), List.of(Shape.of(2, 2)), "option units must be given"),
                Arguments.of(
                        RESHAPE,
                        Case.options("target_shape", List.of(5)),
                        List.of(Shape.of(2, 3, 4)),
                        "target_shape [5] needs 5 numbers a sample, got 12 from input [2, 3, 4]"),
                Arguments.of(
                        RESHAPE,
                        Case.options("target_shape", List.of(5, -1)),
                        List.of(Shape.of(2, 12)),
                        "target_shape [5, -1] needs a multiple of 5 numbers a sample, got 12 from input [2, 12]"),
                Arguments.of(
                        RESHAPE,
                        Case.options("target_shape", List.of(-1, -1)),
                        List.of(Shape.of(2, 12)),
                        "option target_shape must be dimensions from 1, at most one of them -1, got [-1, -1]"),
                Arguments.of(
                        RESHAPE,
                        Case.options("target_shape", List.of(0)),
                        List.of(Shape.of(2, 12)),
                        "option target_shape must be dimensions from 1"),
                Arguments.of(
                        ADD,
                        Map.of(),
                        List.of(Shape.of(2, 3), Shape.of(1, 3)),
                        "input 1 [1, 3] does not broadcast with [2, 3]"),
                Arguments.of(
                        ADD,
                        Map.of(),
                        List.of(Shape.of(2, 3), Shape.of(2, 4)),
                        "input 1 [2, 4] does not broadcast with [2, 3]"),
                Arguments.of(
                        CONCATENATE,
                        Map.of(),
                        List.of(Shape.of(2, 3), Shape.of(3, 3)),
                        "input 1 must be as input 0 [2, 3] on every axis but -1, got [3, 3]"),
                Arguments.of(
                        CONCATENATE,
                        Case.options("axis", 0),
                        List.of(Shape.of(2, 3)),
                        "option axis must be any axis but the batch, got 0"),
                Arguments.of(
                        CONCATENATE,
                        Case.options("axis", -2),
                        List.of(Shape.of(2, 3)),
                        "axis -2 of [2, 3] is the batch; take another"),
                Arguments.of(DROPOUT, Case.options("rate", 1), List.of(Shape.of(2, 3)), "option rate must be"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void whatDoesNotFitIsExplained(Object plugin, Map<String, Object> options, List<Shape> inputs, String message) {
        assertThatThrownBy(() -> graph(plugin, options, new Weights(1), inputs.toArray(Shape[]::new)))
                .isInstanceOf(FascicleException.class)
                .hasMessageStartingWith("layer: " + message);
    }

    @Test
    void addBroadcastsAsIndexArithmeticDoes() {
        Random r = new Random(5);
        for (int k = 0; k < 200; k++) {
            int rank = 1 + r.nextInt(4);
            int[] full = r.ints(rank, 1, 4).toArray();
            List<Tensor> inputs = new ArrayList<>();
            for (int i = 0, n = 2 + r.nextInt(2); i < n; i++) inputs.add(Samples.normal(part(r, full)));
            Graph g = run(ADD, Map.of(), true, inputs.toArray(Tensor[]::new));
            Tensor y = g.value("layer"), dy = Samples.normal(y.shape().dims());
            g.backward(Map.of("layer", dy));
            double[] sum = new double[y.size()];
            for (int i = 0; i < inputs.size(); i++) {
                Tensor x = inputs.get(i);
                double[] dx = new double[x.size()];
                for (int o = 0; o < sum.length; o++) {
                    int at = source(o, y.shape(), x.shape());
                    sum[o] += x.data()[at];
                    dx[at] += dy.data()[o];
                }
                assertThat(difference(g.gradient("x" + i).orElseThrow(), dx))
                        .as(x + " into " + y)
                        .isLessThan(1e-5);
            }
            assertThat(difference(y, sum)).as(y.toString()).isLessThan(1e-5);
        }
    }

    /** The batch, then some of the last axes, some of them 1. */
    private static int[] part(Random r, int[] full) {
        int rank = 1 + r.nextInt(full.length);
        int[] dims = new int[rank];
        for (int back = 1; back < rank; back++) dims[rank - back] = r.nextBoolean() ? 1 : full[full.length - back];
        dims[0] = full[0];
        return dims;
    }

    /** The index in x of what is added to number o of y. */
    private static int source(int o, Shape y, Shape x) {
        int at = 0, step = 1;
        for (int back = 1; back <= y.rank(); back++) {
            boolean batch = back == y.rank();
            int index = o % y.dim(-back);
            o /= y.dim(-back);
            if (batch) return at + index * x.size(1, x.rank());
            if (back >= x.rank()) continue;
            if (x.dim(-back) > 1) at += index * step;
            step *= x.dim(-back);
        }
        throw new IllegalStateException();
    }

    private static double difference(Tensor actual, double[] expected) {
        double d = actual.size() == expected.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < expected.length; i++) d = Math.max(d, Math.abs(actual.data()[i] - expected[i]));
        return d;
    }

    @Test
    void concatenateJoinsAlongAnInnerAxis() {
        Tensor a = Tensor.of(Shape.of(2, 1, 2), 1, 2, 3, 4),
                b = Tensor.of(Shape.of(2, 2, 2), 5, 6, 7, 8, 9, 10, 11, 12);
        Graph g = run(CONCATENATE, Case.options("axis", -2), true, a, b);
        assertThat(g.value("layer").data()).containsExactly(1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12);
        g.backward(Map.of("layer", g.value("layer")));
        assertThat(g.gradient("x0").orElseThrow().data()).containsExactly(a.data());
        assertThat(g.gradient("x1").orElseThrow().data()).containsExactly(b.data());
    }

    @Test
    void dropoutKeepsTheMeanAndDropsByTheRate() {
        Tensor ones = Tensor.zeros(100, 100);
        ones.fill(1);
        Tensor y = run(DROPOUT, Case.options("rate", 0.3), true, ones).value("layer");
        int dropped = 0;
        for (float v : y.data()) {
            assertThat(v).isIn(0f, (float) (1 / 0.7));
            if (v == 0) dropped++;
        }
        assertThat(dropped).isBetween(2800, 3200);
    }

    @Test
    void dropoutLeavesInferenceAlone() {
        Tensor x = Samples.normal(4, 5);
        assertThat(run(DROPOUT, Case.options("rate", 0.9), false, x)
                        .value("layer")
                        .data())
                .containsExactly(x.data());
    }
}
