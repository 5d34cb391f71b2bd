package org.fascicle.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** A backend is shared by everything that computes. Each method tells what it found; empty is good. */
public final class OpsSharingCheck {
    private static final Conv CONV = new Conv(1, 1, 1, 0, 0, 1, 1);

    private final Ops ops;

    /** What one thread works on: other numbers than the next, or shared memory would not show. */
    private record Operands(Tensor a, Tensor b, Tensor x, Tensor w) {
        static Operands of(int thread) {
            double most = 1 + 0.1 * thread;
            return new Operands(
                    Samples.uniform(-1, most, 130, 70),
                    Samples.uniform(-1, most, 70, 33),
                    Samples.uniform(-1, most, 4, 3, 12, 12),
                    Samples.uniform(-1, most, 8, 3, 3, 3));
        }

        Map<String, Tensor> copies() {
            Map<String, Tensor> all = new LinkedHashMap<>();
            all.put("a", a.copy());
            all.put("b", b.copy());
            all.put("x", x.copy());
            all.put("w", w.copy());
            return all;
        }
    }

    public OpsSharingCheck(Ops ops) {
        this.ops = ops;
    }

    /** Factors, images and weights are not written. */
    public List<String> leavesOperandsUntouched() {
        Operands o = Operands.of(0);
        Map<String, Tensor> before = o.copies();
        several(o);
        return Numbers.difference(before, o.copies())
                .map(d -> "a product, convolution or sum writes to its operand " + d + "; it belongs to the caller")
                .stream()
                .toList();
    }

    /** A repeated call gives the same bits, whatever ran before. */
    public List<String> repeats() {
        Operands o = Operands.of(0);
        Map<String, Tensor> first = several(o);
        Optional<String> d = Optional.empty();
        for (int i = 0; i < 20 && d.isEmpty(); i++) {
            new OpsCheck(ops).multipliesMany();
            d = Numbers.difference(first, several(o));
        }
        return d.map(what -> "the same products and convolutions gave other bits when repeated: " + what).stream()
                .toList();
    }

    /** Several threads at once get the bits that each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        List<Operands> operands = new ArrayList<>();
        List<Map<String, Tensor>> expected = new ArrayList<>();
        for (int i = 0; i < Together.THREADS; i++) {
            operands.add(Operands.of(i));
            expected.add(several(operands.get(i)));
        }
        return Together.run(i -> Numbers.difference(expected.get(i), several(operands.get(i))))
                .map(d -> "the same products and convolutions gave other bits while other threads call: " + d
                        + "; take scratch memory for each call")
                .stream()
                .toList();
    }

    private Map<String, Tensor> several(Operands o) {
        Tensor y = Tensor.zeros(130, 33),
                z = Tensor.zeros(4, 8, 10, 10),
                dw = Tensor.zeros(o.w.shape()),
                dx = Tensor.zeros(o.x.shape()),
                sum = Tensor.zeros(33);
        ops.matmul(y.matrix(), 0, o.a.matrix(), o.b.matrix(), Epilogue.NONE);
        ops.conv(CONV, z, o.x, ops.pack(o.w, Use.CONV), Epilogue.NONE);
        ops.convWeightGradient(CONV, Sink.set(dw), o.x, z);
        ops.convInputGradient(CONV, Sink.set(dx), ops.pack(o.w, Use.CONV_INPUT_GRADIENT), z);
        ops.sumRows(Sink.set(sum), y.matrix());
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("product", y);
        all.put("convolution", z);
        all.put("gradient by weights", dw);
        all.put("gradient by input", dx);
        all.put("sum", sum);
        return all;
    }
}
