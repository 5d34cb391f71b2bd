package org.fascicle.runtime.golden;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/**
 * Compares with the numbers of a case, element by element: |actual - expected| at most atol + rtol |expected|. Collects all
 * differences, and what was not looked at, and fails once. One thread.
 */
final class Comparison {
    private final GoldenCase golden;
    private final List<String> differences = new ArrayList<>();
    private final Set<String> seen = new LinkedHashSet<>();
    private String place = "";

    Comparison(GoldenCase golden) {
        this.golden = golden;
    }

    /** Put before what is found from now on. */
    void in(String newPlace) {
        place = newPlace + ": ";
    }

    void value(String name, Tensor actual) {
        seen.add(name);
        compare(name, golden.expected().get(name), actual);
    }

    void value(String name, double... actual) {
        seen.add(name);
        GoldenTensor e = golden.expected().get(name);
        compare(name, e, e.shape(), actual);
    }

    void gradient(String name, Tensor actual) {
        seen.add("gradient of " + name);
        compare("gradient of " + name, golden.gradients().get(name), actual);
    }

    void gradient(String name, double actual) {
        seen.add("gradient of " + name);
        GoldenTensor e = golden.gradients().get(name);
        compare("gradient of " + name, e, e.shape(), actual);
    }

    /** A value that is judged in its own way. */
    void judge(String name, boolean good, String message) {
        seen.add(name);
        if (!good) differences.add(place + name + ": " + message);
    }

    /** A value that belongs to an operation which is not there. */
    void leaveOut(String name) {
        seen.add(name);
    }

    private void compare(String what, GoldenTensor expected, Tensor actual) {
        double[] x = new double[actual.size()];
        for (int i = 0; i < x.length; i++) x[i] = actual.data()[i];
        compare(what, expected, actual.shape(), x);
    }

    private void compare(String what, GoldenTensor expected, Shape shape, double... actual) {
        if (!expected.shape().equals(shape) || actual.length != shape.size()) {
            differences.add(place + what + ": shape " + expected.shape() + " was expected, got " + shape);
            return;
        }
        int bad = 0, worst = -1;
        double most = 0;
        for (int i = 0; i < actual.length; i++) {
            double excess = excess(expected.data()[i], actual[i]);
            if (excess <= 0) continue;
            bad++;
            if (excess > most) {
                most = excess;
                worst = i;
            }
        }
        if (bad == 0) return;
        double e = expected.data()[worst];
        differences.add(String.format(
                Locale.ROOT,
                "%s%s: %d of %d differ, the worst at %d of %s: expected %s, got %s, off by %.3g, allowed %.3g",
                place,
                what,
                bad,
                actual.length,
                worst,
                shape,
                e,
                actual[worst],
                Math.abs(actual[worst] - e),
                golden.atol() + golden.rtol() * Math.abs(e)));
    }

    /** How far beyond the tolerance; 0 or less is good. */
    private double excess(double expected, double actual) {
        if (Double.isNaN(expected) || Double.isInfinite(expected)) {
            return Double.compare(expected, actual) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        if (Double.isNaN(actual)) return Double.POSITIVE_INFINITY;
        return Math.abs(actual - expected) - golden.atol() - golden.rtol() * Math.abs(expected);
    }

    /** Fails if anything differed or was not compared. */
    void finish() {
        golden.expected().keySet().stream()
                .filter(k -> !seen.contains(k))
                .forEach(k -> differences.add(k + " was not compared"));
        golden.gradients().keySet().stream()
                .filter(k -> !seen.contains("gradient of " + k))
                .forEach(k -> differences.add("gradient of " + k + " was not compared"));
        if (!differences.isEmpty()) throw new AssertionError(golden + ":\n  " + String.join("\n  ", differences));
    }
}
