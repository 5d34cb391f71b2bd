package org.fascicle.losses;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fascicle.data.DataException;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLoss;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * -w[k] log p[k] for the target class k, where p is the prediction or, from logits, its softmax. With label smoothing s it
 * is (1 - s) times that plus s / C times the sum of -w[c] log p[c] over all classes. The prediction is [N, C] and the
 * target [N] or [N, 1]; or [N, T, C] and [N, T]; or, with {@code axis} 1, [N, C, H, W] and [N, H, W]. The value has the
 * shape of the prediction without the classes; the second output, {@code divisor}, is w[k], or 0 where the target is to be
 * ignored, so that a mean is taken over what counts, as in PyTorch (the class weights of Keras are sample weights).
 * Probabilities as in {@link CategoricalCrossentropy}. A target that is no class is a {@link DataException}. Immutable and
 * thread-safe.
 *
 * @param fromLogits the prediction comes before the softmax: computed in the stable form
 * @param labelSmoothing s, from 0 to 1
 * @param classWeights w, empty for 1; a mean is divided by the sum of those of the targets
 * @param ignoreIndex targets of this value count nothing
 * @param axis the axis of the classes
 */
public record SparseCategoricalCrossentropy(
        boolean fromLogits, float labelSmoothing, Weights classWeights, int ignoreIndex, int axis) implements Loss {
    @Override
    public List<Port> inputs() {
        return List.of(Port.value("prediction"), Port.index("target"));
    }

    @Override
    public List<String> outputs() {
        return List.of("value", "divisor");
    }

    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0), t = in.get(1);
        ClassRows rows = ClassRows.of(x, axis);
        Shape value = ClassRows.without(x, axis);
        if (!t.equals(value) && !t.equals(x.with(axis, 1))) {
            throw new ShapeException("target " + t + " must be class indices " + value + " for prediction " + x
                    + " with classes on axis " + axis + remedy(x, t));
        }
        if (classWeights.size() != 0 && classWeights.size() != rows.classes()) {
            throw new ShapeException("class_weight has " + classWeights.size()
                    + " numbers, expected one for each of the " + rows.classes() + " classes of prediction " + x);
        }
        Plan p = Plan.of(value, value);
        return fromLogits ? p.keep("softmax", rows.shape()).reads(1) : p.reads(0, 1);
    }

    private static String remedy(Shape x, Shape t) {
        if (x.equals(t)) return "; take categorical_crossentropy for one-hot targets";
        boolean first = x.rank() > 2 && t.equals(ClassRows.without(x, 1));
        return first ? "; set axis = 1 for channels first" : "";
    }

    @Override
    public Optional<Loss> fromLogits(String activation) {
        return !fromLogits && axis == -1 && activation.equals("softmax")
                ? Optional.of(new SparseCategoricalCrossentropy(true, labelSmoothing, classWeights, ignoreIndex, axis))
                : Optional.empty();
    }

    @Override
    public void forward(Pass p) {
        ClassRows rows = ClassRows.of(p.input(0).shape(), axis);
        int count = rows.count(), classes = rows.classes();
        check(p.input(1), classes);
        Tensor prediction = rows.of(p, p.input(0));
        float[] x = prediction.data(),
                t = p.input(1).data(),
                v = p.output(0).data(),
                divisor = p.output(1).data();
        float[] max = p.scratch(count).data(), log = p.scratch(count).data();
        if (fromLogits) rows.softmax(p, p.kept("softmax"), prediction, max, log);
        for (int r = 0; r < count; r++) {
            if (t[r] == ignoreIndex) {
                v[r] = 0;
                divisor[r] = 0;
                continue;
            }
            int k = (int) t[r], at = r * classes;
            double own =
                    fromLogits ? log[r] - (double) (x[at + k] - max[r]) : -Math.log(Probability.positive(x[at + k]));
            double all = 0;
            for (int c = 0; c < classes && labelSmoothing != 0; c++) {
                all += classWeights.get(c)
                        * (fromLogits
                                ? log[r] - (double) (x[at + c] - max[r])
                                : -Math.log(Probability.positive(x[at + c])));
            }
            float weight = classWeights.get(k);
            v[r] = (float) ((1 - labelSmoothing) * weight * own + labelSmoothing / classes * all);
            divisor[r] = weight;
        }
    }

    @Override
    public void backward(Pass p) {
        Sink sink = p.inputGradient(0);
        if (!p.hasOutputGradient(0)) {
            // Only the divisor was used, and it does not depend on the prediction.
            sink.accumulator();
            return;
        }
        ClassRows rows = ClassRows.of(sink.tensor().shape(), axis);
        int count = rows.count(), classes = rows.classes();
        Tensor gradient = rows.gradient(p, sink);
        float[] dv = p.outputGradient(0).data(), t = p.input(1).data(), g = gradient.data();
        float[] w = p.scratch(classes).data(), s = (fromLogits ? p.kept("softmax") : rows.of(p, p.input(0))).data();
        float each = labelSmoothing / classes, all = classWeights.sum(classes);
        for (int c = 0; c < classes; c++) w[c] = each * classWeights.get(c);
        for (int r = 0; r < count; r++) {
            int at = r * classes, k = (int) t[r];
            if (t[r] == ignoreIndex) {
                Arrays.fill(g, at, at + classes, 0);
                continue;
            }
            float d = dv[r], own = (1 - labelSmoothing) * classWeights.get(k);
            if (fromLogits) {
                float total = own + each * all;
                for (int c = 0; c < classes; c++) g[at + c] = d * (total * s[at + c] - w[c]);
                g[at + k] = d * (total * s[at + k] - w[k] - own);
            } else {
                for (int c = 0; c < classes; c++) g[at + c] = -d * (w[c] / Probability.positive(s[at + c]));
                g[at + k] = -d * ((w[k] + own) / Probability.positive(s[at + k]));
            }
        }
        rows.put(p, sink, gradient);
    }

    private void check(Tensor target, int classes) {
        float[] t = target.data();
        for (int i = 0, n = target.size(); i < n; i++) {
            float k = t[i];
            if (k >= 0 && k < classes && k == (int) k || k == ignoreIndex) continue;
            throw new DataException("target " + position(target.shape(), i)
                    + " must be a class, a whole number from 0 to " + (classes - 1) + ", or ignore_index = "
                    + ignoreIndex + ", got " + k + "; mend the labels or give the prediction more classes");
        }
    }

    private static String position(Shape s, int index) {
        int[] at = new int[s.rank()];
        for (int a = at.length - 1, rest = index; a >= 0; rest /= s.dim(a--)) at[a] = rest % s.dim(a);
        return Arrays.toString(at);
    }

    /**
     * Options {@code from_logits} (false), {@code label_smoothing} (0), {@code class_weight} (none: 1), {@code ignore_index}
     * (-100), {@code axis} (-1).
     */
    @Component
    @FascicleLoss("sparse_categorical_crossentropy")
    public static final class Factory implements Layer.Factory {
        @Override
        public SparseCategoricalCrossentropy create(Config c) {
            return new SparseCategoricalCrossentropy(
                    c.flag("from_logits", false),
                    (float) c.real("label_smoothing", 0, Range.UNIT),
                    Weights.of(c.reals("class_weight", new double[0], Range.NOT_NEGATIVE)),
                    c.integer("ignore_index", -100, Range.between(-(1 << 24), 1 << 24)),
                    c.integer("axis", -1, Range.ANY));
        }
    }
}
