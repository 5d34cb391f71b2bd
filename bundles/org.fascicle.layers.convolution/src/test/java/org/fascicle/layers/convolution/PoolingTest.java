package org.fascicle.layers.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.fascicle.nn.Layer;
import org.fascicle.tck.reference.Weights;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PoolingTest {
    private static final Layer.Factory MAX = new MaxPool2d.Factory(), AVERAGE = new AveragePool2d.Factory();

    @Test
    void everyGeometryPoolsAsPlainLoopsDo() {
        Random r = new Random(20260101);
        int pooled = 0, refused = 0;
        for (int k = 0; k < 600; k++) {
            Loops g = Loops.random(r, r.nextBoolean());
            Map<String, Object> options = g.options("pool_size");
            options.put("ceil_mode", g.ceil());
            boolean average = r.nextBoolean(), includePads = r.nextBoolean();
            if (average) options.put("count_include_pad", includePads);
            Layer.Factory factory = average ? AVERAGE : MAX;
            if (!g.fits() || !g.everyWindowSeesInput()) {
                assertThatThrownBy(() -> Trial.graph(factory, options, new Weights(1), g.x()))
                        .as(g.toString())
                        .isInstanceOf(ShapeException.class);
                refused++;
                continue;
            }
            Trial t = Trial.run(factory, options, r, g.x());
            assertThat(t.y().shape()).as(g.toString()).isEqualTo(Shape.of(g.x()[0], g.x()[1], g.count(0), g.count(1)));
            if (average) average(g, includePads, t);
            else maximum(g, t);
            pooled++;
        }
        assertThat(pooled).isGreaterThan(300);
        assertThat(refused).isGreaterThan(30);
    }

    private static void maximum(Loops g, Trial t) {
        double[] y = new double[t.y().size()], dx = new double[t.x().size()];
        int[] place = new int[y.length];
        Arrays.fill(y, Double.NEGATIVE_INFINITY);
        g.each((n, c, p, q, in, out) -> {
            if (t.x().data()[in] > y[out]) {
                y[out] = t.x().data()[in];
                place[out] = in;
            }
        });
        for (int i = 0; i < y.length; i++) dx[place[i]] += t.dy().data()[i];
        assertThat(Trial.difference(t.y(), y)).as(g.toString()).isZero();
        assertThat(Trial.difference(t.dx(), dx)).as(g.toString()).isLessThan(1e-5);
    }

    private static void average(Loops g, boolean includePads, Trial t) {
        double[] y = new double[t.y().size()], dx = new double[t.x().size()], count = new double[y.length];
        g.each((n, c, p, q, in, out) -> {
            y[out] += t.x().data()[in];
            count[out]++;
        });
        int columns = g.count(1);
        for (int out = 0; out < y.length; out++) {
            if (includePads) count[out] = positions(g, 0, out / columns % g.count(0)) * positions(g, 1, out % columns);
            y[out] /= count[out];
        }
        g.each((n, c, p, q, in, out) -> dx[in] += t.dy().data()[out] / count[out]);
        assertThat(Trial.difference(t.y(), y)).as(g.toString()).isLessThan(1e-5);
        assertThat(Trial.difference(t.dx(), dx)).as(g.toString()).isLessThan(1e-5);
    }

    /** The positions of a window inside the input and its padding, not beyond. */
    private static double positions(Loops g, int axis, int window) {
        int n = 0;
        for (int q = 0; q < g.kernel()[axis]; q++) {
            if (g.at(axis, window, q) < g.x()[2 + axis] + g.pads(axis)[1]) n++;
        }
        return n;
    }

    /** Whole windows of two by two have loops of their own; those at a border and those with gaps have not. */
    @Test
    void windowsOfTwoByTwoPoolAsPlainLoopsDo() {
        Random r = new Random(5);
        int[] two = {2, 2};
        for (int height = 2; height < 6; height++) {
            for (int stride = 1; stride < 4; stride++) {
                for (int[] pads : new int[][] {{0, 0, 0, 0}, {0, 0, 1, 0}, {0, 1, 0, 1}}) {
                    int[] x = {2, 2, height, 5}, strides = {stride, 2};
                    boolean ceil = stride == 2;
                    Loops g = new Loops(x, two, strides, new int[] {1, 1}, "valid", pads, ceil);
                    Map<String, Object> options = g.options("pool_size");
                    options.put("ceil_mode", ceil);
                    maximum(g, Trial.run(MAX, options, r, x));
                }
            }
        }
    }

    @Test
    void theFirstOfEqualNumbersGetsTheGradient() {
        Trial t = Trial.run(MAX, Map.of(), new Random(1), 1, 1, 2, 4);
        t.x().set(Tensor.of(Shape.of(8), 1, 2, 0, -1, 2, 2, -1, 0));
        t.graph().forward(Map.of("x", t.x()), false, 1, Optional.empty());
        t.graph().backward(Map.of("layer", Tensor.of(Shape.of(1, 1, 1, 2), 5, 7)));
        assertThat(t.dx().data()).containsExactly(0, 5, 7, 0, 0, 0, 0, 0);
    }

    @Test
    void aNanInAWindowIsSeen() {
        for (Layer.Factory f : new Layer.Factory[] {MAX, new GlobalMaxPool2d.Factory()}) {
            Trial t = Trial.run(f, Map.of(), new Random(1), 1, 1, 2, 2);
            t.x().data()[2] = Float.NaN;
            t.graph().forward(Map.of("x", t.x()), true, 1, Optional.empty());
            t.graph().backward(Map.of("layer", t.dy()));
            assertThat(t.y().data()[0]).isNaN();
            assertThat(t.dx().data()[2]).isEqualTo(t.dy().data()[0]);
        }
    }

    @Test
    void globalPoolsAreOneWindowOverAPlane() {
        Random r = new Random(3);
        for (boolean keep : new boolean[] {false, true}) {
            for (boolean average : new boolean[] {false, true}) {
                Layer.Factory f = average ? new GlobalAveragePool2d.Factory() : new GlobalMaxPool2d.Factory();
                Trial t = Trial.run(f, Map.of("keepdims", keep), r, 2, 3, 4, 5);
                assertThat(t.y().shape()).isEqualTo(keep ? Shape.of(2, 3, 1, 1) : Shape.of(2, 3));
                Loops g = new Loops(
                        new int[] {2, 3, 4, 5},
                        new int[] {4, 5},
                        new int[] {1, 1},
                        new int[] {1, 1},
                        "valid",
                        new int[4],
                        false);
                if (average) average(g, false, t);
                else maximum(g, t);
            }
        }
    }

    @Test
    void subsamplingScalesTheSumOfEachBlock() {
        Random r = new Random(4);
        for (int[] size : new int[][] {{2, 2}, {3, 2}, {1, 1}}) {
            Loops g = new Loops(new int[] {2, 3, 5, 7}, size, size, new int[] {1, 1}, "valid", new int[4], false);
            Trial t = Trial.run(new Subsampling2d.Factory(), Map.of("pool_size", List.of(size[0], size[1])), r, g.x());
            float[] s = t.parameter("scale").data(), b = t.parameter("bias").data(), dy = t.dy().data();
            double[] y = new double[t.y().size()],
                    dx = new double[t.x().size()],
                    ds = new double[3],
                    db = new double[3];
            int plane = g.count(0) * g.count(1);
            for (int i = 0; i < y.length; i++) {
                y[i] = b[i / plane % 3];
                db[i / plane % 3] += dy[i];
            }
            g.each((n, c, p, q, in, out) -> {
                y[out] += s[c] * (double) t.x().data()[in];
                dx[in] += s[c] * (double) dy[out];
                ds[c] += t.x().data()[in] * (double) dy[out];
            });
            assertThat(Trial.difference(t.y(), y)).isLessThan(1e-4);
            assertThat(Trial.difference(t.dx(), dx)).isLessThan(1e-4);
            assertThat(Trial.difference(t.gradient("scale"), ds)).isLessThan(1e-4);
            assertThat(Trial.difference(t.gradient("bias"), db)).isLessThan(1e-4);
        }
    }

    @Test
    void subsamplingStartsAsAnAveragePool() {
        Weights weights = new Weights(1);
        Trial.graph(new Subsampling2d.Factory(), Map.of(), weights, 1, 2, 4, 4);
        assertThat(weights.get("layer.scale").value().data()).containsExactly(0.25f, 0.25f);
        assertThat(weights.get("layer.bias").value().data()).containsExactly(0, 0);
    }
}
