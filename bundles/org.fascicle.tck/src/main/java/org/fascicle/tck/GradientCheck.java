package org.fascicle.tck;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.fascicle.nn.Child;
import org.fascicle.tensor.Tensor;

/**
 * Compares a layer's gradients with difference quotients: every VALUE input, every trained parameter, then one direction
 * over everything. The quotient is n = (4 D(h/2) - D(h)) / 3 with h = 0.01, the actual float32 difference as divisor and
 * the outputs summed in double; the rule is max|n - a| / max(max|a|, 0.001) &lt; 0.001 for each tensor. Where the gradient is
 * missed and D(h) and D(h/2) differ by more than that, the point may lie at a kink: another is drawn, at most 20.
 */
public final class GradientCheck {
    /** The largest error, relative to the largest component of the gradient. */
    public static final double LIMIT = 1e-3;

    private static final double FLOOR = 1e-3;
    private static final float H = 1e-2f;
    private static final int DRAWS = 20;

    /**
     * What came out.
     *
     * @param findings empty if the gradients are right
     * @param worst the largest relative error, and where it was
     * @param draws how many points were tried; more than one means that the others lay at kinks
     */
    public record Result(List<String> findings, double worst, String where, int draws) {
        public boolean passed() {
            return findings.isEmpty();
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1e %s%s", worst, where, draws == 1 ? "" : ", draw " + draws);
        }
    }

    private final Trial trial;
    private final boolean training;
    private final Random random;
    private final List<String> findings = new ArrayList<>();
    private final Map<String, float[]> start = new LinkedHashMap<>();
    private final Map<String, float[]> direction = new LinkedHashMap<>();
    private double worst;
    private String where = "";
    private boolean kink;
    private double along;
    private double typical;

    private GradientCheck(Trial trial, boolean training, int draw) {
        this.trial = trial;
        this.training = training;
        random = new Random(101 + draw);
    }

    /** Checks one case in training or in inference mode. */
    public static Result run(Child subject, Case c, boolean training) {
        Result last = null;
        for (int draw = 0; draw < DRAWS; draw++) {
            GradientCheck g = new GradientCheck(new Trial(subject, c, draw), training, draw);
            g.compare();
            last = new Result(List.copyOf(g.findings), g.worst, g.where, draw + 1);
            if (last.passed() || !g.kink) break;
        }
        if (last.passed()) return last;
        List<String> all = new ArrayList<>(new LayerCheck(subject, c).reliesOnDeclaredOnly(training));
        all.addAll(last.findings);
        if (last.draws == DRAWS)
            all.add(
                    "at each of " + DRAWS
                            + " points the difference quotients of two widths disagree: is forward a function of its inputs without jumps?");
        return new Result(List.copyOf(all), last.worst, last.where, last.draws);
    }

    private void compare() {
        trial.forward(training);
        Map<String, Tensor> analytic = trial.backward();
        trial.variables().forEach((name, t) -> start.put(name, Arrays.copyOf(t.data(), t.size())));
        for (String name : trial.variables().keySet()) variable(name, analytic.get(name));
        double n = (4 * quotient(H / 2) - quotient(H)) / 3,
                error = Math.abs(n - along) / Math.max(FLOOR, Math.sqrt(typical));
        note("the direction over everything", error);
        if (!(error < LIMIT) && findings.isEmpty()) {
            findings.add("derivative in one direction over everything (" + mode() + "): expected " + (float) n
                    + " (difference quotient), got " + (float) along + ", an error of " + (float) error
                    + "; some gradient is slightly wrong");
        }
    }

    private void variable(String name, Tensor gradient) {
        Tensor variable = trial.variables().get(name);
        float[] x = variable.data(), a = gradient.data(), u = new float[variable.size()];
        double[] quotients = new double[u.length];
        double max = FLOOR, error = 0, bend = 0;
        int at = 0;
        for (int i = 0; i < u.length; i++) {
            double half = central(x, i, H / 2), whole = central(x, i, H);
            quotients[i] = (4 * half - whole) / 3;
            bend = Math.max(bend, Math.abs(half - whole));
            double e = Math.abs(quotients[i] - a[i]);
            if (e > error || (Double.isNaN(e) && !Double.isNaN(error))) {
                error = e;
                at = i;
            }
            max = Math.max(max, Math.abs(a[i]));
            u[i] = random.nextBoolean() ? 0.1f : -0.1f;
            along += u[i] * (double) a[i];
            typical += Math.pow(u[i] * a[i], 2);
        }
        direction.put(name, u);
        double relative = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / max;
        note(name, relative);
        if (relative < LIMIT) return;
        kink |= bend > LIMIT * max;
        findings.add(describe(name, variable, a, quotients, at));
    }

    private String mode() {
        return training ? "training" : "inference";
    }

    private String describe(String name, Tensor variable, float[] a, double[] n, int at) {
        double an = 0, nn = 0, aa = 0;
        for (int i = 0; i < n.length; i++) {
            an += a[i] * n[i];
            nn += n[i] * n[i];
            aa += (double) a[i] * a[i];
        }
        double ratio = a[at] / n[at], whole = an / nn;
        boolean throughout = true;
        for (int i = 0; i < n.length; i++) throughout &= Math.abs(a[i] - whole * n[i]) <= 0.1 * Math.abs(a[at] - n[at]);
        String how;
        if (Float.isNaN(a[at])) how = "is NaN";
        else if (Double.isNaN(n[at])) how = "belongs to an output that is NaN,";
        else if (aa == 0) how = "is 0 throughout (does backward compute it?), worst";
        else if (throughout && Math.abs(whole + 1) < 0.01) how = "has the wrong sign throughout, worst";
        else if (throughout && whole > 0 && Double.isFinite(whole)) how = "is " + times(whole) + " throughout, worst";
        else if (ratio > 0 && Double.isFinite(ratio)) how = "is " + times(ratio);
        else how = "is wrong";
        return "gradient of " + name + " " + variable.shape() + " (" + mode() + ") " + how + " at "
                + Numbers.place(variable.shape(), at) + ": expected " + (float) n[at] + " (difference quotient), got "
                + a[at];
    }

    private static String times(double ratio) {
        BigDecimal by = new BigDecimal(ratio > 1 ? ratio : 1 / ratio)
                .round(new MathContext(4))
                .stripTrailingZeros();
        return by.toPlainString() + " times too " + (ratio > 1 ? "large" : "small");
    }

    private double central(float[] x, int i, float h) {
        float old = x[i], up = old + h, down = old - h;
        x[i] = up;
        double a = trial.value(training);
        x[i] = down;
        double b = trial.value(training);
        x[i] = old;
        return (a - b) / ((double) up - down);
    }

    private double quotient(float h) {
        double a = shifted(h), b = shifted(-h);
        trial.variables().forEach((name, t) -> System.arraycopy(start.get(name), 0, t.data(), 0, t.size()));
        return (a - b) / (2.0 * h);
    }

    private double shifted(float h) {
        trial.variables().forEach((name, t) -> {
            for (int i = 0; i < t.size(); i++)
                t.data()[i] = start.get(name)[i] + h * direction.get(name)[i];
        });
        return trial.value(training);
    }

    private void note(String name, double error) {
        if (error <= worst) return;
        worst = error;
        where = name;
    }
}
