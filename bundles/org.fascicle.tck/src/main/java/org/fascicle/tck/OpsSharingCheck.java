package org.fascicle.tck;

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
    private final Tensor a = Samples.normal(130, 70);
    private final Tensor b = Samples.normal(70, 33);
    private final Tensor x = Samples.normal(4, 3, 12, 12);
    private final Tensor w = Samples.normal(8, 3, 3, 3);

    public OpsSharingCheck(Ops ops) {
        this.ops = ops;
    }

    /** Factors, images and weights are not written. */
    public List<String> leavesOperandsUntouched() {
        Map<String, Tensor> before = operands(true);
        several();
        return Numbers.difference(before, operands(false))
                .map(d -> "a product, convolution or sum writes to its operand " + d + "; it belongs to the caller")
                .stream()
                .toList();
    }

    private Map<String, Tensor> operands(boolean copies) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("a", a);
        all.put("b", b);
        all.put("x", x);
        all.put("w", w);
        if (copies) all.replaceAll((name, t) -> t.copy());
        return all;
    }

    /** A repeated call gives the same bits, whatever ran before. */
    public List<String> repeats() {
        Map<String, Tensor> first = several();
        Optional<String> d = Optional.empty();
        for (int i = 0; i < 20 && d.isEmpty(); i++) {
            new OpsCheck(ops).multipliesMany();
            d = Numbers.difference(first, several());
        }
        return d.map(what -> "the same products and convolutions gave other bits when repeated: " + what).stream()
                .toList();
    }

    /** Several threads at once get the bits that each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        Map<String, Tensor> first = several();
        return Together.run(thread -> Numbers.difference(first, several()))
                .map(d -> "the same products and convolutions gave other bits while other threads call: " + d
                        + "; take scratch memory for each call")
                .stream()
                .toList();
    }

    private Map<String, Tensor> several() {
        Tensor y = Tensor.zeros(130, 33),
                z = Tensor.zeros(4, 8, 10, 10),
                dw = Tensor.zeros(w.shape()),
                dx = Tensor.zeros(x.shape()),
                sum = Tensor.zeros(33);
        ops.matmul(y.matrix(), 0, a.matrix(), b.matrix(), Epilogue.NONE);
        ops.conv(CONV, z, x, ops.pack(w, Use.CONV), Epilogue.NONE);
        ops.convWeightGradient(CONV, Sink.set(dw), x, z);
        ops.convInputGradient(CONV, Sink.set(dx), ops.pack(w, Use.CONV_INPUT_GRADIENT), z);
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
