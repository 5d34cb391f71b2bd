package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with a backend, and says what it is. */
class WrongBackendsTest {
    /** Plain loops: right, unless a method is overridden by a wrong one. */
    interface Loops extends Ops {
        Ops PLAIN = new NaiveOps();

        @Override
        default String identity() {
            return "loops";
        }

        @Override
        default void matmul(Matrix out, float beta, Operand a, Operand b, Epilogue e) {
            PLAIN.matmul(out, beta, a, b, e);
        }

        @Override
        default void sumRows(Sink out, Matrix x) {
            PLAIN.sumRows(out, x);
        }

        @Override
        default void sumChannels(Sink out, Tensor x) {
            PLAIN.sumChannels(out, x);
        }

        @Override
        default void conv(Conv g, Tensor out, Tensor x, Operand w, Epilogue e) {
            PLAIN.conv(g, out, x, w, e);
        }

        @Override
        default void convInputGradient(Conv g, Sink dx, Operand w, Tensor dy) {
            PLAIN.convInputGradient(g, dx, w, dy);
        }

        @Override
        default void convWeightGradient(Conv g, Sink dw, Tensor x, Tensor dy) {
            PLAIN.convWeightGradient(g, dw, x, dy);
        }

        @Override
        default Operand pack(Tensor w, Use use) {
            return PLAIN.pack(w, use);
        }

        @Override
        default Kernel kernel(ScalarFunction f) {
            return PLAIN.kernel(f);
        }

        @Override
        default void parallel(int chunks, IntConsumer body) {
            PLAIN.parallel(chunks, body);
        }
    }

    record ForgetsBeta() implements Loops {
        @Override
        public void matmul(Matrix out, float beta, Operand a, Operand b, Epilogue e) {
            PLAIN.matmul(out, 0, a, b, e);
        }
    }

    record ReadsOldContent() implements Loops {
        @Override
        public void sumRows(Sink out, Matrix x) {
            PLAIN.sumRows(new Sink(out.tensor(), 1), x);
            if (out.beta() == 0) PLAIN.sumRows(out, x);
            else out.tensor().data()[0] += 1;
        }
    }

    record DropsTheEpilogue() implements Loops {
        @Override
        public void conv(Conv g, Tensor out, Tensor x, Operand w, Epilogue e) {
            PLAIN.conv(g, out, x, w, Epilogue.NONE);
        }
    }

    record ForgetsToAccumulate() implements Loops {
        @Override
        public void convWeightGradient(Conv g, Sink dw, Tensor x, Tensor dy) {
            PLAIN.convWeightGradient(g, Sink.set(dw.tensor()), x, dy);
        }
    }

    record WrongSlope() implements Loops {
        @Override
        public Kernel kernel(ScalarFunction f) {
            return PLAIN.kernel(new ScalarFunction() {
                @Override
                public float apply(float x) {
                    return f.apply(x);
                }

                @Override
                public float slope(float x, float y) {
                    return 1.02f * f.slope(x, y);
                }

                @Override
                public boolean slopeNeedsInput() {
                    return f.slopeNeedsInput();
                }

                @Override
                public void apply(Block b, float[] y, float[] x, int n) {
                    f.apply(b, y, x, n);
                }
            });
        }
    }

    record WritesItsOperand() implements Loops {
        @Override
        public void conv(Conv g, Tensor out, Tensor x, Operand w, Epilogue e) {
            PLAIN.conv(g, out, x, w, e);
            x.data()[3] *= 0.5f;
        }
    }

    record TakesAnyShape() implements Loops {
        @Override
        public void sumRows(Sink out, Matrix x) {
            if (out.tensor().size() == x.cols()) PLAIN.sumRows(out, x);
        }
    }

    static final class SharedScratch implements Loops {
        private final Tensor scratch = Tensor.zeros(130 * 129);

