package org.fascicle.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.nn.Child;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugins;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Tensor;

/**
 * An activation and its slope, drawn from numbers. Immutable; the arrays are not copied.
 *
 * @param note how it was computed, if it is not a function of one number
 */
record Curve(String name, double[] x, double[] y, double[] slope, String note) {
    /** Points from -10 to 10, an odd number so that 0 is one. */
    private static final int POINTS = 801;

    private static final float STEP = 1 / 64f;

    /** Evaluates an activation at its initial parameters. */
    static Curve of(Services services, String name) {
        double[] x = new double[POINTS + 1];
        for (int i = 0; i < POINTS; i++) x[i] = -10 + 20.0 * i / (POINTS - 1);
        // One more beside 0, where many have a kink; XChart labels every so many points of an even grid, and others
        // with round numbers.
        x[POINTS] = 1e-3;
        Arrays.sort(x);
        Object made = services.plugins()
                .create(Kind.ACTIVATION, "plot: " + name, Map.of("type", name), Plugins.Choice.BEST)
                .object();
        if (made instanceof Child c && c.activation().isEmpty() && c.layer() instanceof ScalarFunction f)
            return scalar(name, x, f);
        return predicted(services, name, x);
    }

    private static Curve scalar(String name, double[] x, ScalarFunction f) {
        double[] y = new double[x.length], slope = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            float v = f.apply((float) x[i]);
            y[i] = v;
            slope[i] = f.slope(f.slopeNeedsInput() ? (float) x[i] : Float.NaN, v);
        }
        return new Curve(name, x, y, slope, "");
    }

    /** What is no function of one number gets (x, 0): so does softmax show the sigmoid, and maxout the rectifier, that it is on two channels. */
    private static Curve predicted(Services services, String name, double[] x) {
        ModelSpec.Node node = new ModelSpec.Node("y", Map.of("type", "activation", "function", name), List.of("x"));
        ModelSpec spec =
                new ModelSpec(List.of(new ModelSpec.Input("x", List.of(2))), List.of(node), List.of("y"), List.of());
        try (Model m = services.models().create("plot-" + name, spec, 1)) {
            double[] y = first(m, x, 0, 0),
                    up = first(m, x, STEP, 0),
                    down = first(m, x, -STEP, 0),
                    slope = new double[x.length];
            for (int i = 0; i < x.length; i++) slope[i] = (up[i] - down[i]) / (2 * STEP);
            boolean mixes = !Arrays.equals(y, first(m, x, 0, 1));
            return new Curve(name, x, y, slope, mixes ? "first output for (x, 0)" : "");
        }
    }

    private static double[] first(Model m, double[] x, float shift, float other) {
        Tensor in = Tensor.zeros(x.length, 2);
        for (int i = 0; i < x.length; i++) {
            in.data()[2 * i] = (float) x[i] + shift;
            in.data()[2 * i + 1] = other;
        }
        Tensor out = m.predict(in);
        int each = out.size() / x.length;
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) y[i] = out.data()[i * each];
        return y;
    }
}
