package org.fascicle.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.tensor.Tensor;

/** LeNet-5 as it is built today, and pictures of noise for it. */
final class Lenet {
    static final int CLASSES = 10;
    private static final int SIDE = 28;

    private Lenet() {}

    static ModelSpec spec() {
        return SpecReader.read(
                "bench lenet",
                Map.of(
                        "inputs",
                        Map.of("x", List.of(1, SIDE, SIDE)),
                        "layers",
                        List.of(
                                conv(6, "same"),
                                Map.of("type", "max_pool2d", "pool_size", 2),
                                conv(16, "valid"),
                                Map.of("type", "max_pool2d", "pool_size", 2),
                                "flatten",
                                dense(120, "relu"),
                                dense(84, "relu"),
                                dense(CLASSES, "softmax")),
                        "losses",
                        "sparse_categorical_crossentropy"));
    }

    private static Map<String, ?> conv(int filters, String padding) {
        return Map.of("type", "conv2d", "filters", filters, "kernel_size", 5, "padding", padding, "activation", "relu");
    }

    private static Map<String, ?> dense(int units, String activation) {
        return Map.of("type", "dense", "units", units, "activation", activation);
    }

    /** Pictures {@code [n, 1, 28, 28]}, the same every time. */
    static Tensor pictures(int n) {
        Tensor t = Tensor.zeros(n, 1, SIDE, SIDE);
        Random random = new Random(1);
        for (int i = 0; i < t.size(); i++) t.data()[i] = random.nextFloat();
        return t;
    }

    /** Classes {@code [n]}, the same every time. */
    static Tensor classes(int n) {
        Tensor t = Tensor.zeros(n);
        Random random = new Random(2);
        for (int i = 0; i < n; i++) t.data()[i] = random.nextInt(CLASSES);
        return t;
    }
}
