package org.fascicle.activations;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * Leaky relu whose slope for x up to 0 is drawn per element, uniform in [lower, upper), when training, and their mean in
 * inference (Xu et al. 2015). Immutable and thread-safe.
 *
 * @param lower the least slope
 * @param upper the greatest slope
 */
public record Rrelu(float lower, float upper) implements Layer {
    private static final int TILE = 1024;

    @Override
    public Plan plan(Shapes in) {
        Plan p = Plan.of(in.get(0));
        return signOfInput() ? p.reads(0) : p.readsOutputs(0).trait(Trait.IN_PLACE);
    }

    /** Only if all slopes are greater than 0 does the sign of y tell that of x. */
    private boolean signOfInput() {
        return lower <= 0;
    }

    @Override
    public void forward(Pass p) {
        Tensor input = p.input(0);
        float[] x = input.data(), y = p.output(0).data();
        if (!p.training()) {
            float a = (lower + upper) / 2;
            for (int i = 0, n = input.size(); i < n; i++) y[i] = Signs.bent(x[i], a);
            return;
        }
        drawn(p, input.size(), (slopes, from, n) -> {
            for (int i = 0; i < n; i++) y[from + i] = Signs.bent(x[from + i], slopes[i]);
        });
    }

    @Override
    public void backward(Pass p) {
        Tensor gradient = p.outputGradient(0);
        float[] sign = (signOfInput() ? p.input(0) : p.output(0)).data(), dy = gradient.data();
        Sink sink = p.inputGradient(0);
        float[] dx = sink.tensor().data();
        boolean add = sink.beta() != 0;
        if (!p.training()) {
            float a = (lower + upper) / 2;
            for (int i = 0, n = gradient.size(); i < n; i++) {
                float g = dy[i] * Signs.bentSlope(sign[i], a);
                dx[i] = add ? dx[i] + g : g;
            }
            return;
        }
        drawn(p, gradient.size(), (slopes, from, n) -> {
            for (int i = 0; i < n; i++) {
                float g = dy[from + i] * Signs.bentSlope(sign[from + i], slopes[i]);
                dx[from + i] = add ? dx[from + i] + g : g;
            }
        });
    }

    /** Elements {@code from} to {@code from + n}, whose slopes begin at 0. */
    @FunctionalInterface
    private interface Tile {
        void run(float[] slopes, int from, int n);
    }

    /** Draws the slopes tile by tile, the same in forward and backward. */
    private void drawn(Pass p, int elements, Tile tile) {
        Draws draws = p.random(0);
        int tiles = (elements + TILE - 1) / TILE;
        Chunks chunks = Chunks.of(tiles, elements);
        float[][] slopes = new float[chunks.count()][];
        for (int i = 0; i < slopes.length; i++) slopes[i] = p.scratch(TILE).data();
        chunks.run(p.ops(), (chunk, first, last) -> {
            float[] a = slopes[chunk];
            for (int t = first; t < last; t++) {
                int from = t * TILE, n = Math.min(TILE, elements - from);
                draws.uniform(a, from, n);
                for (int i = 0; i < n; i++) a[i] = lower + (upper - lower) * a[i];
                tile.run(a, from, n);
            }
        });
    }

    /** Options {@code lower} (1/8) and {@code upper} (1/3). */
    @Component
    @FascicleActivation("rrelu")
    public static final class Factory implements Layer.Factory {
        @Override
        public Rrelu create(Config c) {
            double lower = c.real("lower", 1 / 8.0, Range.ANY), upper = c.real("upper", 1 / 3.0, Range.ANY);
            if (upper < lower) throw c.invalid("upper", "at least lower = " + lower, upper);
            return new Rrelu((float) lower, (float) upper);
        }
    }
}
