package org.fascicle.compute.ejml;

import java.util.Optional;
import java.util.function.IntConsumer;
import org.fascicle.plugin.FascicleBackend;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;

/**
 * The default backend: plain Java that the JIT compiler vectorises, on the tensors' own arrays. Products are chains of
 * {@link Math#fma(float, float, float)} over k ascending, one for each element, so their bits depend on no tile, thread count
 * or JIT tier. (EJML's own products are an eighth as fast; its decompositions are in {@link EjmlLinearAlgebra}.)
 *
 * <p>Owns its threads and its scratch memory, which grows to the largest operation and stays. Thread-safe. Usable outside OSGi:
 * then close it. After {@link #close} operations still work, on the calling thread alone.
 */
@Component(service = Ops.class, configurationPid = "org.fascicle.compute.ejml")
@FascicleBackend("ejml")
public final class EjmlOps implements Ops, AutoCloseable {
    /** Configuration {@code org.fascicle.compute.ejml}. */
    public @interface Config {
        /** Threads at work in one operation, the caller included; 0 or less: as many as there are processors. */
        int threads() default 0;
    }

    private static final System.Logger LOG = System.getLogger(EjmlOps.class.getName());

    /** More would only wait for each other. */
    private static final int MOST_THREADS = 256;

    private final byte[] template = FunctionKernel.template();
    private final Spares<Buffers> buffers = new Spares<>(Buffers::new);
    private final Products products = new Products(this);
    private final Convolutions convolutions = new Convolutions(this);
    private final Sums sums = new Sums(this);
    private volatile Workers workers;

    @Activate
    public EjmlOps(Config config) {
        this(threads(config, 0));
    }

    /** A backend of so many threads, the caller included; 0 or less: as many as there are processors. */
    public EjmlOps(int threads) {
        workers = workers(threads);
    }

    private static Workers workers(int threads) {
        return new Workers(Math.min(
                MOST_THREADS, threads > 0 ? threads : Runtime.getRuntime().availableProcessors()));
    }

    /** Threads at work in one operation, the caller included. */
    public int threads() {
        return workers.threads();
    }

    /** Operations under way end on the threads they began with. */
    @Modified
    void modified(Config config) {
        Workers old = workers;
        workers = workers(threads(config, old.threads()));
        old.close();
    }

