package org.fascicle.layers.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Case;
import org.fascicle.tck.Parts;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializersTest {
    private static final Parts PARTS = new Parts()
            .with(Kind.INITIALIZER, "variance_scaling", new VarianceScaling.Factory())
            .with(Kind.INITIALIZER, "glorot_uniform", new VarianceScaling.GlorotUniform())
            .with(Kind.INITIALIZER, "glorot_normal", new VarianceScaling.GlorotNormal())
            .with(Kind.INITIALIZER, "he_uniform", new VarianceScaling.HeUniform())
            .with(Kind.INITIALIZER, "he_normal", new VarianceScaling.HeNormal())
            .with(Kind.INITIALIZER, "lecun_uniform", new VarianceScaling.LecunUniform())
            .with(Kind.INITIALIZER, "lecun_normal", new VarianceScaling.LecunNormal())
            .with(Kind.INITIALIZER, "uniform", new Uniform.Factory())
            .with(Kind.INITIALIZER, "normal", new Normal.Factory())
            .with(Kind.INITIALIZER, "truncated_normal", new TruncatedNormal.Factory())
            .with(Kind.INITIALIZER, "constant", new Constant.Factory())
            .with(Kind.INITIALIZER, "identity", new Identity.Factory())
            .with(Kind.INITIALIZER, "zeros", new Zeros())
            .with(Kind.INITIALIZER, "ones", new Ones())
            .with(Kind.INITIALIZER, "orthogonal", new Orthogonal.Factory());

    private static final int[] DENSE = {256, 400}, CONV = {64, 32, 5, 5};

    private static Initializer make(Object... options) {
        return (Initializer) PARTS.create(Kind.INITIALIZER, "test", Case.options(options));
    }

    private static Tensor fill(Initializer i, int... dims) {
        int field = Shape.of(dims).size(2, dims.length);
        Param p = Param.of("w", Shape.of(dims), Param.Kind.WEIGHT, i, dims[1] * field, dims[0] * field);
        Tensor w = Tensor.zeros(dims);
        w.fill(Float.NaN);
        i.fill(p, w, Philox.of(11, "test.w", 0, 0, 0), new GramSchmidt());
        return w;
    }

    /** Options, shape, the deviation that follows from the fans, and where all numbers must lie. */
    static Stream<Arguments> distributions() {
        double in = 400, out = 256, convIn = 800, convOut = 1600, all = Double.POSITIVE_INFINITY;
        return Stream.of(
                row(DENSE, Math.sqrt(2 / (in + out)), Math.sqrt(6 / (in + out)), "glorot_uniform"),
                row(CONV, Math.sqrt(2 / (convIn + convOut)), Math.sqrt(6 / (convIn + convOut)), "glorot_uniform"),
                row(DENSE, 3 * Math.sqrt(2 / (in + out)), 3 * Math.sqrt(6 / (in + out)), "glorot_uniform", "gain", 3),
                row(DENSE, Math.sqrt(2 / (in + out)), cut(Math.sqrt(2 / (in + out))), "glorot_normal"),
                row(DENSE, Math.sqrt(2 / (in + out)), all, "glorot_normal", "distribution", "normal"),
                row(DENSE, Math.sqrt(2 / in), Math.sqrt(6 / in), "he_uniform"),
                row(
                        CONV,
                        Math.sqrt(2 / 1.04 / convIn),
                        Math.sqrt(6 / 1.04 / convIn),
                        "he_uniform",
                        "negative_slope",
                        0.2),
                row(CONV, Math.sqrt(2 / convIn), cut(Math.sqrt(2 / convIn)), "he_normal"),
                row(CONV, Math.sqrt(2 / convOut), all, "he_normal", "mode", "fan_out", "distribution", "normal"),
                row(DENSE, Math.sqrt(1 / in), Math.sqrt(3 / in), "lecun_uniform"),
                row(DENSE, Math.sqrt(1 / in), cut(Math.sqrt(1 / in)), "lecun_normal"),
                row(DENSE, Math.sqrt(1 / in), cut(Math.sqrt(1 / in)), "variance_scaling"),
                row(
                        DENSE,
                        Math.sqrt(2 / ((in + out) / 2)),
                        Math.sqrt(6 / ((in + out) / 2)),
                        "variance_scaling",
                        "scale",
                        2,
                        "mode",
                        "fan_avg",
                        "distribution",
                        "uniform"),
                row(DENSE, 0.1 / Math.sqrt(12), 0.05, "uniform"),
                row(DENSE, 0.05, all, "normal"),
                row(DENSE, 0.05 * Fill.TRUNCATED_DEVIATION, 0.1, "truncated_normal"));
    }

    /** Where a truncated normal of this deviation ends. */
    private static double cut(double deviation) {
        return 2 * deviation / Fill.TRUNCATED_DEVIATION;
    }

    private static Arguments row(int[] dims, double deviation, double bound, String type, Object... more) {
        Map<String, Object> options = new HashMap<>(Case.options(more));
        options.put("type", type);
        return Arguments.of(options, dims, deviation, bound);
    }

    @ParameterizedTest
    @MethodSource("distributions")
    void drawsHaveMeanZeroTheirVarianceAndTheirBound(
            Map<String, Object> options, int[] dims, double deviation, double bound) {
        Tensor w = fill((Initializer) PARTS.create(Kind.INITIALIZER, "test", options), dims);
        double sum = 0, squares = 0, largest = 0;
        for (float x : w.data()) {
            sum += x;
            squares += (double) x * x;
            largest = Math.max(largest, Math.abs(x));
        }
        double n = w.size(), mean = sum / n, variance = squares / n - mean * mean;
        assertThat(mean).isCloseTo(0, within(5 * deviation / Math.sqrt(n)));
        assertThat(variance / (deviation * deviation)).isCloseTo(1, within(0.03));
        assertThat(largest).isLessThanOrEqualTo(bound * (1 + 1e-7));
        if (bound < Double.POSITIVE_INFINITY) assertThat(largest).isGreaterThan(0.98 * bound);
        else assertThat(largest).isGreaterThan(3.5 * deviation);
    }

    @Test
    void uniformAndNormalGoWhereTheyAreTold() {
        Tensor u = fill(make("type", "uniform", "low", 2, "high", 3), 50, 50);
        for (float x : u.data()) assertThat(x).isBetween(2f, 3f);
        double mean = 0;
        for (float x :
                fill(make("type", "normal", "mean", 4, "stddev", 0.1), 50, 50).data()) mean += x / 2500;
        assertThat(mean).isCloseTo(4, within(0.01));
    }

    @Test
    void truncatedNumbersAreDrawnAgainFromElementsOfTheirOwn() {
        Draws far = new Draws() {
            @Override
            public float uniform(long element) {
                throw new AssertionError();
            }

            @Override
            public float normal(long element) {
                return element < 8 ? 2.5f : element / 100f; // of 4 numbers: the first and second draw too far out
            }
        };
        Tensor w = Tensor.zeros(2, 2);
        new TruncatedNormal(0, 1).fill(Param.dense("w", 2, 2, Initializer.ZEROS), w, far, new GramSchmidt());
        assertThat(w.data()).containsExactly(0.08f, 0.09f, 0.1f, 0.11f);
    }

    @Test
    void constantsAreConstant() {
        assertThat(fill(make("type", "zeros"), 2, 2).data()).containsOnly(0);
        assertThat(fill(make("type", "ones"), 2, 2).data()).containsOnly(1);
        assertThat(fill(make("type", "constant"), 2, 2).data()).containsOnly(0);
        assertThat(fill(make("type", "constant", "value", 0.25), 2, 2).data()).containsOnly(0.25f);
        assertThat(fill(make("type", "identity", "gain", 2), 2, 3).data()).containsExactly(2, 0, 0, 0, 2, 0);
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void orthogonalRowsOrColumnsHaveLengthGain(int[] dims, double gain) {
        Tensor w = fill(make("type", "orthogonal", "gain", gain), dims);
        int rows = dims[0], cols = w.size() / rows, n = Math.min(rows, cols), m = Math.max(rows, cols);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                for (int k = 0; k < m; k++) {
                    dot += rows >= cols
                            ? (double) w.data()[k * cols + i] * w.data()[k * cols + j]
                            : (double) w.data()[i * cols + k] * w.data()[j * cols + k];
                }
                assertThat(dot).isCloseTo(i == j ? gain * gain : 0, within(1e-6));
            }
        }
    }

    static Stream<Arguments> matrices() {
        return Stream.of(
                Arguments.of(new int[] {4, 4}, 1.0),
                Arguments.of(new int[] {6, 3}, 1.0),
                Arguments.of(new int[] {3, 2, 2, 2}, Math.sqrt(2)),
                Arguments.of(new int[] {1, 5}, 1.0));
    }

    @Test
    void theSameDrawsGiveTheSameBitsAndOthersOthers() {
        for (String type : List.of("glorot_uniform", "he_normal", "orthogonal")) {
            assertThat(fill(make("type", type), 5, 6).data())
                    .containsExactly(fill(make("type", type), 5, 6).data());
        }
        Tensor w = fill(make("type", "normal"), 5, 6), v = w.copy();
        new Normal(0, 0.05)
                .fill(
                        Param.dense("w", 5, 6, Initializer.ZEROS),
                        v,
                        Philox.of(12, "test.w", 0, 0, 0),
                        new GramSchmidt());
        assertThat(v.data()).isNotEqualTo(w.data());
    }

    @Test
    void whatMakesNoSenseIsExplained() {
        assertThatThrownBy(() -> make("type", "uniform", "low", 1, "high", 0))
                .isInstanceOf(ConfigException.class)
                .hasMessage("test: option low must be at most high = 0.0, got 1.0");
        assertThatThrownBy(() -> fill(make("type", "identity"), 2, 2, 2))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("must be a matrix, got [2, 2, 2]");
    }

    /** All that these tests need of linear algebra. */
    private static final class GramSchmidt implements LinearAlgebra {
        @Override
        public double[] orthonormal(double[] a, int m, int n) {
            double[] q = a.clone();
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < j; k++) {
                    double dot = 0;
                    for (int i = 0; i < m; i++) dot += q[i * n + j] * q[i * n + k];
                    for (int i = 0; i < m; i++) q[i * n + j] -= dot * q[i * n + k];
                }
                double norm = 0;
                for (int i = 0; i < m; i++) norm += q[i * n + j] * q[i * n + j];
                for (int i = 0; i < m; i++) q[i * n + j] /= Math.sqrt(norm);
            }
            return q;
        }

        @Override
        public Eigen symmetricEigen(double[] a, int n) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double[] solve(double[] a, double[] b, int n, int k) {
            throw new UnsupportedOperationException();
        }
    }
}
