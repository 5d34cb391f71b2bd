package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SumsTest {
    private static final EjmlOps ONE = new EjmlOps(1);
    private static final EjmlOps FOUR = new EjmlOps(4);

    @AfterAll
    static void close() {
        ONE.close();
        FOUR.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "128, 10", "129, 600", "5000, 3", "2000, 700", "0, 4", "4, 0"})
    void sumsOfColumnsAreNearlyExactOnAnyThreads(int rows, int cols) {
        Numbers numbers = new Numbers(rows + 7 * cols);
        for (boolean transposed : new boolean[] {false, true}) {
            Matrix x = numbers.window(rows, cols, transposed, false);
            for (float beta : new float[] {0, 1, 0.5f}) {
                Tensor old = numbers.normal(cols);
                if (beta == 0) old.fill(Float.NaN);
                Tensor one = old.copy(), four = old.copy();
                ONE.sumRows(new Sink(one, beta), x);
                FOUR.sumRows(new Sink(four, beta), x);
                assertThat(four.data()).isEqualTo(one.data());
                for (int j = 0; j < cols; j++) {
                    double s = beta == 0 ? 0 : (double) beta * old.data()[j], size = Math.abs(s);
                    for (int i = 0; i < rows; i++) {
                        s += Numbers.at(x, i, j);
                        size += Math.abs(Numbers.at(x, i, j));
                    }
                    assertThat(Math.abs(one.data()[j] - s)).isLessThanOrEqualTo(Math.abs(s) * 0x1p-24 + size * 0x1p-21);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 4, 1, 1",
        "64, 6, 24, 24",
        "2, 3, 1, 5",
        "5, 100, 3, 7",
        "4, 2, 100, 130",
        "0, 3, 2, 2",
        "2, 3, 0, 5",
        "300, 40, 2, 3"
    })
    void sumsOfChannelsAreNearlyExactOnAnyThreads(int n, int c, int h, int w) {
        Numbers numbers = new Numbers(n * c + h * w);
        Tensor x = numbers.normal(n, c, h, w), one = Tensor.zeros(c), four = Tensor.zeros(c);
        one.fill(Float.NaN);
        ONE.sumChannels(Sink.set(one), x);
        FOUR.sumChannels(Sink.add(four), x);
        assertThat(four.data()).isEqualTo(one.data());
        for (int k = 0; k < c; k++) {
            double s = 0, size = 0;
            for (int i = 0; i < n; i++) {
                for (int p = 0; p < h * w; p++) {
                    float v = x.data()[(i * c + k) * h * w + p];
                    s += v;
                    size += Math.abs(v);
                }
            }
            assertThat(Math.abs(one.data()[k] - s)).isLessThanOrEqualTo(Math.abs(s) * 0x1p-24 + size * 0x1p-21);
        }
    }

    @Test
    void channelsOfAPlainMatrixAreItsColumns() {
        Tensor x = new Numbers(4).normal(1500, 40), a = Tensor.zeros(40), b = Tensor.zeros(40);
        ONE.sumRows(Sink.set(a), x.matrix());
        ONE.sumChannels(Sink.set(b), x);
        assertThat(b.data()).isEqualTo(a.data());
    }

    @Test
    void aMillionTenthsDoNotDrift() {
        Tensor x = Tensor.zeros(1_000_000, 1), s = Tensor.zeros(1);
        x.fill(0.1f);
        ONE.sumRows(Sink.set(s), x.matrix());
        assertThat((double) s.data()[0]).isCloseTo(1_000_000 * (double) 0.1f, org.assertj.core.data.Offset.offset(0.1));
    }

    @Test
    void resultsOfOtherSizesAreRejectedBeforeAnythingIsWritten() {
        Tensor out = Tensor.zeros(3);
        out.fill(7);
        assertThatThrownBy(() -> ONE.sumRows(Sink.set(out), Tensor.zeros(3, 4).matrix()))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("4 columns");
        assertThatThrownBy(() -> ONE.sumChannels(Sink.set(out), Tensor.zeros(3, 4, 2)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> ONE.sumChannels(Sink.set(out), Tensor.zeros(3)))
                .isInstanceOf(ShapeException.class);
        assertThat(out.data()).containsOnly(7);
    }
}
