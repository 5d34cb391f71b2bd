package org.fascicle.runtime.graph;

import static org.fascicle.runtime.live.Workbench.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tck.third.Adam;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;

/**
 * Views and layers that work in place, wherever they stand: on values with several consumers, on values that are outputs or
 * have a loss, on views of inputs. The reference executor shares nothing, so it must give the same bits.
 */
class SharingTest {
    private static final int GRAPHS = Integer.getInteger("fascicle.graphs", 300);
    private static final int BATCH = 3;
    /** Every value has twelve numbers a sample, so that every node fits every value. */
    private static final List<List<Integer>> FORMS =
            List.of(List.of(12), List.of(3, 4), List.of(2, 6), List.of(4, 3), List.of(2, 2, 3));

    private static final Parts PARTS =
            Twin.parts().with(Kind.LAYER, "negate", new Negate()).with(Kind.LAYER, "square", new Square());

    /** y = -x in place; needs nothing in backward. */
    private static final class Negate implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).trait(Trait.IN_PLACE);
        }

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data(), y = p.output(0).data();
            for (int i = 0, n = p.output(0).size(); i < n; i++) y[i] = -x[i];
        }

        @Override
        public void backward(Pass p) {
            float[] dx = p.inputGradient(0).accumulator(),
                    dy = p.outputGradient(0).data();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] -= dy[i];
        }
    }

    /** y = x² / 4, which may work in place and yet reads its input in backward: then it must not. */
    private static final class Square implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).trait(Trait.IN_PLACE);
        }

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data(), y = p.output(0).data();
            for (int i = 0, n = p.output(0).size(); i < n; i++) y[i] = x[i] * x[i] / 4;
        }

        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dx = p.inputGradient(0).accumulator(),
                    dy = p.outputGradient(0).data();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += x[i] / 2 * dy[i];
        }
    }

    /** A random graph: the same for the same seed. */
    private static final class Sketch {
        private record Node(String id, List<Integer> form) {}

        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        private final List<Object> layers = new ArrayList<>();
        private final Map<String, Object> inputs = new LinkedHashMap<>();
        private final Map<String, Tensor> batch = new LinkedHashMap<>();

        Sketch(long seed) {
            random = new Random(seed);
        }

        Twin twin() {
            for (int i = 0, n = 1 + random.nextInt(2); i < n; i++) {
                List<Integer> form = form();
                inputs.put("x" + i, form);
                nodes.add(new Node("x" + i, form));
                bring("x" + i, form);
            }
            for (int i = 0, n = 2 + random.nextInt(10); i < n; i++) grow();
            List<String> outputs = new ArrayList<>(List.of(last().id));
            for (Node v : nodes) if (random.nextInt(4) == 0 && !outputs.contains(v.id)) outputs.add(v.id);
            List<Object> losses = new ArrayList<>();
            for (int i = 0, n = 1 + random.nextInt(3); i < n; i++) {
                Node v = i == 0 ? last() : pick(nodes);
                losses.add(layer("mean_squared_error", "inputs", List.of(v.id, "t" + i), "weight", 0.5 + i));
                bring("t" + i, v.form);
            }
            return new Twin(PARTS, Twin.spec(inputs, layers, outputs, losses), new NaiveOps(), batch);
        }

        private void grow() {
            Node x = pick(nodes);
            int width = x.form.get(x.form.size() - 1);
            switch (random.nextInt(9)) {
                case 0 -> {
                    Map<String, Object> dense = layer("dense", "units", width);
                    if (random.nextBoolean())
                        dense.put(
                                "activation", pick(List.of("tanh", "mish", "softmax", "leaky_relu", "prelu", "relu")));
                    add(dense, x.form, x);
                }
                case 1, 2 -> add(layer(pick(List.of("tanh", "sigmoid", "leaky_relu", "relu"))), x.form, x);
                case 3 -> add(layer(pick(List.of("mish", "softmax", "prelu", "rrelu"))), x.form, x);
                case 4 -> add(layer("negate"), x.form, x);
                case 5 -> add(layer("square"), x.form, x);
                case 6 -> {
                    if (random.nextBoolean()) add(layer("flatten"), FORMS.get(0), x);
                    List<Integer> form = form();
                    add(layer("reshape", "target_shape", form), form, x);
                }
                case 7 -> add(layer("add"), x.form, x, partner(x), partner(x));
                default -> {
                    List<Integer> wide = new ArrayList<>(x.form);
                    wide.set(wide.size() - 1, 2 * width);
                    add(layer("concatenate"), wide, x, partner(x));
                    Node joined = nodes.remove(nodes.size() - 1);
                    add(layer("dense", "units", width), x.form, joined);
                }
            }
        }

        private void add(Map<String, Object> options, List<Integer> form, Node... from) {
            String id = "n" + layers.size();
            options.put("id", id);
            options.put("inputs", List.of(from).stream().map(Node::id).toList());
            layers.add(options);
            nodes.add(new Node(id, form));
        }

        private Node partner(Node x) {
            return pick(nodes.stream().filter(v -> v.form.equals(x.form)).toList());
        }

        private void bring(String name, List<Integer> form) {
            Tensor t = Tensor.zeros(
                    Shape.of(form.stream().mapToInt(d -> d).toArray()).prepend(BATCH));
            for (int i = 0; i < t.size(); i++) t.data()[i] = (float) random.nextGaussian();
            batch.put(name, t);
        }

        private Node last() {
            return nodes.get(nodes.size() - 1);
        }

        /** Late ones more often, for deep graphs. */
        private <T> T pick(List<T> list) {
            int n = list.size();
            return list.get(random.nextBoolean() ? random.nextInt(n) : n - 1 - random.nextInt(Math.min(2, n)));
        }

        private List<Integer> form() {
            return FORMS.get(random.nextInt(FORMS.size()));
        }
    }

    @Test
    void randomGraphsGiveTheBitsOfTheReference() {
        for (long seed = 0; seed < GRAPHS; seed++) {
            Twin t = new Sketch(seed).twin();
            try {
                t.comparePredictions(0);
                t.compareGradients(true, 0);
                t.compareGradients(false, 0);
                t.compareSteps(new Adam(0.001, 0.9, 0.999, 1e-8), 0.01, 2, 0);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("graph " + seed + " " + t.spec.tree() + ": " + e.getMessage(), e);
            }
        }
    }
}
