package org.fascicle.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.tck.Samples.normal;

import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.compute.ejml.EjmlOps;
import org.fascicle.model.ModelSpec;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tck.third.Adam;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.UpdateRule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * After the first steps the runtime allocates nothing that grows with the batch or with the model. What the backend allocates
 * is measured apart: its loops make small objects.
 */
class AllocationTest {
    private static final int WARM = 5;
    private static final int MEASURED = 15;
    /** Well below the smallest tensor that grows: 56 more samples of 32 numbers are 7,168 bytes. */
    private static final long SLACK = 256;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final EjmlOps backend = new EjmlOps(1);
    private final Ops ops =
            (Ops) Proxy.newProxyInstance(Ops.class.getClassLoader(), new Class<?>[] {Ops.class}, this::metered);
    /** What the backend allocated. */
    private long inBackend;

    private boolean inside;

    @AfterEach
    void close() {
        backend.close();
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private Object metered(Object proxy, Method m, Object... arguments) throws Throwable {
        Object result = metered(backend, m, arguments, inside);
        return result instanceof Kernel
                ? Proxy.newProxyInstance(
                        Ops.class.getClassLoader(),
                        new Class<?>[] {Kernel.class},
                        (p, k, a) -> metered(result, k, a, inside))
                : result;
    }

    private Object metered(Object target, Method m, Object[] arguments, boolean nested) throws Throwable {
        long before = allocated();
        inside = true;
        try {
            return m.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            inside = nested;
            if (!nested) inBackend += allocated() - before;
        }
    }

    /** Bytes that one run of the body allocates outside of the backend; the least of several, for the compiler works too. */
    private long bytes(Runnable body) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < WARM; i++) body.run();
        for (int i = 0; i < MEASURED; i++) {
            inBackend = 0;
            long before = allocated();
            body.run();
            least = Math.min(least, allocated() - before - inBackend);
        }
        return least;
    }

    private static ModelSpec spec(int width) {
        return Twin.spec(
                Map.of("x", List.of(4, 8)),
                List.of(
                        layer("flatten"),
                        layer("dense", "id", "a", "units", width, "activation", "tanh"),
                        layer("dense", "id", "b", "units", width, "activation", "mish"),
                        layer("add", "id", "c", "inputs", List.of("a", "b", "b")),
                        layer("reshape", "id", "d", "target_shape", List.of(4, -1)),
                        layer(
                                "repeat",
                                "id",
                                "e",
                                "times",
                                2,
                                "layer",
                                layer("dense", "units", width / 4, "activation", "relu")),
                        layer("reshape", "id", "f", "target_shape", List.of(-1)),
                        layer("dense", "id", "y", "units", 1)),
                List.of("y"),
                List.of("mean_squared_error"));
    }

    private long step(int width, int n) {
        Program p = Twin.program("m", Twin.parts(), spec(width), ops);
        Training t = new Training("m", WeightSet.initial(p.layout(), 1, new NaiveAlgebra()), 1);
        UpdateRule rule = new Adam(0.001, 0.9, 0.999, 1e-8);
        t.slots(rule);
        Map<String, Tensor> batch = Map.of("x", normal(n, 4, 8), "target", normal(n, 1));
        return bytes(() -> t.step(p, rule, batch, 0.001, 1, () -> false));
    }

    private long prediction(int width, int n) {
        Program p = Twin.program("m", Twin.parts(), spec(width), ops);
        WeightSet w = WeightSet.initial(p.layout(), 1, new NaiveAlgebra());
        Map<String, Tensor> batch = Map.of("x", normal(n, 4, 8));
        // What is given to the caller is a new tensor by contract.
        return bytes(() -> p.predict(w, batch, Optional.empty(), () -> false)) - 4L * n;
    }

    @Test
    void aStepAllocatesNothingThatGrows() {
        long small = step(32, 8), large = step(32, 64), wide = step(128, 8);
        assertThat(large).as("bytes at batch 64 beside batch 8").isLessThan(small + SLACK);
        assertThat(wide).as("bytes at width 128 beside width 32").isLessThan(small + SLACK);
    }

    @Test
    void aPredictionAllocatesNothingThatGrows() {
        long small = prediction(32, 8), large = prediction(32, 64), wide = prediction(128, 8);
        assertThat(large).as("bytes at batch 64 beside batch 8").isLessThan(small + SLACK);
        assertThat(wide).as("bytes at width 128 beside width 32").isLessThan(small + SLACK);
    }
}
