package org.fascicle.it.orders;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.model.SpecReader;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.tensor.Tensor;

/** A component that tells how the system looks and what a model of it answers, in types of the JDK. Thread-safe. */
public final class Probe implements Supplier<String> {
    private final Models models;
    private final FascicleRuntime runtime;

    public Probe(Models models, FascicleRuntime runtime) {
        this.models = models;
        this.runtime = runtime;
    }

    @Override
    public String get() {
        Map<String, Object> conv =
                Map.of("type", "conv2d", "filters", 2, "kernel_size", 3, "padding", "same", "activation", "elu");
        Map<String, Object> out = Map.of("type", "dense", "units", 3, "activation", "softmax");
        Map<String, Object> tree =
                Map.of("inputs", Map.of("x", List.of(1, 4, 4)), "layers", List.of(conv, "flatten", out));
        try (Model model = models.create("probe", SpecReader.read("probe", tree), 3)) {
            Tensor x = Tensor.zeros(2, 1, 4, 4);
            for (int i = 0; i < x.size(); i++) x.data()[i] = i / 16f - 1;
            Tensor y = model.predict(x);
            return runtime.canonical() + "\n" + Arrays.toString(Arrays.copyOf(y.data(), y.size()));
        }
    }
}
