package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionKernelTest {
    private static final EjmlOps ONE = new EjmlOps(1);
    private static final EjmlOps FOUR = new EjmlOps(4);

    @AfterAll
    static void close() {
        ONE.close();
        FOUR.close();
    }

    /** A function from elsewhere, without block forms. Its slope needs x. */
    public record Square(float factor) implements ScalarFunction {
        @Override
        public float apply(float x) {
            return factor * x * x;
        }

        @Override
        public float slope(float x, float y) {
            return 2 * factor * x;
        }
    }

    /** The slope follows from y, and reads x only to show what is there. */
    public record FromY() implements ScalarFunction {
        @Override
        public float apply(float x) {
            return 2 * x;
        }

        @Override
        public float slope(float x, float y) {
            if (!Float.isNaN(x)) throw new AssertionError("x must be NaN");
            return 2 + y;
        }

        @Override
        public boolean slopeNeedsInput() {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5",
        "3, 7",
        "1, 1024",
        "1, 1025",
        "2, 3000",
        "700, 3",
        "40, 1100",
        "300, 200",
        "0, 4",
        "4, 0",
        "1, 100000"
    })
    void kernelsAgreeWithTheScalarFormsOnWindows(int rows, int cols) {
        Numbers numbers = new Numbers(rows * 31 + cols);
        Square f = new Square(0.5f);
        Matrix x = numbers.window(rows, cols, false, false), dy = numbers.window(rows, cols, false, false);
        for (EjmlOps ops : new EjmlOps[] {ONE, FOUR}) {
            Kernel k = ops.kernel(f);
            Matrix y = numbers.window(rows, cols, false, false),
                    dx = numbers.window(rows, cols, false, false),
                    old = Numbers.copy(dx);
            k.apply(y, x);
            k.slope(dx, 0, x, y, dy);
            Matrix added = Numbers.copy(old), inPlace = Numbers.copy(dy), same = Numbers.copy(x);
            k.slope(added, 1, x, y, dy);
            k.slope(inPlace, 0, x, y, inPlace);
            k.apply(same, same);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    float v = Numbers.at(x, i, j), g = Numbers.at(dy, i, j) * f.slope(v, f.apply(v));
                    assertThat(Numbers.at(y, i, j)).isEqualTo(f.apply(v));
                    assertThat(Numbers.at(dx, i, j)).isEqualTo(g);
                    assertThat(Numbers.at(added, i, j)).isEqualTo(Numbers.at(old, i, j) + g);
                    assertThat(Numbers.at(inPlace, i, j)).isEqualTo(g);
                    assertThat(Numbers.at(same, i, j)).isEqualTo(f.apply(v));
                }
            }
            // Nothing outside the window is touched.
            for (int i = 0; i < rows && cols > 0; i++) {
                for (int p = y.row(i) + cols;
                        p < (i + 1 < rows ? y.row(i + 1) : y.tensor().size());
                        p++) assertThat(y.tensor().data()[p]).isNaN();
            }
        }
    }

    @Test
    void withBetaZeroTheOldContentIsNotRead() {
        Tensor x = new Numbers(1).normal(10), dx = Tensor.zeros(10), y = Tensor.zeros(10);
        dx.fill(Float.NaN);
        y.fill(Float.NaN);
        Kernel k = ONE.kernel(new Square(1));
        k.apply(y, x);
        k.slope(Sink.set(dx), x, y, x);
        for (int i = 0; i < 10; i++) assertThat(dx.data()[i]).isEqualTo(x.data()[i] * (2 * x.data()[i]));
    }

    @Test
    void theInputIsNotReadWhereTheSlopeDoesNotNeedIt() {
        Tensor y = new Numbers(1).normal(2000), dx = Tensor.zeros(2000), dy = Tensor.zeros(2000);
        dy.fill(1);
        ONE.kernel(new FromY()).slope(Sink.set(dx), Tensor.ABSENT, y, dy);
        for (int i = 0; i < 2000; i++) assertThat(dx.data()[i]).isEqualTo(2 + y.data()[i]);
    }

    @Test
    void blockFormsAreUsedAndCannotWriteElsewhere() {
        ScalarFunction greedy = new ScalarFunction() {
            @Override
            public float apply(float x) {
                throw new AssertionError("the block form is there");
            }

            @Override
            public float slope(float x, float y) {
                throw new AssertionError("the block form is there");
            }

            @Override
            public void apply(Block b, float[] y, float[] x, int n) {
                Arrays.fill(b.temporary(3), 5);
                Arrays.fill(x, Float.NaN);
                Arrays.fill(y, 7);
            }
        };
        Tensor x = new Numbers(1).normal(3, 5), y = Tensor.zeros(3, 9), copy = x.copy();
        ONE.kernel(greedy).apply(y.window(2, 3, 5, 9), x.matrix());
        assertThat(x.data()).isEqualTo(copy.data());
        for (int i = 0; i < 27; i++) assertThat(y.data()[i]).isEqualTo(i % 9 >= 2 && i % 9 < 7 ? 7 : 0);
    }

    @Test
    void windowsOfOtherSizesAreRejectedBeforeAnythingIsWritten() {
        Tensor y = Tensor.zeros(3, 4);
        y.fill(7);
        Kernel k = ONE.kernel(new Square(1));
        assertThatThrownBy(() -> k.apply(y.matrix(), Tensor.zeros(4, 3).matrix()))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[3, 4]");
        assertThatThrownBy(() -> k.slope(y.matrix(), 0, Tensor.ABSENT.matrix(), y.matrix(), y.matrix()))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> k.slope(
                        y.matrix(),
                        0,
                        y.matrix(),
                        y.matrix(),
                        Tensor.zeros(3, 5).matrix()))
                .isInstanceOf(ShapeException.class);
        assertThat(y.data()).containsOnly(7);
    }

    @Test
    void aFailingFunctionLeavesTheBackendUsable() {
        ScalarFunction broken = new ScalarFunction() {
            @Override
            public float apply(float x) {
                throw new IllegalStateException("broken");
            }

            @Override
            public float slope(float x, float y) {
                return 0;
            }
        };
        Tensor t = Tensor.zeros(200_000);
        assertThatThrownBy(() -> FOUR.kernel(broken).apply(t, t))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        FOUR.kernel(Elementary.EXP).apply(t, t);
        assertThat(t.data()[199_999]).isEqualTo(1);
    }

    /** Defines one class anew, as a bundle of its own would. */
    private static final class Plugin extends ClassLoader {
        Plugin() {
            super(FunctionKernelTest.class.getClassLoader());
        }

        ScalarFunction square() throws IOException, ReflectiveOperationException {
            String name = Square.class.getName();
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                Class<?> c = defineClass(name, bytes, 0, bytes.length);
                return (ScalarFunction) c.getConstructor(float.class).newInstance(3f);
            }
        }
    }

    @Test
    void aDroppedKernelKeepsNoClassOfItsFunctionAlive() throws IOException, ReflectiveOperationException {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        Tensor x = new Numbers(1).normal(50_000), y = Tensor.zeros(50_000);
        for (int i = 0; i < 5; i++) {
            Plugin plugin = new Plugin();
            loaders.add(new WeakReference<>(plugin));
            Kernel k = FOUR.kernel(plugin.square());
            for (int round = 0; round < 50; round++) k.apply(y, x);
            assertThat(y.data()[7]).isEqualTo(3f * x.data()[7] * x.data()[7]);
        }
        for (int round = 0; round < 200 && loaders.stream().anyMatch(r -> r.get() != null); round++) {
            byte[][] pressure = new byte[16][];
            for (int i = 0; i < pressure.length; i++) pressure[i] = new byte[1 << 20];
            System.gc();
        }
        assertThat(loaders).allMatch(r -> r.get() == null);
    }
}
