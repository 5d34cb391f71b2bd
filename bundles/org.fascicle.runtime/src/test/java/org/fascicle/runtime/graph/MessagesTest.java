package org.fascicle.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.tck.Samples.normal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fascicle.data.DataException;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.third.Sgd;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong is said in one line: where, what, expected, got. */
class MessagesTest {
    private static final Map<String, Object> X = Map.of("x", List.of(5));

    private static ModelSpec chain(Object... layers) {
        return Twin.spec(X, List.of(layers), List.of(), List.of("mean_squared_error"));
    }

    private static Object dense(Object... more) {
        Map<String, Object> d = layer("dense", "units", 2);
        for (int i = 0; i < more.length; i += 2) d.put((String) more[i], more[i + 1]);
        return d;
    }

    /** Does what it should not, one thing at a time. */
    private record Wrong(String how) implements Layer {
        @Override
        public List<Port> inputs() {
            return how.equals("many in front")
                    ? List.of(Port.value("x").many(), Port.value("z"))
                    : List.of(Port.value("x"), Port.mask("mask"));
        }

        @Override
        public Plan plan(Shapes in) {
            Shape x = in.get(0);
            Plan p = Plan.of(x).param(Param.scale("w", 1, 1)).keep("k", x);
            return switch (how) {
                case "outputs" -> Plan.of(x, x);
                case "epilogue" -> p.trait(Trait.EPILOGUE).readsOutputs(0);
                case "twice" -> p.param(Param.bias("w", 1));
                default -> p;
            };
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.input(0));
            switch (how) {
                case "kept" -> p.kept("other");
                case "parameter" -> p.parameter("other");
                case "state" -> p.state("other");
                case "absent" -> p.input(1);
                case "bug" -> throw new IndexOutOfBoundsException("Index 7");
                case "where" -> throw new FascicleException("this is odd");
                default -> {}
            }
        }

