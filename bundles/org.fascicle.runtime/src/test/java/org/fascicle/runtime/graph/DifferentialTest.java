package org.fascicle.runtime.graph;

import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.tck.Samples.apart;
import static org.fascicle.tck.Samples.causal;
import static org.fascicle.tck.Samples.indices;
import static org.fascicle.tck.Samples.mask;
import static org.fascicle.tck.Samples.normal;
import static org.fascicle.tck.Samples.oneHot;
import static org.fascicle.tck.Samples.uniform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.compute.ejml.EjmlOps;
import org.fascicle.model.ModelSpec;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.third.Adam;
import org.fascicle.tck.third.Lbfgs;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.UpdateRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The runtime beside the reference executor. On the reference's own {@link NaiveOps} every number has the same bits; on the
 * real backend they agree to float tolerance.
 */
class DifferentialTest {
    private static final Parts PARTS = Twin.parts().with(Kind.LAYER, "twice", new Twice.Factory());
    private static final double FLOAT = 2e-4;

    /** A model and a batch; inputs of a node are named in the layer, and a mean squared error is added where there is no loss. */
    record Model(String name, ModelSpec spec, Map<String, Tensor> batch) {
        Twin twin(Ops ops) {
            return new Twin(PARTS, spec, ops, batch);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** One layer on inputs x0, x1, …. */
    private static Model one(String name, Map<String, Object> layer, Tensor... inputs) {
        Map<String, Object> options = new LinkedHashMap<>(layer);
        List<String> references = new ArrayList<>();
        Map<String, Tensor> batch = new LinkedHashMap<>();
        for (int i = 0; i < inputs.length; i++) {
            references.add("x" + i);
            batch.put("x" + i, inputs[i]);
        }
        options.put("inputs", references);
        return model(name, batch, List.of(options));
    }

    /** Layers, the last of which learns by mean squared error. */
    private static Model model(String name, Map<String, Tensor> batch, List<?> layers) {
        ModelSpec plain = Twin.spec(dims(batch), layers, List.of(), List.of());
        String out = plain.outputs().get(0);
        Shape shape = Twin.program("m", PARTS, plain, new NaiveOps())
                .graph(Graph.Mode.PREDICT, batch)
                .shape(out);
        Map<String, Tensor> with = new LinkedHashMap<>(batch);
        with.put("target", normal(shape.dims()));
        return new Model(name, Twin.spec(dims(batch), layers, List.of(), List.of("mean_squared_error")), with);
    }

    private static Map<String, Object> dims(Map<String, Tensor> batch) {
        Map<String, Object> dims = new LinkedHashMap<>();
        batch.forEach((name, t) -> {
            List<Integer> d = new ArrayList<>();
            for (int i = 1; i < t.rank(); i++) d.add(t.dim(i));
            dims.put(name, d);
        });
        return dims;
    }

    private static Map<String, Object> dense(int units, Object activation) {
        return layer("dense", "units", units, "activation", activation);
    }

    static Stream<Model> models() {
        Map<String, Object> lstm = layer("lstm", "units", 3);
        Tensor x = normal(4, 5), sequence = normal(4, 5, 2);
        return Stream.of(
                one("dense", layer("dense", "units", 3), x),
                one("dense of a sequence without a bias", layer("dense", "units", 3, "use_bias", false), sequence),
                one("dense with a fused activation", dense(3, "tanh"), x),
                one("dense with an activation that needs its input", dense(3, "mish"), x),
                one("dense with a block activation", dense(3, "mish_block"), x),
                one("dense with a slope that follows from y", dense(3, "leaky_relu"), x),
                one("dense with a slope that does not", dense(3, layer("leaky_relu", "negative_slope", -0.5)), x),
                one("dense with softmax", dense(3, "softmax"), x),
                one("dense with prelu", dense(3, "prelu"), x),
                one("dense with maxout", dense(6, layer("maxout", "pieces", 3)), x),
                one("dense with rrelu", dense(3, "rrelu"), x),
                one("rrelu alone", layer("rrelu"), apart(4, 3)),
                one("noisy", layer("noisy"), x),
                one(
                        "grouped and strided convolution",
                        layer(
                                "conv2d",
                                "filters",
                                4,
                                "kernel_size",
                                3,
                                "padding",
                                1,
                                "strides",
                                2,
                                "groups",
                                2,
                                "activation",
                                "tanh"),
                        normal(4, 2, 5, 4)),
                one("batch norm", layer("batch_norm"), normal(6, 3, 2)),
                one("batch norm with tanh", layer("batch_norm", "activation", "tanh"), normal(6, 3)),
                one("embedding", layer("embedding", "input_dim", 5, "output_dim", 3), indices(5, 4, 6)),
                one("lstm", lstm, sequence),
                one("lstm with a mask", lstm, sequence, mask(4, 5)),
                one("lstm with a mask and a state", layer("lstm", "units", 3, "stateful", true), sequence, mask(4, 5)),
                one("lstm with an activation", layer("lstm", "units", 3, "activation", "tanh"), sequence),
                one(
                        "attention with a mask",
                        layer("multi_head_attention", "num_heads", 2),
                        normal(4, 3, 4),
                        normal(4, 5, 4),
                        uniform(-2, 2, 4, 5, 4),
                        causal(4, 3, 5)),
                one("bidirectional with a mask", layer("bidirectional", "layer", lstm), sequence, mask(4, 5)),
                one("repeat of dense and tanh", layer("repeat", "times", 3, "layer", dense(4, "tanh")), normal(4, 4)),
                one("repeat of dense and softmax", layer("repeat", "layer", dense(3, "softmax")), normal(4, 3)),
                one("repeat of dense and prelu", layer("repeat", "layer", dense(3, "prelu")), normal(4, 3)),
                one("repeat of rrelu", layer("repeat", "layer", layer("rrelu")), apart(4, 3)),
                one("repeat of noisy", layer("repeat", "layer", layer("noisy")), normal(4, 3)),
                one(
                        "repeat of batch norm",
                        layer("repeat", "layer", layer("batch_norm", "momentum", 0.5)),
                        normal(6, 3)),
                one("ode of dense and tanh", layer("ode", "step", 0.7, "layer", dense(4, "tanh")), normal(4, 4)),
                one(
                        "ode of batch norm",
                        layer("ode", "step", 0.5, "layer", layer("batch_norm", "momentum", 0.5, "activation", "tanh")),
                        normal(6, 3)),
                one("ode of rrelu", layer("ode", "step", 0.5, "layer", dense(3, "rrelu")), normal(4, 3)),
                one("ode of noisy", layer("ode", "step", 0.5, "layer", layer("noisy")), normal(4, 3)),
                one("ode of repeat", layer("ode", "layer", layer("repeat", "layer", dense(3, "mish"))), normal(4, 3)),
                one(
                        "ode of repeat of noisy",
                        layer("ode", "layer", layer("repeat", "layer", layer("noisy"))),
                        normal(4, 3)),
                one(
                        "ode of ode of noisy",
                        layer("ode", "step", 0.5, "layer", layer("ode", "step", 0.5, "layer", layer("noisy"))),
                        normal(4, 3)),
                one("ode of dense and noisy", layer("ode", "step", 0.5, "layer", dense(3, "noisy")), normal(4, 3)),
                one("twice dense and tanh", layer("twice", "layer", dense(4, "tanh")), normal(4, 4)),
                one("twice noisy", layer("twice", "layer", layer("noisy")), normal(4, 3)),
                one("twice batch norm", layer("twice", "layer", layer("batch_norm", "momentum", 0.5)), normal(6, 3)),
                one("ode of twice", layer("ode", "layer", layer("twice", "layer", dense(3, "noisy"))), normal(4, 3)),
                one(
                        "twice ode",
                        layer("twice", "layer", layer("ode", "step", 0.1, "layer", dense(3, "noisy"))),
                        normal(4, 3)),
                one(
                        "repeat of twice of prelu",
                        layer("repeat", "layer", layer("twice", "layer", dense(3, "prelu"))),
                        normal(4, 3)),
                one("concatenate", layer("concatenate"), normal(4, 2), normal(4, 3), normal(4, 1)),
                model(
                        "one tensor at three ports",
                        Map.of("x", normal(4, 3, 4)),
                        List.of(
                                layer("dense", "units", 4),
                                layer(
                                        "multi_head_attention",
                                        "num_heads",
                                        2,
                                        "inputs",
                                        List.of("dense1", "dense1", "dense1")))),
                model(
                        "an input at three ports",
                        Map.of("x", normal(4, 3, 4)),
                        List.of(layer("multi_head_attention", "num_heads", 2, "inputs", List.of("x", "x", "x")))),
                model(
                        "one tensor often among many",
                        Map.of("x", x),
                        List.of(
                                dense(3, "tanh"),
                                layer("concatenate", "inputs", List.of("dense1", "dense1", "x", "dense1")))),
                model(
                        "an optional input left out in the middle of a graph",
                        Map.of("x", sequence),
                        List.of(layer("lstm", "units", 3, "inputs", List.of("x", "")))),
                model(
                        "a second output only",
                        Map.of("x", sequence),
                        List.of(layer("lstm", "id", "l", "units", 3), layer("dense", "units", 2, "inputs", "l.c_n"))),
                model(
                        "several outputs of one layer",
                        Map.of("x", sequence),
                        List.of(
                                layer("lstm", "id", "l", "units", 3),
                                layer("concatenate", "inputs", List.of("l.c_n", "l.h_n")))),
                new Model(
                        "categorical crossentropy",
                        Twin.spec(
                                Map.of("x", List.of(5)),
                                List.of(dense(4, "tanh"), layer("dense", "units", 3)),
                                List.of(),
                                List.of("categorical_crossentropy_from_logits")),
                        Map.of("x", x, "target", oneHot(4, 3))),
                new Model(
                        "triplet",
                        Twin.spec(
                                Map.of("a", List.of(3), "b", List.of(3), "c", List.of(3)),
                                List.of(
                                        layer("dense", "id", "d", "units", 2, "inputs", "a"),
                                        layer("dense", "id", "e", "units", 2, "inputs", "b"),
                                        layer("dense", "id", "f", "units", 2, "inputs", "c")),
                                List.of("d"),
                                List.of(layer("triplet", "margin", 2.0, "inputs", List.of("d", "e", "f")))),
                        Map.of("a", normal(4, 3), "b", uniform(-1, 1, 4, 3), "c", apart(4, 3))),
                new Model(
                        "ctc with its divisor",
                        Twin.spec(
                                Map.of("x", List.of(7, 5)),
                                List.of(layer("dense", "units", 4)),
                                List.of(),
                                List.of(layer("ctc", "inputs", List.of("dense1", "label", "steps", "length")))),
                        Map.of(
                                "x",
                                normal(4, 7, 5),
                                "label",
                                Tensor.of(Shape.of(4, 3), 1, 2, 2, 3, 1, 0, 2, 2, 0, 1, 0, 0),
                                "steps",
                                Tensor.of(Shape.of(4), 7, 6, 7, 5),
                                "length",
                                Tensor.of(Shape.of(4), 3, 2, 2, 1))),
                several("mean"),
                several("sum"),
                several("weighted_mean"),
                everything());
    }

    /** Three losses on different nodes, one of which is also an output and an input of others, with sample weights. */
    private static Model several(String reduction) {
        List<?> layers = List.of(
                layer("dense", "id", "a", "units", 4, "activation", "tanh"),
                layer("dense", "id", "b", "units", 3),
                layer("dense", "id", "c", "units", 3, "inputs", "a", "activation", "mish"),
                layer("concatenate", "id", "d", "inputs", List.of("b", "c", "a")));
        List<?> losses = List.of(
                layer(
                        "mean_squared_error",
                        "name",
                        "first",
                        "weight",
                        0.3,
                        "reduction",
                        reduction,
                        "inputs",
                        List.of("a", "ta")),
                layer(
                        "categorical_crossentropy_from_logits",
                        "name",
                        "second",
                        "weight",
                        2,
                        "reduction",
                        reduction,
                        "inputs",
                        List.of("b", "tb")),
                layer("mean_squared_error", "name", "third", "reduction", reduction, "inputs", List.of("d", "td")),
                // Its divisor is the length of the target.
                layer(
                        "ctc",
                        "name",
                        "fourth",
                        "weight",
                        0.5,
                        "reduction",
                        reduction,
                        "inputs",
                        List.of("e", "label", "steps", "length")));
        List<Object> all = new ArrayList<>(layers);
        all.add(layer("reshape", "id", "e", "inputs", "d", "target_shape", List.of(5, 2)));
        Map<String, Tensor> batch = new LinkedHashMap<>(Map.of(
                "x",
                normal(4, 5),
                "ta",
                normal(4, 4),
                "tb",
                oneHot(4, 3),
                "td",
                uniform(-1, 1, 4, 10),
                "label",
                Tensor.of(Shape.of(4, 2), 1, 1, 1, 0, 1, 1, 1, 0),
                "steps",
                Tensor.of(Shape.of(4), 5, 4, 3, 5),
                "length",
                Tensor.of(Shape.of(4), 2, 1, 2, 1)));
        batch.put("sample_weight", Tensor.of(Shape.of(4), 0.5f, 2, 0.25f, 1));
        return new Model(
                "several losses, " + reduction,
                Twin.spec(Map.of("x", List.of(5)), all, List.of("a", "d"), losses),
                batch);
    }

    /** The model of the contract: does a token occur in the second half as often as in the first? */
    private static Model everything() {
        int n = 6, t = 6, d = 8;
        List<?> layers = List.of(
                layer("embedding", "id", "embed", "input_dim", 5, "output_dim", d, "inputs", "x"),
                layer(
                        "bidirectional",
                        "id",
                        "both",
                        "layer",
                        layer("lstm", "units", d / 2),
                        "inputs",
                        List.of("embed", "mask")),
                layer(
                        "multi_head_attention",
                        "id",
                        "attend",
                        "num_heads",
                        2,
                        "inputs",
                        List.of("both", "both", "both")),
                layer("repeat", "id", "blocks", "times", 2, "layer", dense(d, "mish_block")),
                layer("ode", "id", "ode", "step", 0.5, "layer", dense(d, "tanh")),
                layer("lstm", "id", "last", "units", d, "inputs", List.of("ode", "mask")),
                layer("batch_norm", "id", "norm", "activation", "rrelu", "inputs", "last.h_n"),
                layer("concatenate", "id", "join", "inputs", List.of("norm", "last.c_n")),
                layer("dense", "id", "out", "units", 2));
        return new Model(
                "everything at once",
                Twin.spec(
                        Map.of("x", List.of(t), "mask", List.of(t)),
                        layers,
                        List.of(),
                        List.of(layer("categorical_crossentropy_from_logits"))),
                Map.of("x", indices(5, n, t), "mask", mask(n, t), "target", oneHot(n, 2)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientsAreThoseOfTheReference(Model m) {
        m.twin(new NaiveOps()).compareGradients(true, 0);
        m.twin(new NaiveOps()).compareGradients(false, 0);
    }

    @ParameterizedTest
    @MethodSource("models")
    void predictionsAreThoseOfTheReference(Model m) {
        m.twin(new NaiveOps()).comparePredictions(0);
    }

    @ParameterizedTest
    @MethodSource("models")
    void stepsAreThoseOfTheReference(Model m) {
        m.twin(new NaiveOps()).compareSteps(new Sgd(0.01, 0.9f), 0.05, 5, 0);
        m.twin(new NaiveOps()).compareSteps(new Adam(0.001, 0.9, 0.999, 1e-8), 0.01, 5, 0);
    }

    @ParameterizedTest
    @MethodSource("models")
    void stepsOfAClosureOptimizerAreThoseOfTheReference(Model m) {
        UpdateRule rule = new Lbfgs();
        m.twin(new NaiveOps()).compareSteps(rule, 0.5, 3, 0);
    }

    @ParameterizedTest
    @MethodSource("models")
    void theRealBackendAgreesToFloatTolerance(Model m) {
        try (EjmlOps ops = new EjmlOps(1)) {
            m.twin(ops).compareGradients(true, FLOAT);
            m.twin(ops).comparePredictions(FLOAT);
            m.twin(ops).compareSteps(new Sgd(0.01, 0.9f), 0.02, 3, FLOAT);
        }
    }
}
