package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.nn.Metric;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/** The promises of a metric on one batch, each a method that tells what it found; empty is good. Confined to one thread. */
public final class MetricCheck {
    private static final double TOLERANCE = 1e-9;

    private final Metric metric;
    private final Tensor prediction;
    private final Tensor target;
    private final int samples;

    /** Two samples at least: a batch that can be divided. */
    public MetricCheck(Metric metric, Tensor prediction, Tensor target) {
        this.metric = metric;
        this.prediction = prediction;
        this.target = target;
        samples = prediction.dim(0);
    }

    private double[] zero() {
        return new double[metric.size(prediction.shape(), target.shape())];
    }

    private double[] sum(Tensor p, Tensor t) {
        double[] sum = zero();
        metric.add(sum, p, t);
        return sum;
    }

    private double whole() {
        return metric.value(sum(prediction, target));
    }

    /** How many numbers the sum needs does not depend on the batch. */
    public List<String> sizeIsConstant() {
        List<String> found = new ArrayList<>();
        int size = zero().length;
        if (size < 1) found.add("size is " + size + ": expected 1 or more numbers to sum up in");
        for (int n = 1; n <= samples + 1; n++) {
            int now = metric.size(prediction.shape().with(0, n), target.shape().with(0, n));
            if (now != size && found.isEmpty())
                found.add("size is " + size + " for a batch of " + samples + " and " + now + " for one of " + n
                        + ": expected the same for every batch");
        }
        return found;
    }

    /** Nothing added gives NaN, which is no good result and no bad one. */
    public List<String> nothingIsNaN() {
        double v = metric.value(zero());
        return Double.isNaN(v)
                ? List.of()
                : List.of("value is " + v + " although nothing was added: expected NaN; do not guard the division");
    }

    /** The value does not depend on how the samples were divided into batches, or on their order. */
    public List<String> batchesDoNotMatter() {
        List<String> found = new ArrayList<>();
        double expected = whole();
        int[][] divisions = {{0, 1, samples}, {0, samples - 1, samples}, oneByOne()};
        for (int[] ends : divisions) {
            for (boolean backwards : new boolean[] {false, true}) {
                double got = divided(ends, backwards);
                if (same(expected, got)) continue;
                found.add("value is " + expected + " in one batch of " + samples + ", and " + got
                        + " in batches that begin at "
                        + Arrays.toString(Arrays.copyOf(ends, ends.length - 1))
                        + (backwards ? ", the last first" : "")
                        + ": add to the sum (+=), and divide in value() only");
                return found;
            }
        }
        return found;
    }

    private int[] oneByOne() {
        int[] ends = new int[samples + 1];
        for (int i = 0; i <= samples; i++) ends[i] = i;
        return ends;
    }

    private double divided(int[] ends, boolean backwards) {
        double[] sum = zero();
        for (int i = 0; i < ends.length - 1; i++) {
            int k = backwards ? ends.length - 2 - i : i;
            metric.add(sum, part(prediction, ends[k], ends[k + 1]), part(target, ends[k], ends[k + 1]));
        }
        return metric.value(sum);
    }

    /** Sums of two parts, added number by number, are the sum of both: parts may be measured apart. */
    public List<String> sumsCanBeMerged() {
        double[] a = sum(part(prediction, 0, 1), part(target, 0, 1)),
                b = sum(part(prediction, 1, samples), part(target, 1, samples));
        for (int i = 0; i < a.length; i++) a[i] += b[i];
        double expected = whole(), got = metric.value(a);
        return same(expected, got)
                ? List.of()
                : List.of(
                        "value is " + expected + " of all samples in one sum, and " + got
                                + " of the sums of two parts, added number by number: expected the same; keep sums and counts, no means");
    }

    /** Prediction and target are not written, and neither is the sum by value(). */
    public List<String> leavesArgumentsUntouched() {
        List<String> found = new ArrayList<>();
        Map<String, Tensor> before = inputs(prediction.copy(), target.copy());
        double[] sum = sum(prediction, target), kept = sum.clone();
        Numbers.difference(before, inputs(prediction, target))
                .ifPresent(d -> found.add("add writes to its " + d + "; it belongs to the caller"));
        double first = metric.value(sum), again = metric.value(sum);
        if (!Arrays.equals(kept, sum))
            found.add("value writes to the sum: expected " + Arrays.toString(kept) + ", got " + Arrays.toString(sum));
        if (!same(first, again)) found.add("value of the same sum was " + first + " and is now " + again);
        return found;
    }

