package org.fascicle.runtime.live;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fascicle.model.Difference;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Port;
import org.fascicle.runtime.graph.Program;
import org.fascicle.runtime.graph.WeightSet;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/**
 * Two samples that are the same each time a model is asked: drawn by the inputs' names, as the ports want them. Where that
 * does not suit the model, another form may: a larger size for open dimensions, whole numbers everywhere. Immutable.
 */
record Probe(ModelSpec spec) {
    private static final int SAMPLES = 2;
    /** Many divisors, so that strides and pools fit; the larger is what programs are planned with. */
    private static final int SMALL = 32, LARGE = 480;
    /** At most so many numbers of an output are kept. */
    private static final int KEPT = 4096;

    /** What the inputs are like. */
    record Form(int open, boolean whole) {}

    /** What was answered in this form on these weights: code that has left is not among it. */
    record Answers(Form form, WeightSet weights, Map<String, float[]> outputs) {
        Difference difference(Answers other) {
            Difference d = Difference.NONE;
            for (Map.Entry<String, float[]> e : outputs.entrySet())
                d = d.max(Difference.of(e.getValue(), other.outputs.get(e.getKey())));
            return d;
        }
    }

    /** Asks in the first form that suits. */
    Answers ask(Program p, WeightSet w, BooleanSupplier closed) {
        RuntimeException first = null;
        for (Form f : forms()) {
            try {
                return ask(p, w, f, closed);
            } catch (RuntimeException e) {
                if (closed.getAsBoolean()) throw e;
                if (first == null) first = e;
            }
        }
        throw first;
    }

    private List<Form> forms() {
        boolean open = spec.inputs().stream().anyMatch(i -> i.dims().contains(-1));
        List<Form> forms = new ArrayList<>(List.of(new Form(SMALL, false), new Form(SMALL, true)));
        if (open) forms.addAll(List.of(new Form(LARGE, false), new Form(LARGE, true)));
        return forms;
    }

    Answers ask(Program p, WeightSet w, Form f, BooleanSupplier closed) {
        Map<String, Tensor> batch = new LinkedHashMap<>();
        for (ModelSpec.Input i : spec.inputs()) {
            Port.Role role = p.blueprint().role(i.name());
            boolean numbers = role == Port.Role.VALUE || role == Port.Role.CONSTANT;
            batch.put(i.name(), drawn(i, f.open(), f.whole() && numbers ? Port.Role.INDEX : role));
        }
        Map<String, float[]> outputs = new LinkedHashMap<>();
        p.probe(w, batch, closed).forEach((name, t) -> outputs.put(name, kept(t)));
        return new Answers(f, w, outputs);
    }

    private static Tensor drawn(ModelSpec.Input input, int open, Port.Role role) {
        Tensor t = Tensor.zeros(
                Shape.of(input.dims().stream().mapToInt(d -> d < 0 ? open : d).toArray())
                        .prepend(SAMPLES));
        Draws draws = Philox.of(0, "probe." + input.name(), 0, 0, 0);
        float[] x = t.data();
        switch (role) {
            case VALUE -> draws.normal(x, 0, x.length);
            case CONSTANT -> draws.uniform(x, 0, x.length);
            // How many there are is not known; the first two there nearly always are.
            case INDEX -> {
                for (int k = 0; k < x.length; k++) x[k] = draws.uniform(k) < 0.5f ? 0 : 1;
            }
            case MASK, LENGTH -> t.fill(1);
        }
        return t;
    }

    /** All numbers, or so many in even steps. */
    private static float[] kept(Tensor t) {
        int n = t.size(), step = Math.max(1, (n + KEPT - 1) / KEPT);
        float[] y = new float[(n + step - 1) / step];
        for (int i = 0; i < y.length; i++) y[i] = t.data()[i * step];
        return y;
    }
}