        @Override
        public void sumRows(Sink out, Matrix x) {
            int n = x.cols();
            if (out.tensor().size() != n)
                throw new ShapeException(
                        "sumRows: " + n + " columns into " + out.tensor().shape());
            Tensor part = Tensor.of(out.tensor().shape(), scratch.data());
            PLAIN.sumRows(Sink.set(part), x);
            Thread.yield();
            for (int i = 0; i < n; i++)
                out.tensor().data()[i] = part.data()[i]
                        + (out.beta() == 0 ? 0 : out.beta() * out.tensor().data()[i]);
        }
    }

    /** Remembers the last product and takes it as a start. */
    static final class HiddenState implements Loops {
        private float last;

        @Override
        public void matmul(Matrix out, float beta, Operand a, Operand b, Epilogue e) {
            PLAIN.matmul(out, beta, a, b, e);
            int at = out.offset();
            out.tensor().data()[at] += last * 1e-6f;
            last = out.tensor().data()[at];
        }
    }

    record Unrepeatable() implements Loops {
        @Override
        public void matmul(Matrix out, float beta, Operand a, Operand b, Epilogue e) {
            PLAIN.matmul(out, beta, a, b, e);
            out.tensor().data()[out.offset()] += (float) (1e-6 * Math.random());
        }
    }

    record SkipsABody() implements Loops {
        @Override
        public void parallel(int chunks, IntConsumer body) {
            for (int i = 0; i < Math.max(1, chunks - 1); i++) body.accept(i);
        }
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                Wrong.of(
                        "forgotten accumulation",
                        new OpsCheck(new ForgetsBeta())::multiplies,
                        "matmul [1, 1] by [1, 1], beta 1.0, WHOLE at [0, 0]: expected"),
                Wrong.of("wrong sum", new OpsCheck(new ReadsOldContent())::sums, "sumRows of 1 rows, beta 1.0 at [0]"),
                Wrong.of("no epilogue", new OpsCheck(new DropsTheEpilogue())::convolves, "BIAS at [0, 0, 0, 0]"),
                Wrong.of(
                        "forgotten accumulation of a gradient",
                        new OpsCheck(new ForgetsToAccumulate())::convolvesBack,
                        "convWeightGradient of",
                        "beta 1.0"),
                Wrong.of("wrong slope", new KernelCheck(new WrongSlope())::kernelsAgree, "slope"),
                Wrong.of(
                        "mutated input",
                        new OpsSharingCheck(new WritesItsOperand())::leavesOperandsUntouched,
                        "writes to its operand x at [0, 0, 0, 3]",
                        "belongs to the caller"),
                Wrong.of(
                        "wrong shape",
                        new OpsCheck(new TakesAnyShape())::rejectsWrongShapes,
                        "sumRows of 3 columns into 5: expected a ShapeException, nothing was thrown"),
                Wrong.of(
                        "thread-unsafe",
                        new OpsSharingCheck(new SharedScratch())::servesManyThreads,
                        "gave other bits while other threads call: sum at",
                        "take scratch memory for each call"),
                Wrong.of(
                        "hidden state",
                        new OpsSharingCheck(new HiddenState())::repeats,
                        "gave other bits when repeated: product at [0, 0]"),
                Wrong.of(
                        "non-deterministic",
                        new OpsSharingCheck(new Unrepeatable())::repeats,
                        "gave other bits when repeated: product at [0, 0]"),
                Wrong.of("skips a body", new KernelCheck(new SkipsABody())::parallelRunsEveryBodyOnce, "parallel"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    record Right() implements Loops {}

    @Test
    void findsNothingWhereNothingIsWrong() throws Exception {
        OpsSharingCheck right = new OpsSharingCheck(new Right());
        assertThat(right.leavesOperandsUntouched()).isEmpty();
        assertThat(right.repeats()).isEmpty();
        assertThat(right.servesManyThreads()).isEmpty();
    }

    @Test
    void aBackendWithoutNameIsFound() {
        OpsContract nameless = new OpsContract() {
            @Override
            protected Ops ops() {
                return new Loops() {
                    @Override
                    public String identity() {
                        return " ";
                    }
                };
            }
        };
        assertThatThrownBy(nameless::hasAnIdentity).hasMessageContaining("expected a name and a version");
    }
}
