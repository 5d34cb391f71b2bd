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
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * -(w t log p + (1 - t) log(1 - p)), averaged over a sample, where p is the prediction or, from logits, its sigmoid; t is
 * the target, 0 to 1, pulled towards 1/2 by label smoothing: t (1 - s) + s / 2. Prediction and target have the same
 * shape. Probabilities are not clipped, but 0 counts as the smallest normal number, so that the loss is at most 87.3 w.
 * Immutable and thread-safe.
 *
 * @param fromLogits the prediction comes before the sigmoid: computed in the stable form
 * @param labelSmoothing s, from 0 to 1
 * @param positiveWeights w, empty for 1: one number, or one for each channel of axis 1
 */
public record BinaryCrossentropy(boolean fromLogits, float labelSmoothing, Weights positiveWeights) implements Loss {
    private static final SoftplusTail TAIL = new SoftplusTail();

    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0), t = in.get(1);
        if (x.rank() == 0 || t.rank() == 0 || x.size() != t.size() || x.dim(0) != t.dim(0)) {
            throw new ShapeException("prediction " + x + " and target " + t + " must have the same shape");
        }
        int weights = positiveWeights.size();
        if (weights > 1 && (x.rank() < 2 || x.dim(1) != weights)) {
            throw new ShapeException("pos_weight has " + weights
                    + " numbers, expected one for each channel of axis 1 of prediction " + x + ", or a single one");
        }
        return Plan.of(Shape.of(x.dim(0))).reads(0, 1);
    }

    @Override
    public Optional<Loss> fromLogits(String activation) {
        return !fromLogits && activation.equals("sigmoid")
                ? Optional.of(new BinaryCrossentropy(true, labelSmoothing, positiveWeights))
                : Optional.empty();
    }

    @Override
    public void forward(Pass p) {
        Tensor prediction = p.input(0), value = p.output(0);
        float[] t = p.input(1).data(), v = value.data();
        Tensor positive = p.scratch(prediction.shape()), negative = p.scratch(prediction.shape());
        logarithms(p, prediction, positive, negative);
        float[] a = positive.data(), b = negative.data();
        int samples = value.size(),
                m = prediction.size() / Math.max(1, samples),
                channels = channels(),
                inner = m / channels;
        for (int i = 0, at = 0; i < samples; i++) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                float weight = positiveWeights.get(c);
                for (int to = at + inner; at < to; at++) {
                    float s = smoothed(t[at]);
                    sum += weight * s * a[at] + (1 - s) * b[at];
                }
            }
            v[i] = (float) (sum / m);
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor prediction = p.input(0);
        float[] x = prediction.data(),
                t = p.input(1).data(),
                dv = p.outputGradient(0).data();
        float[] dx = p.inputGradient(0).accumulator();
        int samples = p.outputGradient(0).size(),
                m = prediction.size() / Math.max(1, samples),
                channels = channels(),
                inner = m / channels;
        Tensor sigmoid = p.scratch(prediction.shape());
        if (fromLogits) p.kernel(Elementary.SIGMOID).apply(sigmoid, prediction);
        float[] q = sigmoid.data();
        for (int i = 0, at = 0; i < samples; i++) {
            float d = dv[i] / m;
            for (int c = 0; c < channels; c++) {
                float weight = positiveWeights.get(c);
                for (int to = at + inner; at < to; at++) {
                    float s = smoothed(t[at]);
                    dx[at] += Flush.tiny(
                            fromLogits
                                    ? d * ((1 - s) * q[at] - weight * s * (1 - q[at]))
                                    : d
                                            * ((1 - s) / Probability.positive(1 - x[at])
                                                    - weight * s / Probability.positive(x[at])));
                }
            }
        }
    }

    /** -log p and -log(1 - p). */
    private void logarithms(Pass p, Tensor prediction, Tensor positive, Tensor negative) {
        float[] x = prediction.data(), a = positive.data(), b = negative.data();
        int n = prediction.size();
        if (fromLogits) {
            // log(1 + exp(-x)) and log(1 + exp(x)) share log(1 + exp(-|x|)).
            p.kernel(TAIL).apply(positive, prediction);
            for (int i = 0; i < n; i++) {
                float common = a[i];
                a[i] = common + Math.max(-x[i], 0f);
                b[i] = common + Math.max(x[i], 0f);
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            a[i] = Probability.positive(x[i]);
            b[i] = Probability.positive(1 - x[i]);
        }
        p.kernel(Elementary.LOG).apply(positive, positive);
        p.kernel(Elementary.LOG).apply(negative, negative);
        for (int i = 0; i < n; i++) {
            a[i] = -a[i];
            b[i] = -b[i];
        }
    }

    private float smoothed(float t) {
        return t * (1 - labelSmoothing) + 0.5f * labelSmoothing;
    }

    private int channels() {
        return Math.max(1, positiveWeights.size());
    }

    /** Options {@code from_logits} (false), {@code label_smoothing} (0), {@code pos_weight} (none: 1). */
    @Component
    @FascicleLoss("binary_crossentropy")
    public static final class Factory implements Layer.Factory {
        @Override
        public BinaryCrossentropy create(Config c) {
            return new BinaryCrossentropy(
                    c.flag("from_logits", false),
                    (float) c.real("label_smoothing", 0, Range.UNIT),
                    Weights.of(c.reals("pos_weight", new double[0], Range.NOT_NEGATIVE)));
        }
    }
}
