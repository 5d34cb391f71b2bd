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
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** Long short-term memory (Hochreiter 1997), gates i f g o; a masked step carries h and c over. */
public record Lstm(int units, boolean stateful, Initializer initializer) implements Layer {
    @Override
    public List<Port> inputs() {
        return List.of(Port.value("x"), Port.mask("mask"));
    }

    @Override
    public List<String> outputs() {
        return List.of("y", "h_n", "c_n");
    }

    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, T, F]"), h = Shape.of(x.dim(0), units);
        int n = x.dim(0), t = x.dim(1);
        if (in.has(1) && !in.get(1).equals(Shape.of(n, t)))
            throw new ShapeException("mask must be [" + n + ", " + t + "], got " + in.get(1));
        Plan p = Plan.of(Shape.of(n, t, units), h, h)
                .param(Param.dense("kernel", 4 * units, x.dim(2), initializer).blocks(4))
                .param(Param.dense("recurrent_kernel", 4 * units, units, initializer)
                        .blocks(4))
                .param(Param.bias("bias", 4 * units))
                .keep("gates", Shape.of(n, t, 4 * units))
                .keep("c", Shape.of(n, t + 1, units)) // step s holds what cell s starts from
                .keep("h0", h)
                .reads(0, 1)
                .readsOutputs(0);
        return stateful ? p.state("h", h).state("c", h) : p;
    }

    @Override
    public void forward(Pass p) {
        Tensor gates = p.kept("gates"), c = p.kept("c"), h0 = p.kept("h0"), y = p.output(0);
        int t = y.dim(1), u = units;
        Kernel sigmoid = p.kernel(Elementary.SIGMOID), tanh = p.kernel(Elementary.TANH);
        h0.fill(0);
        if (stateful) h0.set(p.state("h"));
        Tensor c0 = p.scratch(h0.shape());
        c0.fill(0);
        if (stateful) c0.set(p.state("c"));
        copy(c.step(0), c0.matrix());
        p.ops()
                .matmul(
                        gates.matrix(),
                        0,
                        p.input(0).matrix(),
                        p.operand("kernel", Use.RIGHT_TRANSPOSED),
                        Epilogue.NONE.bias(p.parameter("bias")));
        for (int s = 0; s < t; s++) {
            Matrix g = gates.step(s), h = s == 0 ? h0.matrix() : y.step(s - 1);
            p.ops().matmul(g, 1, h, p.operand("recurrent_kernel", Use.RIGHT_TRANSPOSED), Epilogue.NONE);
            sigmoid.apply(g.columns(0, 2 * u), g.columns(0, 2 * u));
            tanh.apply(g.columns(2 * u, u), g.columns(2 * u, u));
            sigmoid.apply(g.columns(3 * u, u), g.columns(3 * u, u));
            cell(p, g, c.step(s), c.step(s + 1), s);
            tanh.apply(y.step(s), c.step(s + 1));
            emit(p, g, h, y.step(s), s);
        }
        copy(p.output(1).matrix(), y.step(t - 1));
        copy(p.output(2).matrix(), c.step(t));
        if (stateful) {
            p.nextState("h").set(p.output(1));
            p.nextState("c").set(p.output(2));
        }
    }

    /** next = f c + i g where the step is used, else c. */
    private void cell(Pass p, Matrix gates, Matrix c, Matrix next, int s) {
        float[] g = gates.tensor().data(), d = c.tensor().data();
        for (int r = 0; r < c.rows(); r++) {
            int a = gates.row(r), from = c.row(r), to = next.row(r);
            boolean use = use(p, r, s);
            for (int j = 0; j < units; j++, a++)
                d[to + j] = use ? g[a + units] * d[from + j] + g[a] * g[a + 2 * units] : d[from + j];
        }
    }

    /** y = o y where the step is used (y holds tanh of the cell), else the h before. */
    private void emit(Pass p, Matrix gates, Matrix h, Matrix y, int s) {
        float[] g = gates.tensor().data(),
                d = y.tensor().data(),
                before = h.tensor().data();
        for (int r = 0; r < y.rows(); r++) {
            boolean use = use(p, r, s);
            for (int j = 0; j < units; j++) {
                d[y.row(r) + j] = use ? g[gates.row(r) + 3 * units + j] * d[y.row(r) + j] : before[h.row(r) + j];
            }
        }
    }

    @Override
    public void backward(Pass p) {
        Tensor gates = p.kept("gates"), c = p.kept("c"), h0 = p.kept("h0"), y = p.output(0);
        int t = gates.dim(1);
        Tensor dgates = p.scratch(gates.shape()),
                dh = p.scratch(h0.shape()),
                dc = p.scratch(h0.shape()),
                tanhC = p.scratch(h0.shape());
        start(p, 1, dh);
        start(p, 2, dc);
        Sink dr = p.gradient("recurrent_kernel"), dw = p.gradient("kernel");
        for (int s = t - 1; s >= 0; s--) {
            if (p.hasOutputGradient(0)) add(dh, p.outputGradient(0).step(s));
            p.kernel(Elementary.TANH).apply(tanhC.matrix(), c.step(s + 1));
            back(p, gates.step(s), dgates.step(s), c.step(s), tanhC.data(), dh.data(), dc.data(), s);
            p.ops().matmul(dh.matrix(), 1, dgates.step(s), p.operand("recurrent_kernel", Use.RIGHT), Epilogue.NONE);
            Matrix h = s == 0 ? h0.matrix() : y.step(s - 1);
            p.ops()
                    .matmul(
                            dr.tensor().matrix(),
                            s == t - 1 ? dr.beta() : 1,
                            dgates.step(s).t(),
                            h,
                            Epilogue.NONE);
        }
        p.ops()
                .matmul(
                        dw.tensor().matrix(),
                        dw.beta(),
                        dgates.matrix().t(),
                        p.input(0).matrix(),
                        Epilogue.NONE);
        p.ops().sumRows(p.gradient("bias"), dgates.matrix());
        if (p.wants(0)) {
            Sink dx = p.inputGradient(0);
            p.ops()
                    .matmul(
                            dx.tensor().matrix(),
                            dx.beta(),
                            dgates.matrix(),
                            p.operand("kernel", Use.RIGHT),
                            Epilogue.NONE);
        }
    }

    /** Through one cell: dh and dc become those of the step before, less what comes through the gates. */
    private void back(Pass p, Matrix gates, Matrix dgates, Matrix cell, float[] tanhC, float[] dh, float[] dc, int s) {
        float[] g = gates.tensor().data(),
                dg = dgates.tensor().data(),
                c = cell.tensor().data();
        int u = units;
        for (int r = 0; r < cell.rows(); r++) {
            boolean use = use(p, r, s);
            for (int j = 0; j < u; j++) {
                int a = gates.row(r) + j, q = r * u + j;
                if (!use) {
                    dg[a] = dg[a + u] = dg[a + 2 * u] = dg[a + 3 * u] = 0;
                    continue;
                }
                float i = g[a], f = g[a + u], z = g[a + 2 * u], o = g[a + 3 * u], th = tanhC[q];
                dc[q] += dh[q] * o * (1 - th * th);
                dg[a] = dc[q] * z * i * (1 - i);
                dg[a + u] = dc[q] * c[cell.row(r) + j] * f * (1 - f);
                dg[a + 2 * u] = dc[q] * i * (1 - z * z);
                dg[a + 3 * u] = dh[q] * th * o * (1 - o);
                dc[q] *= f;
                dh[q] = 0;
            }
        }
    }

    private static void start(Pass p, int output, Tensor d) {
        if (p.hasOutputGradient(output)) d.set(p.outputGradient(output));
        else d.fill(0);
    }

    private static boolean use(Pass p, int row, int s) {
        return !p.has(1) || p.input(1).data()[row * p.input(1).dim(1) + s] != 0;
    }

    private static void add(Tensor to, Matrix x) {
        for (int r = 0; r < x.rows(); r++)
            for (int j = 0; j < x.cols(); j++)
                to.data()[r * x.cols() + j] += x.tensor().data()[x.row(r) + j];
    }

    private static void copy(Matrix to, Matrix from) {
        for (int r = 0; r < to.rows(); r++)
            System.arraycopy(from.tensor().data(), from.row(r), to.tensor().data(), to.row(r), to.cols());
    }

    @FascicleLayer("lstm")
    public static final class Factory implements Layer.Factory {
        @Override
        public Lstm create(Config c) {
            return new Lstm(
                    c.integer("units", Range.POSITIVE),
                    c.flag("stateful", false),
                    c.initializer("kernel_initializer", "glorot_uniform"));
        }
    }
}
