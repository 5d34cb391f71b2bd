package org.fascicle.it;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.tensor.Tensor;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Models, experiments and numbers that several stories use. */
final class Cases {
    private Cases() {}

    /** Four numbers, a dense layer, and this activation as the last layer. */
    static ModelSpec ending(String activation) {
        return spec(Map.of("x", List.of(4)), List.of(Map.of("type", "dense", "units", 3), activation));
    }

    /** Something of every bundle of layers. */
    static ModelSpec convolution() {
        Map<String, Object> conv =
                Map.of("type", "conv2d", "filters", 2, "kernel_size", 3, "padding", "same", "activation", "relu");
        return spec(
                Map.of("x", List.of(1, 4, 4)),
                List.of(conv, "flatten", Map.of("type", "dense", "units", 3, "activation", "softmax")));
    }

    static ModelSpec spec(Map<String, ?> inputs, List<?> layers) {
        return SpecReader.read("model of a story", Map.of("inputs", inputs, "layers", layers));
    }

    /** Exclusive or with a hidden layer of this activation. */
    static Map<String, Object> xor(String name, String activation, int epochs) {
        Map<String, Object> hidden = Map.of("id", "hidden", "type", "dense", "units", 8, "activation", activation);
        Map<String, Object> out = Map.of("id", "out", "type", "dense", "units", 1, "activation", "sigmoid");
        return Map.of(
                "name", name,
                "dataset", Map.of("type", "xor"),
                "model", Map.of("layers", List.of(hidden, out)),
                "loss", "binary_crossentropy",
                "metrics", List.of("accuracy"),
                "training",
                        Map.of(
                                "epochs",
                                epochs,
                                "batch_size",
                                4,
                                "seed",
                                7,
                                "optimizer",
                                Map.of("type", "adam", "learning_rate", 0.01)));
    }

    /** A file of the examples. */
    static Path example(BundleContext context, String name) {
        return Path.of(context.getProperty("fascicle.examples")).resolve(name);
    }

    /** The same numbers every time. */
    static Tensor numbers(int... dims) {
        Tensor t = Tensor.zeros(dims);
        Random random = new Random(1);
        for (int i = 0; i < t.size(); i++) t.data()[i] = (float) random.nextGaussian();
        return t;
    }

    /** The numbers of a tensor, to be compared to the last bit. */
    static float[] values(Tensor t) {
        return Arrays.copyOf(t.data(), t.size());
    }

    /** The same numbers as something that tells whether it equals another. */
    static List<Float> list(Tensor t) {
        float[] y = values(t);
        return IntStream.range(0, y.length).mapToObj(i -> y[i]).toList();
    }

    /** A setting of the tests, which {@code integration-tests/prove} gives for its long forms. */
    static int setting(BundleContext context, String name, int fallback) {
        String text = context.getProperty("fascicle.prove." + name);
        return text == null || text.isBlank() ? fallback : Integer.parseInt(text.strip());
    }

    static Bundle bundle(BundleContext context, String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(b -> b.getSymbolicName().equals(symbolicName))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no bundle " + symbolicName));
    }

    /** What the runtime says of this activation of this bundle. */
    static Optional<PluginDTO> activation(FascicleRuntime runtime, String name, String bundle) {
        return runtime.getRuntimeDTO().plugins.stream()
                .filter(p -> p.kind.equals("activation") && p.name.equals(name) && p.bundle.equals(bundle))
                .findFirst();
    }
}
