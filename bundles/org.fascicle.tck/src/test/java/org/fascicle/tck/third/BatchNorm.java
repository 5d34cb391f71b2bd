package org.fascicle.tck.third;

import java.util.Arrays;
import org.fascicle.nn.AffinePerChannel;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Channels;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** (x - mean) / sqrt(variance + epsilon) gamma + beta per channel of {@code [N, C, …]} (Ioffe 2015). */
public record BatchNorm(double momentum, double epsilon) implements AffinePerChannel {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        int c = x.dim(1);
        return Plan.of(x)
                .param(Param.scale("gamma", c, 1))
                .param(Param.bias("beta", c))
                .param(Param.statistic("moving_mean", c, 0))
                .param(Param.statistic("moving_variance", c, 1))
                .keep("mean", Shape.of(c))
                .keep("inverse", Shape.of(c))
                .reads(0);
    }

    @Override
    public void forward(Pass p) {
        float[] x = p.input(0).data(), y = p.output(0).data();
        float[] gamma = p.parameter("gamma").data(), beta = p.parameter("beta").data();
        float[] mean = p.kept("mean").data(), inverse = p.kept("inverse").data();
        Channels runs = p.input(0).shape().channels(1);
        double[] m = doubles(p.statistic("moving_mean")), v = doubles(p.statistic("moving_variance"));
        if (p.training()) {
            moments(x, runs, m, v);
            move(p.statistic("moving_mean"), p.nextStatistic("moving_mean"), m);
            move(p.statistic("moving_variance"), p.nextStatistic("moving_variance"), v);
        }
        for (int c = 0; c < m.length; c++) {
            mean[c] = (float) m[c];
            inverse[c] = (float) (1 / Math.sqrt(v[c] + epsilon));
        }
        runs.each((c, from, to) -> {
            for (int i = from; i < to; i++) y[i] = (x[i] - mean[c]) * inverse[c] * gamma[c] + beta[c];
        });
    }

    @Override
    public void backward(Pass p) {
        float[] x = p.input(0).data(),
                dy = p.outputGradient(0).data(),
                gamma = p.parameter("gamma").data();
        float[] mean = p.kept("mean").data(),
                inverse = p.kept("inverse").data(),
                dx = p.inputGradient(0).accumulator();
        float[] dgamma = p.gradient("gamma").accumulator(),
                dbeta = p.gradient("beta").accumulator();
        Channels runs = p.outputGradient(0).shape().channels(1);
        double[] sum = new double[gamma.length], dot = new double[gamma.length];
        runs.each((c, from, to) -> {
            for (int i = from; i < to; i++) {
                sum[c] += dy[i];
                dot[c] += dy[i] * (x[i] - mean[c]) * inverse[c];
            }
        });
        for (int c = 0; c < gamma.length; c++) {
            dgamma[c] += (float) dot[c];
            dbeta[c] += (float) sum[c];
        }
        double count = p.training() ? runs.outer() * runs.inner() : Double.POSITIVE_INFINITY;
        runs.each((c, from, to) -> {
            for (int i = from; i < to; i++) {
                double batch = (sum[c] + (x[i] - mean[c]) * inverse[c] * dot[c]) / count;
                dx[i] += (float) (gamma[c] * inverse[c] * (dy[i] - batch));
            }
        });
    }

    @Override
    public void affine(Pass p, float[] scale, float[] shift) {
        float[] gamma = p.parameter("gamma").data(), beta = p.parameter("beta").data();
        float[] mean = p.statistic("moving_mean").data(),
                variance = p.statistic("moving_variance").data();
        for (int c = 0; c < scale.length; c++) {
            scale[c] = (float) (gamma[c] / Math.sqrt(variance[c] + epsilon));
            shift[c] = beta[c] - scale[c] * mean[c];
        }
    }

    /** Mean and variance over all but the channels, in two passes. */
    private static void moments(float[] x, Channels runs, double[] mean, double[] variance) {
        double count = (double) runs.outer() * runs.inner();
        Arrays.fill(mean, 0);
        Arrays.fill(variance, 0);
        runs.each((c, from, to) -> {
            for (int i = from; i < to; i++) mean[c] += x[i] / count;
        });
        runs.each((c, from, to) -> {
            for (int i = from; i < to; i++) variance[c] += (x[i] - mean[c]) * (x[i] - mean[c]) / count;
        });
    }

    private void move(Tensor now, Tensor next, double[] batch) {
        for (int c = 0; c < batch.length; c++)
            next.data()[c] = (float) (momentum * now.data()[c] + (1 - momentum) * batch[c]);
    }

    private static double[] doubles(Tensor t) {
        double[] d = new double[t.size()];
        for (int i = 0; i < d.length; i++) d[i] = t.data()[i];
        return d;
    }

    @FascicleLayer("batch_norm")
    public static final class Factory implements Layer.Factory {
        @Override
        public BatchNorm create(Config c) {
            return new BatchNorm(c.real("momentum", 0.99, Range.UNIT), c.real("epsilon", 1e-3, Range.POSITIVE));
        }
    }
}
