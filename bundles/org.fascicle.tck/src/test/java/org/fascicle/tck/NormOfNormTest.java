package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fascicle.tck.Case.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Child;
import org.fascicle.tck.third.ThirdParty;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;

/**
 * A batch norm of a batch norm: the inner scale and shift have gradients of almost exactly 0, and float32 differences are
 * noisier than that. So its gradients are checked against a difference quotient of the same formula in double.
 */
class NormOfNormTest {
    private static final int POINTS = 30;
    private static final int CHANNELS = 3;

    private final Case repeated =
            Case.of("two", "times", 2, "layer", options("type", "batch_norm")).on(Samples.normal(5, CHANNELS));

    private Child subject() {
        Parts parts = ThirdParty.addTo(new Parts());
        return parts.layer("repeat", options("type", "repeat", "times", 2, "layer", options("type", "batch_norm")));
    }

    @Test
    void gradientsAgreeWithADoubleQuotient() {
        for (int draw = 0; draw < POINTS; draw++) {
            Trial t = new Trial(subject(), repeated, draw);
            t.forward(true);
            Map<String, Tensor> gradients = t.backward();
            List<double[]> at = new ArrayList<>();
            t.variables().values().forEach(v -> at.add(doubles(v)));
            double[] seed = doubles(t.seeds().values().iterator().next());
            int k = 0;
            for (String name : t.variables().keySet()) {
                assertThat(error(at, k++, seed, gradients.get(name)))
                        .as(name + " at point " + draw)
                        .isLessThan(GradientCheck.LIMIT);
            }
        }
    }

    @Test
    void gradientsAgreeInInference() {
        assertThat(GradientCheck.run(subject(), repeated, false).findings()).isEmpty();
    }

    private static double error(List<double[]> at, int k, double[] seed, Tensor analytic) {
        double max = 1e-3, error = 0, h = 1e-5;
        for (int i = 0; i < analytic.size(); i++) {
            double old = at.get(k)[i];
            at.get(k)[i] = old + h;
            double up = norms(at, seed);
            at.get(k)[i] = old - h;
            double n = (up - norms(at, seed)) / (2 * h);
            at.get(k)[i] = old;
            error = Math.max(error, Math.abs(n - analytic.data()[i]));
            max = Math.max(max, Math.abs(analytic.data()[i]));
        }
        return error / max;
    }

    /** Two batch norms of x, then gamma and beta of each, times the seed. */
    private static double norms(List<double[]> v, double[] seed) {
        double[] x = v.get(0);
        int n = x.length / CHANNELS;
        for (int block = 0; block < 2; block++) {
            double[] y = new double[x.length];
            for (int c = 0; c < CHANNELS; c++) {
                double mean = 0, variance = 0;
                for (int i = c; i < x.length; i += CHANNELS) mean += x[i] / n;
                for (int i = c; i < x.length; i += CHANNELS) variance += (x[i] - mean) * (x[i] - mean) / n;
                double gamma = v.get(1 + 2 * block)[c], beta = v.get(2 + 2 * block)[c];
                for (int i = c; i < x.length; i += CHANNELS)
                    y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-3) * gamma + beta;
            }
            x = y;
        }
        double f = 0;
        for (int i = 0; i < x.length; i++) f += seed[i] * x[i];
        return f;
    }

    private static double[] doubles(Tensor t) {
        double[] d = new double[t.size()];
        for (int i = 0; i < d.length; i++) d[i] = t.data()[i];
        return d;
    }
}
