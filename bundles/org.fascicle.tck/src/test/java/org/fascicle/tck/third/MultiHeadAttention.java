package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** softmax(Q Kᵀ / sqrt(d)) V per head, between four projections (Vaswani 2017); mask is {@code [N, T, S]}, 1 = use. */
public record MultiHeadAttention(int heads, Initializer initializer) implements Layer {
    private static final List<String> PROJECTIONS = List.of("query", "key", "value");

    @Override
    public List<Port> inputs() {
        return List.of(Port.value("query"), Port.value("key"), Port.value("value"), Port.mask("mask"));
    }

    @Override
    public Plan plan(Shapes in) {
        Shape q = in.get(0, "[N, T, E]"), k = in.get(1, "[N, S, E]"), v = in.get(2, "[N, S, E]");
        int n = q.dim(0), t = q.dim(1), e = q.dim(2), s = k.dim(1);
        if (e % heads != 0)
            throw new ShapeException(
                    "the last axis of query must be a multiple of num_heads = " + heads + ", got " + q);
        if (k.dim(0) != n || v.dim(0) != n || v.dim(1) != s)
            throw new ShapeException("query, key and value must be [N, T, E], [N, S, E], [N, S, E], got " + in.list());
        if (in.has(3) && !in.get(3).equals(Shape.of(n, t, s)))
            throw new ShapeException("mask must be " + Shape.of(n, t, s) + ", got " + in.get(3));
        Plan p = Plan.of(q)
                .keep("weights", Shape.of(n, heads, t, s))
                .keep("context", q)
                .reads(0, 1, 2)
                .param(Param.dense("output", e, e, initializer))
                .param(Param.bias("output_bias", e));
        for (int i = 0; i < PROJECTIONS.size(); i++) {
            String name = PROJECTIONS.get(i);
            p = p.param(Param.dense(name, e, in.get(i).dim(2), initializer))
                    .keep(name, in.get(i).with(2, e));
        }
        return p;
    }

    @Override
    public void forward(Pass p) {
        Tensor weights = p.kept("weights"),
                context = p.kept("context"),
                q = p.kept("query"),
                k = p.kept("key"),
                v = p.kept("value");
        for (int i = 0; i < PROJECTIONS.size(); i++) {
            String name = PROJECTIONS.get(i);
            p.ops()
                    .matmul(
                            p.kept(name).matrix(),
                            0,
                            p.input(i).matrix(),
                            p.operand(name, Use.RIGHT_TRANSPOSED),
                            Epilogue.NONE);
        }
        p.ops().matmul(scores(weights), 0, heads(q), transposed(heads(k)));
        normalise(p, weights, (float) scale(q));
        p.ops().matmul(heads(context), 0, scores(weights), heads(v));
        p.ops()
                .matmul(
                        p.output(0).matrix(),
                        0,
                        context.matrix(),
                        p.operand("output", Use.RIGHT_TRANSPOSED),
                        Epilogue.NONE.bias(p.parameter("output_bias")));
    }

    private void normalise(Pass p, Tensor weights, float scale) {
        float[] w = weights.data();
        int t = weights.dim(2), s = weights.dim(3);
        for (int r = 0; r < weights.size() / s; r++) {
            int mask = (r / (heads * t) * t + r % t) * s;
            for (int j = 0; j < s; j++)
                w[r * s + j] = !p.has(3) || p.input(3).data()[mask + j] != 0 ? w[r * s + j] * scale : -1e30f;
            Softmax.row(w, w, r * s, s);
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor weights = p.kept("weights"), context = p.kept("context"), dy = p.outputGradient(0);
        Tensor q = p.kept("query"), k = p.kept("key"), v = p.kept("value");
        Tensor dq = p.scratch(q.shape()), dk = p.scratch(k.shape()), dv = p.scratch(v.shape());
        Tensor dcontext = p.scratch(context.shape()), dweights = p.scratch(weights.shape());
        p.ops().sumRows(p.gradient("output_bias"), dy.matrix());
        product(p, p.gradient("output"), dy.matrix().t(), context.matrix());
        p.ops().matmul(dcontext.matrix(), 0, dy.matrix(), p.operand("output", Use.RIGHT), Epilogue.NONE);
        p.ops().matmul(heads(dv), 0, transposed(scores(weights)), heads(dcontext));
        p.ops().matmul(scores(dweights), 0, heads(dcontext), transposed(heads(v)));
        throughSoftmax(weights, dweights, scale(q));
        p.ops().matmul(heads(dq), 0, scores(dweights), heads(k));
        p.ops().matmul(heads(dk), 0, transposed(scores(dweights)), heads(q));
        project(p, 0, dq);
        project(p, 1, dk);
        project(p, 2, dv);
    }

    /** Makes of the gradient by the weights the gradient by the scaled scores. */
    private static void throughSoftmax(Tensor weights, Tensor dweights, double scale) {
        float[] w = weights.data(), d = dweights.data();
        int s = weights.dim(3);
        for (int r = 0; r < weights.size(); r += s) {
            double dot = 0;
            for (int j = r; j < r + s; j++) dot += w[j] * d[j];
            for (int j = r; j < r + s; j++) d[j] = (float) (w[j] * (d[j] - dot) * scale);
        }
    }

    private static void project(Pass p, int i, Tensor d) {
        product(p, p.gradient(PROJECTIONS.get(i)), d.matrix().t(), p.input(i).matrix());
        if (!p.wants(i)) return;
        Sink dx = p.inputGradient(i);
        p.ops()
                .matmul(
                        dx.tensor().matrix(),
                        dx.beta(),
                        d.matrix(),
                        p.operand(PROJECTIONS.get(i), Use.RIGHT),
                        Epilogue.NONE);
    }

    private static void product(Pass p, Sink to, Matrix a, Matrix b) {
        p.ops().matmul(to.tensor().matrix(), to.beta(), a, b, Epilogue.NONE);
    }

    private double scale(Tensor q) {
        return 1 / Math.sqrt(q.dim(2) / (double) heads);
    }

    /** {@code [N, T, heads * d]} as N · heads windows {@code [T, d]}. */
    private Matrix[] heads(Tensor x) {
        Matrix[] m = new Matrix[x.dim(0) * heads];
        int d = x.dim(2) / heads;
        for (int i = 0; i < m.length; i++) m[i] = x.sample(i / heads).columns(i % heads * d, d);
        return m;
    }

    /** {@code [N, heads, T, S]} as N · heads matrices {@code [T, S]}. */
    private Matrix[] scores(Tensor a) {
        Matrix[] m = new Matrix[a.dim(0) * heads];
        int t = a.dim(2);
        for (int i = 0; i < m.length; i++) m[i] = a.sample(i / heads).rows(i % heads * t, t);
        return m;
    }

    private static Matrix[] transposed(Matrix[] m) {
        for (int i = 0; i < m.length; i++) m[i] = m[i].t();
        return m;
    }

    @FascicleLayer("multi_head_attention")
    public static final class Factory implements Layer.Factory {
        @Override
        public MultiHeadAttention create(Config c) {
            return new MultiHeadAttention(
                    c.integer("num_heads", Range.POSITIVE), c.initializer("kernel_initializer", "glorot_uniform"));
        }
    }
}
