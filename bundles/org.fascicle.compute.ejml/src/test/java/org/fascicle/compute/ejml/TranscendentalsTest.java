package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.fascicle.tensor.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TranscendentalsTest {
    interface Form {
        void run(Block b, float[] y, float[] x, int n);
    }

    static Stream<Arguments> functions() {
        return Stream.of(
                Arguments.of("exp", (Form) Block::exp, (DoubleUnaryOperator) StrictMath::exp),
                Arguments.of("log", (Form) Block::log, (DoubleUnaryOperator) StrictMath::log),
                Arguments.of("log1p", (Form) Block::log1p, (DoubleUnaryOperator) StrictMath::log1p),
                Arguments.of("tanh", (Form) Block::tanh, (DoubleUnaryOperator) StrictMath::tanh),
                Arguments.of("sigmoid", (Form) Block::sigmoid, (DoubleUnaryOperator) TranscendentalsTest::sigmoid),
                Arguments.of("erf", (Form) Block::erf, (DoubleUnaryOperator) TranscendentalsTest::erf));
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
    }

    /** The series of positive terms, DLMF 7.6.2. */
    private static double erf(double x) {
        double a = Math.abs(x);
        if (!(a < 6)) return Double.isNaN(x) ? x : Math.signum(x);
        double term = a, sum = a;
        for (int k = 1; term > sum * 1e-18; k++) {
            term *= 2 * a * a / (2 * k + 1);
            sum += term;
        }
        return Math.copySign(2 / Math.sqrt(Math.PI) * StrictMath.exp(-a * a) * sum, x);
    }

    static double worst(Form f, DoubleUnaryOperator exact, long from, long to, int step) {
        Buffers b = new Buffers();
        float[] x = new float[Block.LIMIT], y = new float[Block.LIMIT];
        double worst = 0;
        for (long bits = from; bits < to; ) {
            int n = 0;
            for (; n < Block.LIMIT && bits < to; bits += step) x[n++] = Float.intBitsToFloat((int) bits);
            f.run(b, y, x, n);
            for (int i = 0; i < n; i++) {
                double v = exact.applyAsDouble(x[i]);
                double error = Double.isNaN(v)
                        ? (Float.isNaN(y[i]) ? 0 : 1e9)
                        : y[i] == (float) v ? 0 : Math.abs(y[i] - v) / Math.ulp((float) v);
                if (!(error <= worst)) worst = Double.isNaN(error) ? 1e9 : error;
            }
        }
        return worst;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void functionsAreWithinTwoUlpOverAllFloats(String name, Form f, DoubleUnaryOperator exact) {
        assertThat(worst(f, exact, 0, 1L << 32, 4217)).as(name).isLessThanOrEqualTo(2);
        // Denser where something happens: 2^-12 to 128, either sign.
        assertThat(worst(f, exact, 0x39800000L, 0x43000000L, 631)).as(name).isLessThanOrEqualTo(2);
        assertThat(worst(f, exact, 0xB9800000L, 0xC3000000L, 631)).as(name).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void edgesAreThoseOfTheDefinition(String name, Form f, DoubleUnaryOperator exact) {
        float[] x = {
            0f,
            -0f,
            1f,
            -1f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            -Float.MIN_NORMAL,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            88.72283f,
            88.72284f,
            -87.4f,
            -103.97f,
            -103.98f,
            -104f,
            20f,
            -20f,
            0.55f,
            -0.55f
        };
        float[] y = new float[x.length], inPlace = x.clone();
        f.run(new Buffers(), y, x, x.length);
        f.run(new Buffers(), inPlace, inPlace, x.length);
        for (int i = 0; i < x.length; i++) {
            float v = (float) exact.applyAsDouble(x[i]);
            assertThat(Float.compare(inPlace[i], y[i])).isZero();
            if (Float.isNaN(v) || Float.isInfinite(v) || v == 0) {
                assertThat(Float.compare(y[i], v))
                        .as(name + " of " + x[i] + " is " + y[i])
                        .isZero();
            } else {
                assertThat(Math.abs((double) y[i] - v))
                        .as(name + " of " + x[i] + " is " + y[i])
                        .isLessThanOrEqualTo(2 * Math.ulp(v));
            }
        }
    }

    @Test
    void bitsOfTheFirstCallAreThoseOfCompiledCode() {
        float[] x = new Numbers(3).normal(Block.LIMIT).data();
        for (Arguments a : functions().toList()) {
            Form f = (Form) a.get()[1];
            Buffers b = new Buffers();
            float[] first = new float[Block.LIMIT], y = new float[Block.LIMIT];
            f.run(b, first, x, Block.LIMIT);
            for (int i = 0; i < 20_000; i++) f.run(b, y, x, Block.LIMIT);
            assertThat(y).as(String.valueOf(a.get()[0])).isEqualTo(first);
        }
    }

    /** Prints the largest errors found. */
    public static void main(String[] arguments) {
        functions()
                .forEach(a -> System.out.println(a.get()[0] + " "
                        + worst((Form) a.get()[1], (DoubleUnaryOperator) a.get()[2], 0, 1L << 32, 97)));
    }
}