    /** What the configuration says, or the fallback if it makes no sense: a slip of the pen must not cost the backend. */
    private static int threads(Config config, int fallback) {
        try {
            return config.threads();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "org.fascicle.compute.ejml: threads must be a whole number, taking " + fallback + ": "
                            + e.getMessage());
            return fallback;
        }
    }

    @Deactivate
    @Override
    public void close() {
        workers.close();
    }

    /** The number counts changes of the bits. */
    @Override
    public String identity() {
        return "ejml 1";
    }

    @Override
    public void matmul(Matrix out, float beta, Operand left, Operand right, Epilogue e) {
        Matrix a = matrix(left, "left"), b = right instanceof Packed p ? p.matrix() : matrix(right, "right");
        if (a.width() != b.height() || out.rows() != a.height() || out.cols() != b.width()) {
            throw new ShapeException("matmul: [" + a.height() + ", " + a.width() + "] by [" + b.height() + ", "
                    + b.width() + "] does not go into [" + out.rows() + ", " + out.cols()
                    + "]; the inner sizes must be equal, and the outer ones the result's");
        }
        if (out.transposed()) {
            throw new ShapeException(
                    "matmul: the result must not be a transposed window; exchange the factors and transpose both instead");
        }
        if (out.rows() > 1 && out.stride() < out.cols()) {
            throw new ShapeException("matmul: rows of the result must not overlap, got stride " + out.stride() + " for "
                    + out.cols() + " columns; use a stride of at least that");
        }
        bias("matmul", e, out.cols());
        products.multiply(out, beta, a, b, right instanceof Packed p ? Optional.of(p) : Optional.empty(), e);
    }

    private static Matrix matrix(Operand o, String which) {
        if (o instanceof Matrix m) return m;
        throw new ShapeException(
                "matmul: the " + which + " factor must be a matrix or what this backend packed for it, got "
                        + o.getClass().getSimpleName() + "; pack the parameter for this use, by this backend");
    }

    private static void bias(String what, Epilogue e, int n) {
        if (e.bias().isPresent() && e.bias().get().size() != n) {
            throw new ShapeException(what + ": the bias must have " + n + " numbers, got "
                    + e.bias().get().shape());
        }
    }

    @Override
    public void sumRows(Sink out, Matrix x) {
        if (out.tensor().size() != x.width()) {
            throw new ShapeException("sumRows: " + x.width() + " columns do not go into "
                    + out.tensor().shape() + "; the result must have one number a column");
        }
        sums.rows(out, x);
    }

    @Override
    public void sumChannels(Sink out, Tensor x) {
        if (x.rank() < 2 || out.tensor().size() != x.dim(1)) {
            throw new ShapeException(
                    "sumChannels: x " + x.shape() + " must be [N, C, …] and the result have C numbers, got "
                            + out.tensor().shape());
        }
        sums.channels(out, x);
    }

    @Override
    public void conv(Conv g, Tensor out, Tensor x, Operand w, Epilogue e) {
        Tensor weights = weights("conv", w);
        Geometry geometry = Geometry.of("conv", g, x.shape(), weights.shape(), out.shape());
        bias("conv", e, out.dim(1));
        int depth = geometry.depth();
        convolutions.correlate(geometry, out, 0, x, weights.data(), geometry.out() * depth, depth, e);
    }

    @Override
    public void convInputGradient(Conv g, Sink dx, Operand w, Tensor dy) {
        Tensor weights = weights("convInputGradient", w), d = dx.tensor();
        Geometry geometry = Geometry.of("convInputGradient", g, d.shape(), weights.shape(), dy.shape());
        if (geometry.dense()) {
            float[] turned = w instanceof Flipped f ? f.turned() : new Flipped(weights).turned();
            int area = geometry.kernelHeight() * geometry.kernelWidth();
            convolutions.correlate(
                    geometry.gradient(),
                    d,
                    dx.beta(),
                    dy,
                    turned,
                    geometry.out() * area,
                    weights.dim(0) * area,
                    Epilogue.NONE);
        } else {
            convolutions.scatter(geometry, d, dx.beta(), weights, dy);
        }
    }

    @Override
    public void convWeightGradient(Conv g, Sink dw, Tensor x, Tensor dy) {
        Shape w = dw.tensor().shape();
        convolutions.weights(Geometry.of("convWeightGradient", g, x.shape(), w, dy.shape()), dw, x, dy);
    }

    private static Tensor weights(String what, Operand w) {
        if (w instanceof Flipped f) return f.weights();
        if (w instanceof Matrix m
                && m.offset() == 0
                && m.rows() * m.cols() == m.tensor().size()) return m.tensor();
        throw new ShapeException(what + ": weights must be a whole parameter or what this backend packed from it, got "
                + (w instanceof Matrix ? "a window" : w.getClass().getSimpleName())
                + "; pack the parameter for this use, by this backend");
    }

    /** Rearranged where it pays: not for a few columns, nor for {@link Use#CONV}, whose layout is right as it is. */
    @Override
    public Operand pack(Tensor w, Use use) {
        return switch (use) {
            case RIGHT -> packed(w.rows());
            case RIGHT_TRANSPOSED -> packed(w.rows().t());
            case CONV -> kernels(w, use).rows();
            case CONV_INPUT_GRADIENT -> new Flipped(kernels(w, use));
        };
    }

    @Override
    public Operand repack(Tensor w, Use use, Operand old) {
        if (old instanceof Packed p && p.matrix().tensor().shape().equals(w.shape())) {
            return products.pack(use == Use.RIGHT ? w.rows() : w.rows().t(), p.tiles());
        }
        if (old instanceof Flipped f && f.weights().shape().equals(w.shape())) return new Flipped(w, f.turned());
        return pack(w, use);
    }

    private Operand packed(Matrix m) {
        return m.width() < Products.LEAST_LANES ? m : products.pack(m);
    }

    private static Tensor kernels(Tensor w, Use use) {
        if (w.rank() == 4) return w;
        throw new ShapeException("pack: weights for " + use + " must be [K, C / groups, kh, kw], got " + w.shape());
    }

    @Override
    public Kernel kernel(ScalarFunction f) {
        return new FunctionKernel(f, template, this, buffers);
    }

    @Override
    public void parallel(int chunks, IntConsumer body) {
        workers.run(chunks, body);
    }
}
