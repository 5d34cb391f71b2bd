package org.fascicle.runtime.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.runtime.live.Workbench.spec;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same run gives the same bits, again and with any number of threads. Large enough that every kernel splits its work. */
class BitsTest {
    private static final int BATCH = 96;

    private static Map<String, int[]> run(int threads) {
        try (Workbench bench = new Workbench(threads, 200)) {
            Model m = bench.models.create(
                    "bits",
                    spec(
                            List.of(3, 28, 28),
                            List.of(
                                    layer(
                                            "conv2d",
                                            "filters",
                                            8,
                                            "kernel_size",
                                            5,
                                            "padding",
                                            "same",
                                            "activation",
                                            "tanh"),
                                    layer("max_pool2d", "pool_size", 2),
                                    layer(
                                            "conv2d",
                                            "filters",
                                            12,
                                            "kernel_size",
                                            3,
                                            "strides",
                                            2,
                                            "groups",
                                            2,
                                            "activation",
                                            "prelu"),
                                    layer("average_pool2d", "pool_size", 2),
                                    layer("flatten"),
                                    layer("dense", "units", 256, "activation", "rrelu"),
                                    layer("dropout", "rate", 0.3),
                                    layer("dense", "units", 10, "activation", "softmax")),
                            "sparse_categorical_crossentropy"),
                    7);
            Tensor x = Tensor.zeros(BATCH, 3, 28, 28), labels = Tensor.zeros(BATCH);
            Philox.of(1, "x", 0, 0, 0).normal(x.data(), 0, x.size());
            for (int i = 0; i < BATCH; i++) labels.data()[i] = i % 10;
            try (Learner l = m.learner(LearnerSpec.of(layer("adam"), 3))) {
                for (int i = 0; i < 6; i++) l.step(Map.of("x", x, "target", labels), l.rate());
                l.publish();
            }
            Map<String, int[]> bits = new TreeMap<>();
            m.weights().forEach((k, t) -> bits.put(k, bits(t)));
            bits.put("prediction", bits(m.predict(x)));
            return bits;
        }
    }

    private static int[] bits(Tensor t) {
        int[] b = new int[t.size()];
        for (int i = 0; i < b.length; i++) b[i] = Float.floatToRawIntBits(t.data()[i]);
        return b;
    }

    private static void same(Map<String, int[]> a, Map<String, int[]> b) {
        assertThat(a.keySet()).isEqualTo(b.keySet());
        a.forEach((k, v) -> assertThat(v).as(k).isEqualTo(b.get(k)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void threadsDoNotChangeTheBits(int threads) {
        same(run(1), run(threads));
    }

    @Test
    void aRunRepeatedGivesTheSameBits() {
        same(run(2), run(2));
    }
}
