package org.fascicle.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.ModelSpec;
import org.fascicle.tensor.Tensor;

/**
 * Dense layers without an activation between them are one dense layer. Finds them in a model, multiplies them out, and
 * says of the others what stands between. Confined to one call.
 */
final class Collapse {
    private final Map<String, ModelSpec.Node> nodes = new LinkedHashMap<>();
    private final Map<String, Integer> uses = new LinkedHashMap<>();
    private final ModelSpec spec;
    private final Map<String, Tensor> weights;
    private final List<Chain> chains = new ArrayList<>();
    private final List<Obstacle> obstacles = new ArrayList<>();

    /** Layers that are one. */
    record Chain(List<String> layers, Affine affine) {}

    /** Why two dense layers that follow each other are not one. */
    record Obstacle(String first, String second, String reason) {}

    /** Both, in the model's order. */
    record Result(List<Chain> chains, List<Obstacle> obstacles) {}

    private Collapse(ModelSpec spec, Map<String, Tensor> weights) {
        this.spec = spec;
        this.weights = weights;
    }

    static Result of(ModelSpec spec, Map<String, Tensor> weights) {
        return new Collapse(spec, weights).find();
    }

    private Result find() {
        for (ModelSpec.Node n : spec.nodes()) {
            nodes.put(n.id(), n);
            for (String i : n.inputs()) uses.merge(id(i), 1, Integer::sum);
        }
        for (String o : spec.outputs()) uses.merge(id(o), 1, Integer::sum);
        Map<String, List<String>> ending = new LinkedHashMap<>();
        for (ModelSpec.Node n : spec.nodes()) {
            if (!dense(n)) continue;
            List<String> before = before(n).map(p -> ending.remove(p)).orElse(null);
            List<String> chain = before == null ? new ArrayList<>() : before;
            chain.add(n.id());
            ending.put(n.id(), chain);
        }
        for (List<String> c : ending.values()) if (c.size() > 1) chains.add(new Chain(List.copyOf(c), product(c)));
        return new Result(List.copyOf(chains), List.copyOf(obstacles));
    }

    /** The dense layer that this one may be multiplied with; notes why not if there is one and it may not. */
    private Optional<String> before(ModelSpec.Node n) {
        ModelSpec.Node at = n;
        String between = null;
        while (at.inputs().size() == 1 && nodes.containsKey(id(at.inputs().get(0)))) {
            at = nodes.get(id(at.inputs().get(0)));
            String function = function(at).orElse(null);
            if (function != null) between = function;
            if (dense(at)) {
                if (between != null) return obstacle(at, n, between + " stands between them, and it is not linear");
                if (uses.get(at.id()) > 1)
                    return obstacle(at, n, "the output of " + at.id() + " is used elsewhere too");
                return Optional.of(at.id());
            }
            if (uses.getOrDefault(at.id(), 0) > 1) return Optional.empty();
            if (function == null && !passing(at)) return Optional.empty();
        }
        return Optional.empty();
    }

    private Optional<String> obstacle(ModelSpec.Node first, ModelSpec.Node second, String reason) {
        obstacles.add(new Obstacle(first.id(), second.id(), reason));
        return Optional.empty();
    }

    private static String id(String reference) {
        int dot = reference.indexOf('.');
        return dot < 0 ? reference : reference.substring(0, dot);
    }

    private static boolean dense(ModelSpec.Node n) {
        return "dense".equals(n.options().get("type"));
    }

    /** Changes nothing when a model predicts. */
    private static boolean passing(ModelSpec.Node n) {
        Object type = n.options().get("type");
        return "linear".equals(type) || "activation".equals(type) || "dropout".equals(type);
    }

    /** What is applied to a node's output and is not linear: its activation, or what the node itself is. */
    private static Optional<String> function(ModelSpec.Node n) {
        Optional<String> own =
                "activation".equals(n.options().get("type")) ? named(n.options().get("function")) : Optional.empty();
        return named(n.options().get("activation")).or(() -> own);
    }

    private static Optional<String> named(Object o) {
        Object type = o instanceof Map<?, ?> m ? m.get("type") : o;
        return Optional.ofNullable(type).map(Object::toString).filter(t -> !t.equals("linear"));
    }

    private Affine product(List<String> layers) {
        Affine product = affine(layers.get(0));
        for (String id : layers.subList(1, layers.size())) product = product.then(affine(id));
        return product;
    }

    /** A dense layer's weights: the only matrix, and the vector if it has a bias. */
    private Affine affine(String id) {
        double[][] w = new double[0][];
        double[] b = new double[0];
        for (Map.Entry<String, Tensor> e : weights.entrySet()) {
            if (!e.getKey().startsWith(id + ".")) continue;
            Tensor t = e.getValue();
            if (t.rank() == 1) b = row(t, 0, t.size());
            if (t.rank() != 2) continue;
            w = new double[t.dim(0)][];
            for (int o = 0; o < w.length; o++) w[o] = row(t, o * t.dim(1), t.dim(1));
        }
        return new Affine(w, b.length == 0 ? new double[w.length] : b);
    }

    private static double[] row(Tensor t, int from, int n) {
        double[] r = new double[n];
        for (int i = 0; i < n; i++) r[i] = t.data()[from + i];
        return r;
    }
}