        @Override
        public void backward(Pass p) {
            if (!how.equals("lazy input")) p.inputGradient(0).put(p.outputGradient(0));
            if (!how.equals("lazy parameter")) p.gradient("w").accumulator();
            if (how.equals("gradient")) p.outputGradient(1);
            if (how.equals("sink")) Sink.set(p.input(0)).put(Tensor.zeros(1));
        }
    }

    private static Stream<Arguments> specs() {
        return Stream.of(
                Arguments.of(
                        chain(dense("id", "a", "inputs", "b"), dense("id", "b", "inputs", "a")),
                        ConfigException.class,
                        "m: these nodes wait for each other: [a[b], b[a]]"),
                Arguments.of(
                        chain(dense("id", "a", "inputs", "a")),
                        ConfigException.class,
                        "m: these nodes wait for each other: [a[a]]"),
                Arguments.of(
                        chain(dense(), dense("inputs", "nix")),
                        ConfigException.class,
                        "dense2 of m: its input nix is neither a node nor an input of the model; known are [dense1, dense2, x]"),
                Arguments.of(
                        chain(dense(), dense("inputs", "dense1.nix")),
                        ConfigException.class,
                        "dense2 of m: its input dense1.nix does not exist; dense1 has the outputs [y]"),
                Arguments.of(
                        chain(dense("inputs", "x.y")),
                        ConfigException.class,
                        "dense1 of m: its input x.y does not exist; x has no named outputs"),
                Arguments.of(
                        Twin.spec(X, List.of(dense()), List.of("nix"), List.of()),
                        ConfigException.class,
                        "m: output nix is neither a node nor an input; known are [x, dense1]"),
                Arguments.of(
                        Twin.spec(
                                X,
                                List.of(dense()),
                                List.of(),
                                List.of(
                                        layer("mean_squared_error", "name", "a"),
                                        layer("mean_squared_error", "name", "a"))),
                        ConfigException.class,
                        "m: two losses are called a; give one another name"),
                Arguments.of(
                        chain(layer("multi_head_attention", "num_heads", 1)),
                        FascicleException.class,
                        "multi_head_attention1 of m: multi_head_attention needs an input key; its inputs are [query, key, value, mask]"),
                Arguments.of(
                        chain(dense("inputs", List.of("x", "x"))),
                        FascicleException.class,
                        "dense1 of m: dense takes 1 inputs [x], got 2"),
                Arguments.of(
                        chain(dense("inputs", "")),
                        FascicleException.class,
                        "dense1 of m: dense needs an input x; its inputs are [x]"),
                Arguments.of(
                        chain(layer("maxout")),
                        ShapeException.class,
                        "maxout1 of m: channels must be a multiple of pieces = 2, got 5"),
                Arguments.of(
                        chain(dense("activation", layer("maxout", "pieces", 3))),
                        ShapeException.class,
                        "dense1 of m: channels must be a multiple of pieces = 3, got 2"),
                Arguments.of(
                        chain(layer("lstm", "units", 3)),
                        ShapeException.class,
                        "lstm1 of m: input 0 must be [N, T, F], got [1, 5]; add a reshape before it"),
                Arguments.of(
                        chain(layer("ode", "layer", dense())),
                        ShapeException.class,
                        "ode1 of m: the function must keep the shape [1, 5], it gives [1, 2]"),
                Arguments.of(
                        chain(layer("wrong", "how", "outputs")),
                        FascicleException.class,
                        "wrong1 of m: the plan has 2 outputs, the layer names [y]"),
                Arguments.of(
                        chain(layer("wrong", "how", "epilogue")),
                        FascicleException.class,
                        "wrong1 of m: a layer with the EPILOGUE trait cannot read output 0 in backward"),
                Arguments.of(
                        chain(layer("wrong", "how", "twice")),
                        ConfigException.class,
                        "wrong1 of m: wrong1.w: one parameter cannot be both w [1] SCALE and w [1] BIAS"),
                Arguments.of(
                        chain(layer("wrong", "how", "many in front", "inputs", List.of("x", "x"))),
                        FascicleException.class,
                        "wrong1 of m: only the last port may take many inputs, not x"),
                Arguments.of(
                        Twin.spec(
                                Map.of("x", java.util.Arrays.asList(3, null)), List.of(dense()), List.of(), List.of()),
                        ShapeException.class,
                        "dense1.kernel of m: the parameter depends on an open dimension of the input; give that dimension, or pool over it"),
                Arguments.of(
                        Twin.spec(
                                Map.of("x", java.util.Arrays.asList(3, null)),
                                List.of(layer("reshape", "target_shape", List.of(7, -1))),
                                List.of(),
                                List.of()),
                        ShapeException.class,
                        "reshape1 of m: target_shape [7, -1] needs a multiple of 7 numbers a sample, got 1440 from input [1, 3, 480]; tried with 480 for ?"));
    }

    private static Parts parts() {
        return Twin.parts().with(Kind.LAYER, "wrong", (Layer.Factory) c -> new Wrong(c.text("how")));
    }

    private static void fails(Throwable t, Class<?> type, String message) {
        assertThat(t).isExactlyInstanceOf(type).hasMessage(message);
        assertThat(t.getMessage()).doesNotContain("\n");
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("specs")
    void whatCannotBePutTogether(ModelSpec spec, Class<?> type, String message) {
        fails(catchThrowable(() -> Twin.program("m", parts(), spec, new NaiveOps())), type, message);
    }

    private static Map<String, Tensor> batch(Object... namesAndTensors) {
        Map<String, Tensor> b = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTensors.length; i += 2)
            b.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
        return b;
    }

    private static Stream<Arguments> batches() {
        ModelSpec plain = chain(dense());
        Map<String, Object> two = new LinkedHashMap<>();
        two.put("x", List.of(5));
        two.put("z", java.util.Arrays.asList(null, 3));
        ModelSpec both = Twin.spec(
                two,
                List.of(layer("lstm", "units", 2, "inputs", "z"), dense("inputs", "x")),
                List.of("dense1"),
                List.of(layer("mean_squared_error")));
        ModelSpec words = Twin.spec(
                Map.of("ids", List.of(3)),
                List.of(layer("embedding", "input_dim", 4, "output_dim", 2)),
                List.of(),
                List.of("mean_squared_error"));
        Tensor x = normal(4, 5), target = normal(4, 2);
        return Stream.of(
                Arguments.of(plain, batch("y", x), ShapeException.class, "m: input x [N, 5] is missing; given are [y]"),
                Arguments.of(
                        plain,
                        batch("x", normal(4, 6), "target", target),
                        ShapeException.class,
                        "m: input x must be [N, 5], N samples first, got [4, 6]"),
                Arguments.of(
                        plain,
                        batch("x", normal(5)),
                        ShapeException.class,
                        "m: input x must be [N, 5], N samples first, got [5]"),
                Arguments.of(
                        plain,
                        batch("x", Tensor.zeros(0, 5), "target", target),
                        ShapeException.class,
                        "m: a batch must have at least one sample"),
                Arguments.of(
                        both,
                        batch("x", x, "z", normal(4, 7, 2)),
                        ShapeException.class,
                        "m: input z must be [N, ?, 3], N samples first, got [4, 7, 2]"),
                Arguments.of(
                        both,
                        batch("x", x, "z", normal(3, 7, 3)),
                        ShapeException.class,
                        "m: all inputs must have the same batch size, got 4 and 3"),
                Arguments.of(plain, batch("x", x), FascicleException.class, "m: a batch must bring [target], got [x]"),
                Arguments.of(
                        plain,
                        batch("x", x, "target", normal(4, 3)),
                        ShapeException.class,
                        "loss mean_squared_error of m: prediction [4, 2] and target [4, 3] must have the same shape"),
                Arguments.of(
                        plain,
                        batch("x", x, "target", target, "sample_weight", Tensor.zeros(3)),
                        ShapeException.class,
                        "m: sample_weight must have one number for each of 4 samples, got [3]"),
                Arguments.of(
                        words,
                        batch("ids", Tensor.of(Shape.of(1, 3), 0, 1.5f, 2), "target", normal(1, 3, 2)),
                        DataException.class,
                        "embedding1 of m: input x must be whole numbers below 2^24, got 1.5 at index 1 of [1, 3]"),
                Arguments.of(
                        words,
                        batch("ids", Tensor.of(Shape.of(1, 3), 0, 1, Float.NaN), "target", normal(1, 3, 2)),
                        DataException.class,
                        "embedding1 of m: input x must be whole numbers below 2^24, got NaN at index 2 of [1, 3]"),
                wrong("kept", "kept tensors of wrong1: \"other\" was not declared in the plan; declared are [k]"),
                wrong("parameter", "parameters of wrong1: \"other\" was not declared in the plan; declared are [w]"),
                wrong("state", "states of wrong1: \"other\" was not declared in the plan; declared are []"),
                wrong("absent", "wrong1: input mask is absent; ask has(1) first"),
                wrong("where", "wrong1: this is odd"),
                wrong("bug", "wrong1 of m: wrong failed in forward: java.lang.IndexOutOfBoundsException: Index 7"),
                wrong("lazy input", "wrong1: backward of wrong did not fill the gradient of input x"),
                wrong("lazy parameter", "wrong1: backward of wrong did not fill the gradient of w"),
                Arguments.of(
                        chain(dense(), layer("wrong", "how", "sink")),
                        batch("x", x, "target", target),
                        ShapeException.class,
                        "wrong1: set: [4, 2] from [1]"));
    }

    private static Arguments wrong(String how, String message) {
        return Arguments.of(
                chain(dense(), layer("wrong", "how", how)),
                batch("x", normal(4, 5), "target", normal(4, 2)),
                FascicleException.class,
                message);
    }

    @ParameterizedTest(name = "{3}")
    @MethodSource("batches")
    void whatCannotBeLearned(ModelSpec spec, Map<String, Tensor> batch, Class<?> type, String message) {
        Program program = Twin.program("m", parts(), spec, new NaiveOps());
        WeightSet w = WeightSet.initial(program.layout(), 1, new NaiveAlgebra());
        Training t = new Training("m", w, 1);
        Sgd rule = new Sgd(0.1, 0);
        t.slots(rule);
        fails(
                catchThrowable(() -> t.step(program, rule, batch, 0.1, Double.POSITIVE_INFINITY, () -> false)),
                type,
                message);
        assertThat(t.steps()).isZero();
    }

    private static Stream<Arguments> layouts() {
        return Stream.of(
                Arguments.of(
                        chain(layer("dense", "units", 3)),
                        "dense1.kernel: the model's parameter is kernel [2, 5] WEIGHT, the code wants kernel [3, 5] WEIGHT; weights untouched"),
                Arguments.of(
                        chain(dense("use_bias", false)),
                        "dense1.bias: the code has no such parameter any more; weights untouched"),
                Arguments.of(
                        chain(dense(), dense()),
                        "dense2.kernel: the model has no parameter of this name; weights untouched"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("layouts")
    void whatDoesNotFitTheWeights(ModelSpec spec, String message) {
        Layout layout =
                Twin.program("m", parts(), chain(dense()), new NaiveOps()).layout();
        Blueprint b = Twin.blueprint("m", parts(), spec, new NaiveOps());
        fails(catchThrowable(() -> new Program(b, Optional.of(layout))), ConfigException.class, message);
    }

    private static Stream<Arguments> weights() {
        return Stream.of(
                Arguments.of(
                        Map.of("dense1.kernel", normal(2, 5)),
                        "m: weights: dense1.bias [2] is not among [dense1.kernel]"),
                Arguments.of(
                        Map.of("dense1.kernel", normal(5, 2), "dense1.bias", normal(2)),
                        "m: weights: dense1.kernel must be [2, 5], got [5, 2]"),
                Arguments.of(
                        Map.of("dense1.kernel", normal(2, 5), "dense1.bias", normal(2), "more", normal(2)),
                        "m: weights: there is no parameter more"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("weights")
    void weightsThatAreNotTheModels(Map<String, Tensor> numbers, String message) {
        Layout layout =
                Twin.program("m", parts(), chain(dense()), new NaiveOps()).layout();
        fails(catchThrowable(() -> WeightSet.of("m", layout, numbers, 1)), ConfigException.class, message);
    }
}
