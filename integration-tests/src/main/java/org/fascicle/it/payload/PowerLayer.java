package org.fascicle.it.payload;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.tensor.Tensor;

/** A power of two times what comes in, perhaps slowly: then its code may be gone before it needs the last class of it. */
public final class PowerLayer implements Layer {
    private final Power power = Power.ofThisJar();

    @Override
    public Plan plan(Shapes in) {
        return Plan.of(in.get(0));
    }

    @Override
    public void forward(Pass p) {
        if (power.pauseMillis() > 0) LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(power.pauseMillis()));
        Late.multiply(power, p.input(0), p.output(0));
    }

    @Override
    public void backward(Pass p) {
        float[] dx = p.inputGradient(0).accumulator();
        Tensor dy = p.outputGradient(0);
        for (int i = 0; i < dy.size(); i++) dx[i] += power.times(dy.data()[i]);
    }

    /** Loaded at the end of the first forward only. */
    private static final class Late {
        static void multiply(Power power, Tensor x, Tensor y) {
            for (int i = 0; i < x.size(); i++) y.data()[i] = power.times(x.data()[i]);
        }
    }
}
