package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/** A sequence layer run both ways, outputs joined on the last axis. */
public record Bidirectional(Child ahead, Child back) implements Layer {
    @Override
    public List<Port> inputs() {
        return List.of(Port.value("x"), Port.mask("mask"));
    }

    @Override
    public Plan plan(Shapes in) {
        in.get(0, "[N, T, F]");
        Shape[] s = in.list().toArray(Shape[]::new);
        Shape y = ahead.outputs(s).get(0);
        Plan p = Plan.of(y.with(-1, 2 * y.dim(-1)))
                .child(ahead, 1, s)
                .child(back, 1, s)
                .keep("reversed", s[0])
                .reads(0);
        return in.has(1) ? p.keep("reversed_mask", s[1]).reads(1) : p;
    }

    @Override
    public void forward(Pass p) {
        Tensor x = p.kept("reversed"), mask = Tensor.ABSENT, reversedMask = Tensor.ABSENT;
        reverse(x.data(), p.input(0), false);
        if (p.has(1)) {
            mask = p.input(1);
            reversedMask = p.kept("reversed_mask");
            reverse(reversedMask.data(), mask, false);
        }
        Tensor a = p.call(ahead, 0, p.input(0), mask).get(0),
                b = p.call(back, 0, x, reversedMask).get(0);
        float[] y = p.output(0).data();
        int t = a.dim(1), u = a.dim(2);
        for (int r = 0; r < a.dim(0) * t; r++) {
            System.arraycopy(a.data(), r * u, y, r * 2 * u, u);
            System.arraycopy(b.data(), mirrored(r, t) * u, y, r * 2 * u + u, u);
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor dy = p.outputGradient(0);
        int n = dy.dim(0), t = dy.dim(1), u = dy.dim(2) / 2;
        Tensor da = p.scratch(n, t, u),
                db = p.scratch(n, t, u),
                dx = p.scratch(p.input(0).shape());
        for (int r = 0; r < n * t; r++) {
            System.arraycopy(dy.data(), r * 2 * u, da.data(), r * u, u);
            System.arraycopy(dy.data(), r * 2 * u + u, db.data(), mirrored(r, t) * u, u);
        }
        p.callBackward(ahead, 0, List.of(p.inputGradient(0)), da);
        p.callBackward(back, 0, List.of(Sink.set(dx)), db);
        reverse(p.inputGradient(0).tensor().data(), dx, true);
    }

    /** The row of the same sample, counted from its end. */
    private static int mirrored(int row, int t) {
        return row / t * t + t - 1 - row % t;
    }

    private static void reverse(float[] y, Tensor x, boolean add) {
        int t = x.dim(1), f = x.size() / (x.dim(0) * t);
        for (int i = 0; i < x.size(); i++) {
            int o = mirrored(i / f, t) * f + i % f;
            y[o] = add ? y[o] + x.data()[i] : x.data()[i];
        }
    }

    @FascicleLayer("bidirectional")
    public static final class Factory implements Layer.Factory {
        @Override
        public Bidirectional create(Config c) {
            Child layer = c.layer("layer");
            return new Bidirectional(layer.named("forward"), layer.named("backward"));
        }
    }
}
