package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProductsTest {
    private static final EjmlOps ONE = new EjmlOps(1);
    private static final EjmlOps TWO = new EjmlOps(2);
    private static final EjmlOps FOUR = new EjmlOps(4);

    @AfterAll
    static void close() {
        ONE.close();
        TWO.close();
        FOUR.close();
    }

    private record Relu() implements ScalarFunction {
        @Override
        public float apply(float x) {
            return Math.max(x, 0);
        }

        @Override
        public float slope(float x, float y) {
            return y > 0 ? 1 : 0;
        }
    }

    /** The definition: chains of fma, k ascending; then beta, bias, function. */
    private static void define(Matrix out, float beta, Matrix a, Matrix b, Optional<Tensor> bias, boolean relu) {
        for (int i = 0; i < out.rows(); i++) {
            for (int j = 0; j < out.cols(); j++) {
                float s = 0;
                for (int k = 0; k < a.width(); k++) s = Math.fma(Numbers.at(a, i, k), Numbers.at(b, k, j), s);
                int o = out.row(i) + j;
                if (beta != 0) s = Math.fma(beta, out.tensor().data()[o], s);
                if (bias.isPresent()) s += bias.get().data()[j];
                out.tensor().data()[o] = relu ? Math.max(s, 0) : s;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void productsAreTheSameBitsAsOneChainPerElement(long seed) {
        Numbers numbers = new Numbers(seed);
        for (int round = 0; round < 60; round++) {
            int m = size(numbers, round), k = size(numbers, round), n = size(numbers, round);
            Matrix a = numbers.window(m, k, numbers.coin(), false), b = numbers.window(k, n, numbers.coin(), false);
            float beta = numbers.of(0f, 0f, 1f, 0.5f, -2f);
            Matrix old = numbers.window(m, n, false, false);
            if (beta == 0) old.tensor().fill(Float.NaN);
            Optional<Tensor> bias = numbers.coin() ? Optional.of(numbers.normal(n)) : Optional.empty();
            boolean relu = numbers.coin();
            Matrix expected = Numbers.copy(old);
            define(expected, beta, a, b, bias, relu);
            String what = seed + "." + round + ": " + m + " " + k + " " + n + " " + a.transposed() + b.transposed()
                    + " " + beta;
            for (EjmlOps ops : new EjmlOps[] {ONE, TWO, FOUR}) {
                Optional<Kernel> kernel = relu ? Optional.of(ops.kernel(new Relu())) : Optional.empty();
                Matrix out = Numbers.copy(old);
                ops.matmul(out, beta, a, b, new Epilogue(bias, kernel));
                assertThat(out.tensor().data())
                        .as(what)
                        .isEqualTo(expected.tensor().data());
            }
        }
    }

    private static int size(Numbers numbers, int round) {
        return switch (round % 6) {
            case 0 -> numbers.from(0, 5);
            case 1 -> numbers.from(1, 40);
            case 5 -> numbers.of(1, 3, 20, 300, 530);
            default -> numbers.from(1, 130);
        };
    }

    @ParameterizedTest
    @CsvSource({"64, 64, 64", "128, 784, 512", "33, 300, 700", "1, 784, 512", "7, 5, 30", "700, 3, 90", "5, 900, 24"})
    void packedFactorsGiveTheSameBits(int m, int k, int n) {
        Numbers numbers = new Numbers(m);
        Tensor x = numbers.normal(m, k), w = numbers.normal(k, n), v = numbers.normal(n, k);
        for (EjmlOps ops : new EjmlOps[] {ONE, FOUR}) {
            Tensor plain = Tensor.zeros(m, n), packed = Tensor.zeros(m, n);
            ops.matmul(plain.matrix(), 0, x.matrix(), w.matrix(), Epilogue.NONE);
            ops.matmul(packed.matrix(), 0, x.matrix(), ops.pack(w, Use.RIGHT), Epilogue.NONE);
            assertThat(packed.data()).isEqualTo(plain.data());
            ops.matmul(plain.matrix(), 0, x.matrix(), v.matrix().t(), Epilogue.NONE);
            ops.matmul(packed.matrix(), 0, x.matrix(), ops.pack(v, Use.RIGHT_TRANSPOSED), Epilogue.NONE);
            assertThat(packed.data()).isEqualTo(plain.data());
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 64, 64", "33, 300, 700", "5, 900, 24", "7, 5, 3"})
    void whatIsPackedAgainIsTheNewParameterInTheOldMemory(int m, int k, int n) {
        Numbers numbers = new Numbers(m);
        Tensor x = numbers.normal(m, k), y = Tensor.zeros(m, n), again = Tensor.zeros(m, n);
        for (Use use : new Use[] {Use.RIGHT, Use.RIGHT_TRANSPOSED}) {
            Shape shape = use == Use.RIGHT ? Shape.of(k, n) : Shape.of(n, k);
            Tensor before = numbers.normal(k, n).reshape(shape),
                    after = numbers.normal(k, n).reshape(shape);
            Operand old = FOUR.pack(before, use), now = FOUR.repack(after, use, old);
            FOUR.matmul(y.matrix(), 0, x.matrix(), FOUR.pack(after, use), Epilogue.NONE);
            FOUR.matmul(again.matrix(), 0, x.matrix(), now, Epilogue.NONE);
            assertThat(again.data()).isEqualTo(y.data());
            if (old instanceof Packed o) assertThat(((Packed) now).tiles()).isSameAs(o.tiles());
        }
    }

    @Test
    void productsOfIntegersAreExact() {
        Numbers numbers = new Numbers(7);
        for (int round = 0; round < 40; round++) {
            int m = numbers.from(1, 70), k = numbers.from(1, 200), n = numbers.from(1, 70);
            Matrix a = numbers.window(m, k, numbers.coin(), true),
                    b = numbers.window(k, n, numbers.coin(), true),
                    out = numbers.window(m, n, false, true);
            Matrix old = Numbers.copy(out);
            TWO.matmul(out, 1, a, b, Epilogue.NONE);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    long s = (long) Numbers.at(old, i, j);
                    for (int q = 0; q < k; q++) s += (long) (Numbers.at(a, i, q) * Numbers.at(b, q, j));
                    assertThat(Numbers.at(out, i, j)).isEqualTo((float) s);
                }
            }
        }
    }

    @Test
    void errorsStayWithinTheBoundOfAFloatChain() {
        Numbers numbers = new Numbers(8);
        int m = 40, k = 2000, n = 50;
        Tensor a = numbers.normal(m, k), b = numbers.normal(k, n), out = Tensor.zeros(m, n);
        ONE.matmul(out.matrix(), 0, a.matrix(), b.matrix(), Epilogue.NONE);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double s = 0, size = 0;
                for (int q = 0; q < k; q++) {
                    double p = (double) a.data()[i * k + q] * b.data()[q * n + j];
                    s += p;
                    size += Math.abs(p);
                }
                assertThat(Math.abs(out.data()[i * n + j] - s)).isLessThan(k * 0x1p-24 * size);
            }
        }
    }

    @Test
    void manyProductsAtOnceAreThoseOneByOne() {
        Numbers numbers = new Numbers(9);
        Matrix[] a = new Matrix[9], b = new Matrix[9], out = new Matrix[9], expected = new Matrix[9];
        for (int i = 0; i < a.length; i++) {
            a[i] = numbers.window(20, 30, false, false);
            b[i] = numbers.window(30, 25, true, false);
            out[i] = numbers.window(20, 25, false, false);
            expected[i] = Numbers.copy(out[i]);
            ONE.matmul(expected[i], 1, a[i], b[i], Epilogue.NONE);
        }
        TWO.matmul(out, 1, a, b);
        for (int i = 0; i < a.length; i++)
            assertThat(out[i].tensor().data()).isEqualTo(expected[i].tensor().data());
    }

    @Test
    void misfitsAreRejectedBeforeAnythingIsWritten() {
        Tensor x = Tensor.zeros(3, 4), w = Tensor.zeros(5, 4), y = Tensor.zeros(3, 5);
        y.fill(7);
        assertThatThrownBy(() -> ONE.matmul(y.matrix(), 0, x.matrix(), w.matrix(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[3, 4] by [5, 4] does not go into [3, 5]");
        assertThatThrownBy(() ->
                        ONE.matmul(y.matrix().t(), 0, w.matrix(), x.matrix().t(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() ->
                        ONE.matmul(y.matrix(), 0, x.matrix(), w.matrix().t(), Epilogue.NONE.bias(Tensor.zeros(4))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("bias must have 5");
        assertThatThrownBy(() -> ONE.matmul(
                        y.window(0, 3, 5, 4), 0, x.matrix(), w.matrix().t(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("overlap");
        Operand foreign = new Operand() {};
        assertThatThrownBy(() -> ONE.matmul(y.matrix(), 0, x.matrix(), foreign, Epilogue.NONE))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() ->
                        ONE.matmul(y.matrix(), 0, ONE.pack(Tensor.zeros(3, 40), Use.RIGHT), w.matrix(), Epilogue.NONE))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("left factor");
        assertThat(y.data()).containsOnly(7);
    }
}