    private static Map<String, Tensor> inputs(Tensor prediction, Tensor target) {
        Map<String, Tensor> both = new LinkedHashMap<>();
        both.put("prediction", prediction);
        both.put("target", target);
        return both;
    }

    /** Only the first size() numbers of an array belong to a tensor. */
    public List<String> readsItsTensorsOnly() {
        double expected = whole(), got = metric.value(sum(longer(prediction), longer(target)));
        return same(expected, got)
                ? List.of()
                : List.of("value is " + expected + ", and " + got
                        + " when the arrays are longer than their tensors: loop to size(), not to the array's length");
    }

    /** Two sums at once do not disturb each other, and the same samples give the same bits. */
    public List<String> keepsNothingBetweenCalls() {
        double[] expected = sum(prediction, target), a = zero(), b = zero();
        for (int i = 0; i < samples; i++) metric.add(b, part(prediction, i, i + 1), part(target, i, i + 1));
        metric.add(a, prediction, target);
        return Arrays.equals(expected, a)
                ? List.of()
                : List.of("the sum of the same samples was " + Arrays.toString(expected) + " and is now "
                        + Arrays.toString(a) + ", after another sum: keep everything in the sum, draw nothing");
    }

    public List<String> keepsNothingInFields() {
        return Fields.kept(metric, () -> metric.value(sum(prediction, target)));
    }

    /** Several threads, each with a sum of its own, get what each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        double[][] expected = new double[Together.THREADS][];
        for (int i = 0; i < expected.length; i++) expected[i] = sum(first(prediction, i), first(target, i));
        return Together.run(i -> {
                    double[] got = sum(first(prediction, i), first(target, i));
                    return Arrays.equals(expected[i], got)
                            ? Optional.empty()
                            : Optional.of(Arrays.toString(expected[i]) + " and " + Arrays.toString(got));
                })
                .map(d -> "several threads on the same metric disturb each other: sums " + d
                        + "; keep everything in the sum, nothing in fields")
                .stream()
                .toList();
    }

    private Tensor first(Tensor t, int thread) {
        return part(t, 0, 1 + thread % samples);
    }

    /** Batches of different size are told. */
    public List<String> rejectsWrongShapes() {
        Shape p = prediction.shape(), t = target.shape().with(0, samples + 1);
        try {
            metric.size(p, t);
            return List.of(
                    "size of prediction " + p + " and target " + t + ": expected a ShapeException, nothing was thrown");
        } catch (ShapeException e) {
            return List.of();
        } catch (RuntimeException e) {
            return List.of("size of prediction " + p + " and target " + t + ": expected a ShapeException, got " + e);
        }
    }

    /** A prediction without fault has the best value, and no other is better. */
    public List<String> perfectIsBest(Tensor ideal, double best) {
        List<String> found = new ArrayList<>();
        double got = metric.value(sum(ideal, target)), real = whole();
        if (!(Math.abs(got - best) <= 1e-6))
            found.add("value of a prediction without fault: expected " + best + ", got " + got);
        if (metric.increasing() ? real > got + 1e-6 : real < got - 1e-6)
            found.add("a prediction with faults has value " + real + ", one without " + got
                    + ": expected it to be worse; is increasing() = " + metric.increasing() + " right?");
        return found;
    }

    private static boolean same(double a, double b) {
        return Double.isNaN(a) ? Double.isNaN(b) : Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a));
    }

    private static Tensor longer(Tensor t) {
        float[] data = Arrays.copyOf(t.data(), t.size() + 7);
        Arrays.fill(data, t.size(), data.length, Float.NaN);
        return Tensor.of(t.shape(), data);
    }

    /** Some samples of a batch. */
    private static Tensor part(Tensor t, int from, int to) {
        int each = t.size() / t.dim(0);
        return Tensor.of(t.shape().with(0, to - from), Arrays.copyOfRange(t.data(), from * each, to * each));
    }
}
