package org.fascicle.layers.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tck.Case;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionTest {
    private static final Layer.Factory CONV = new Conv2d.Factory(), MAX = new MaxPool2d.Factory();

    @Test
    void everyGeometryConvolvesAsPlainLoopsDo() {
        Random r = new Random(20260102);
        int convolved = 0;
        for (int k = 0; k < 400; k++) {
            Loops g = Loops.random(r, false);
            int groups = g.x()[1] % 2 == 0 && r.nextBoolean() ? 2 : 1, filters = groups * (1 + r.nextInt(2));
            boolean bias = r.nextBoolean();
            Map<String, Object> options = g.options("kernel_size");
            options.putAll(Map.of("filters", filters, "groups", groups, "use_bias", bias));
            if (!g.fits()) {
                assertThatThrownBy(() -> Trial.graph(CONV, options, new Weights(1), g.x()))
                        .as(g.toString())
                        .isInstanceOf(ShapeException.class);
                continue;
            }
            check(g, filters, groups, bias, Trial.run(CONV, options, r, g.x()));
            convolved++;
        }
        assertThat(convolved).isGreaterThan(250);
    }

    private static void check(Loops g, int filters, int groups, boolean bias, Trial t) {
        int channels = g.x()[1], per = channels / groups, kh = g.kernel()[0], kw = g.kernel()[1];
        int plane = g.count(0) * g.count(1);
        assertThat(t.y().shape()).as(g.toString()).isEqualTo(Shape.of(g.x()[0], filters, g.count(0), g.count(1)));
        assertThat(t.parameter("kernel").shape()).isEqualTo(Shape.of(filters, per, kh, kw));
        float[] x = t.x().data(), w = t.parameter("kernel").data(), dy = t.dy().data();
        double[] y = new double[t.y().size()], dx = new double[x.length], dw = new double[w.length];
        double[] db = new double[filters];
        for (int i = 0; i < y.length; i++) {
            int f = i / plane % filters;
            if (bias) y[i] = t.parameter("bias").data()[f];
            db[f] += dy[i];
        }
        g.each((n, c, p, q, in, out) -> {
            int group = c / per, share = filters / groups;
            for (int f = group * share; f < (group + 1) * share; f++) {
                int o = (n * filters + f) * plane + out % plane, v = ((f * per + c % per) * kh + p) * kw + q;
                y[o] += (double) w[v] * x[in];
                dx[in] += (double) w[v] * dy[o];
                dw[v] += (double) x[in] * dy[o];
            }
        });
        assertThat(Trial.difference(t.y(), y)).as(g.toString()).isLessThan(1e-4);
        assertThat(Trial.difference(t.dx(), dx)).as(g.toString()).isLessThan(1e-4);
        assertThat(Trial.difference(t.gradient("kernel"), dw)).as(g.toString()).isLessThan(2e-4);
        if (bias)
            assertThat(Trial.difference(t.gradient("bias"), db))
                    .as(g.toString())
                    .isLessThan(1e-4);
    }

    static Stream<Arguments> shapeErrors() {
        return Stream.of(
                Arguments.of(
                        CONV,
                        Map.of("filters", 2, "kernel_size", 5),
                        new int[] {1, 1, 4, 4},
                        "kernel_size [5, 5] does not fit input [N, C, 4, 4] without padding; "
                                + "take a smaller kernel_size, or padding \"same\""),
                Arguments.of(
                        CONV,
                        Map.of("filters", 2, "kernel_size", 3, "dilation_rate", 2, "pads", List.of(0, 0, 1, 1)),
                        new int[] {1, 1, 4, 4},
                        "kernel_size [3, 3] dilated to [5, 5] does not fit input [N, C, 4, 4] with its pads"),
                Arguments.of(
                        CONV,
                        Map.of("filters", 2, "kernel_size", 3, "groups", 2),
                        new int[] {1, 3, 4, 4},
                        "channels must be a multiple of groups = 2, got 3 from input [1, 3, 4, 4]"),
                Arguments.of(
                        CONV,
                        Map.of("filters", 2, "kernel_size", 3),
                        new int[] {1, 784},
                        "input 0 must be [N, C, H, W], got [1, 784]; add a reshape before it"),
                Arguments.of(
                        MAX,
                        Map.of("pool_size", 3),
                        new int[] {1, 1, 2, 9},
                        "pool_size [3, 3] does not fit input [N, C, 2, 9] without padding"),
                Arguments.of(
                        MAX,
                        Map.of("pads", 2),
                        new int[] {1, 1, 4, 4},
                        "pool_size [2, 2] on input [N, C, 4, 4] has windows that see nothing but padding"),
                Arguments.of(
                        new GlobalMaxPool2d.Factory(),
                        Map.of(),
                        new int[] {1, 1, 0, 4},
                        "input must have numbers to pool"));
    }

    @ParameterizedTest
    @MethodSource("shapeErrors")
    void aShapeThatDoesNotFitIsExplained(Layer.Factory f, Map<String, Object> options, int[] x, String message) {
        assertThatThrownBy(() -> Trial.graph(f, options, new Weights(1), x))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("layer: " + message);
    }

    static Stream<Arguments> configErrors() {
        return Stream.of(
                Arguments.of(CONV, Case.options("kernel_size", 3), "filters"),
                Arguments.of(CONV, Case.options("filters", 3), "kernel_size"),
                Arguments.of(CONV, Case.options("filters", 3, "kernel_size", 0), "kernel_size"),
                Arguments.of(CONV, Case.options("filters", 3, "kernel_size", List.of(1, 2, 3)), "kernel_size"),
                Arguments.of(
                        CONV,
                        Case.options("filters", 3, "kernel_size", 3, "groups", 2),
                        "a divisor of filters = 3, got 2"),
                Arguments.of(CONV, Case.options("filters", 3, "kernel_size", 3, "padding", "full"), "padding"),
                Arguments.of(CONV, Case.options("filters", 3, "kernel_size", 3, "padding", "same", "pads", 1), "pads"),
                Arguments.of(CONV, Case.options("filters", 3, "kernel_size", 3, "stride", 1), "unknown option stride"),
                Arguments.of(MAX, Case.options("pads", -1), "pads"));
    }

    @ParameterizedTest
    @MethodSource("configErrors")
    void anOptionThatMakesNoSenseIsExplained(Layer.Factory f, Map<String, Object> options, String message) {
        assertThatThrownBy(() -> Trial.graph(f, options, new Weights(1), 1, 2, 8, 8))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
