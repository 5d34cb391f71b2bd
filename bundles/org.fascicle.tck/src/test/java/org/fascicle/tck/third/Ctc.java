package org.fascicle.tck.third;

import java.util.Arrays;
import java.util.List;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLoss;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/** Connectionist temporal classification (Graves 2006) from logits {@code [N, T, C]}, blank 0; a value counts for its target's length. */
@FascicleLoss("ctc")
public final class Ctc implements Loss {
    @Override
    public List<Port> inputs() {
        return List.of(
                Port.value("prediction"),
                Port.index("target"),
                Port.length("input_length"),
                Port.length("target_length"));
    }

    @Override
    public List<String> outputs() {
        return List.of("value", "divisor");
    }

    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, T, C]"), v = Shape.of(x.dim(0));
        if (in.get(1, "[N, L]").dim(0) != x.dim(0)
                || !in.get(2).equals(v)
                || !in.get(3).equals(v)) {
            throw new ShapeException(
                    "prediction, target and lengths must be [N, T, C], [N, L], [N], [N], got " + in.list());
        }
        return Plan.of(v, v).keep("gradient", x);
    }

    @Override
    public void forward(Pass p) {
        int n = p.input(0).dim(0),
                each = p.input(0).size() / n,
                c = p.input(0).dim(2),
                width = p.input(1).dim(1);
        float[] target = p.input(1).data(),
                steps = p.input(2).data(),
                lengths = p.input(3).data();
        p.kept("gradient").fill(0);
        for (int r = 0; r < n; r++) {
            int length = (int) lengths[r];
            int[] label = new int[2 * length + 1]; // blanks between and around
            for (int i = 0; i < length; i++) label[2 * i + 1] = (int) target[r * width + i];
            p.output(0).data()[r] = (float) sample(p, r * each, (int) steps[r], c, label);
            p.output(1).data()[r] = length;
        }
    }

    @Override
    public void backward(Pass p) {
        float[] g = p.kept("gradient").data(),
                dx = p.inputGradient(0).accumulator(),
                dv = p.outputGradient(0).data();
        int n = p.kept("gradient").size(), each = n / p.outputGradient(0).size();
        for (int i = 0; i < n; i++) dx[i] += dv[i / each] * g[i];
    }

    /** The negative log-probability of one sample; its gradient goes to kept memory. */
    private static double sample(Pass p, int at, int t, int c, int[] label) {
        double[][] log = logSoftmax(p.input(0).data(), at, t, c);
        double[][] a = new double[t][label.length], b = new double[t][label.length];
        for (int s = 0; s < t; s++) {
            for (int l = 0; l < label.length; l++) {
                double start = l < 2 ? 0 : Double.NEGATIVE_INFINITY;
                int q = t - 1 - s, k = label.length - 1 - l;
                a[s][l] = log[s][label[l]] + (s == 0 ? start : reach(a[s - 1], label, l, -1));
                b[q][k] = log[q][label[k]] + (s == 0 ? start : reach(b[q + 1], label, k, 1));
            }
        }
        double total = Double.NEGATIVE_INFINITY;
        for (int l = Math.max(0, label.length - 2); l < label.length; l++) total = add(total, a[t - 1][l]);
        float[] g = p.kept("gradient").data();
        for (int s = 0; s < t; s++) {
            double[] posterior = new double[c];
            Arrays.fill(posterior, Double.NEGATIVE_INFINITY);
            for (int l = 0; l < label.length; l++)
                posterior[label[l]] = add(posterior[label[l]], a[s][l] + b[s][l] - log[s][label[l]] - total);
            for (int j = 0; j < c; j++) g[at + s * c + j] = (float) (Math.exp(log[s][j]) - Math.exp(posterior[j]));
        }
        return -total;
    }

    private static double[][] logSoftmax(float[] x, int at, int t, int c) {
        double[][] log = new double[t][c];
        for (int s = 0; s < t; s++) {
            double z = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < c; j++) z = add(z, x[at + s * c + j]);
            for (int j = 0; j < c; j++) log[s][j] = x[at + s * c + j] - z;
        }
        return log;
    }

    /** What can be reached from the step before (or after): the same symbol, its neighbour, and over a blank between two different ones. */
    private static double reach(double[] from, int[] label, int l, int direction) {
        double v = from[l];
        int one = l + direction, two = l + 2 * direction;
        if (one >= 0 && one < label.length) v = add(v, from[one]);
        if (two >= 0 && two < label.length && label[l] != 0 && label[l] != label[two]) v = add(v, from[two]);
        return v;
    }

    /** log(e^a + e^b). */
    private static double add(double a, double b) {
        double m = Math.max(a, b);
        return m == Double.NEGATIVE_INFINITY ? m : m + Math.log(Math.exp(a - m) + Math.exp(b - m));
    }
}
