package org.fascicle.losses;

import java.util.Optional;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLoss;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * -sum over classes of t log p, where p is the prediction or, from logits, its softmax; t is the target (one-hot, or any
 * distribution) pulled towards 1/C by label smoothing: t (1 - s) + s / C. Prediction and target are [N, C], [N, T, C] or,
 * with {@code axis} 1, [N, C, H, W]; the value has the same shape without the classes. Probabilities are neither
 * normalised nor clipped, but 0 counts as the smallest normal number, so that a class costs 87.3 at most. Immutable and
 * thread-safe.
 *
 * @param fromLogits the prediction comes before the softmax: computed in the stable form
 * @param labelSmoothing s, from 0 to 1
 * @param axis the axis of the classes
 */
public record CategoricalCrossentropy(boolean fromLogits, float labelSmoothing, int axis) implements Loss {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0), t = in.get(1);
        ClassRows rows = ClassRows.of(x, axis);
        if (!x.equals(t)) {
            throw new ShapeException("target " + t + " must have the shape of the prediction " + x
                    + (t.size() == rows.count() ? "; take sparse_categorical_crossentropy for class indices" : ""));
        }
        Plan p = Plan.of(ClassRows.without(x, axis));
        return fromLogits ? p.keep("softmax", rows.shape()).reads(1) : p.reads(0, 1);
    }

    @Override
    public Optional<Loss> fromLogits(String activation) {
        return !fromLogits && axis == -1 && activation.equals("softmax")
                ? Optional.of(new CategoricalCrossentropy(true, labelSmoothing, axis))
                : Optional.empty();
    }

    @Override
    public void forward(Pass p) {
        ClassRows rows = ClassRows.of(p.input(0).shape(), axis);
        int count = rows.count(), classes = rows.classes();
        Tensor prediction = rows.of(p, p.input(0));
        float[] x = prediction.data(),
                t = rows.of(p, p.input(1)).data(),
                v = p.output(0).data();
        float[] max = p.scratch(count).data(), log = p.scratch(count).data();
        if (fromLogits) rows.softmax(p, p.kept("softmax"), prediction, max, log);
        for (int r = 0, i = 0; r < count; r++) {
            double sum = 0;
            for (int to = i + classes; i < to; i++) {
                float q = smoothed(t[i], classes);
                // A class that does not count may have probability 0.
                if (q != 0)
                    sum += q * (fromLogits ? log[r] - (double) (x[i] - max[r]) : -Math.log(Probability.positive(x[i])));
            }
            v[r] = (float) sum;
        }
    }

    @Override
    public void backward(Pass p) {
        Sink sink = p.inputGradient(0);
        ClassRows rows = ClassRows.of(sink.tensor().shape(), axis);
        int count = rows.count(), classes = rows.classes();
        Tensor gradient = rows.gradient(p, sink);
        float[] dv = p.outputGradient(0).data(), t = rows.of(p, p.input(1)).data(), g = gradient.data();
        if (fromLogits) {
            float[] s = p.kept("softmax").data();
            for (int r = 0; r < count; r++) {
                double sum = 0;
                for (int i = r * classes, to = i + classes; i < to; i++) sum += smoothed(t[i], classes);
                float total = (float) sum, d = dv[r];
                for (int i = r * classes, to = i + classes; i < to; i++)
                    g[i] = d * (total * s[i] - smoothed(t[i], classes));
            }
        } else {
            float[] x = rows.of(p, p.input(0)).data();
            for (int r = 0, i = 0; r < count; r++) {
                float d = dv[r];
                for (int to = i + classes; i < to; i++)
                    g[i] = -d * (smoothed(t[i], classes) / Probability.positive(x[i]));
            }
        }
        rows.put(p, sink, gradient);
    }

    private float smoothed(float t, int classes) {
        return t * (1 - labelSmoothing) + labelSmoothing / classes;
    }

    /** Options {@code from_logits} (false), {@code label_smoothing} (0), {@code axis} (-1). */
    @Component
    @FascicleLoss("categorical_crossentropy")
    public static final class Factory implements Layer.Factory {
        @Override
        public CategoricalCrossentropy create(Config c) {
            return new CategoricalCrossentropy(
                    c.flag("from_logits", false),
                    (float) c.real("label_smoothing", 0, Range.UNIT),
                    c.integer("axis", -1, Range.ANY));
        }
    }
}
