package org.fascicle.runtime.live;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.model.Difference;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** What comparing two providers of a node has come to; strings and numbers only. Not thread-safe. */
final class Tally {
    private static final int TIMES = 256;

    final List<Origin> active;
    final List<Origin> shadow;
    private final Map<String, Shadow.Output> outputs = new LinkedHashMap<>();
    private final long[] activeNanos = new long[TIMES];
    private final long[] shadowNanos = new long[TIMES];
    private long compared;
    private long failed;
    private String reason = "";

    Tally(List<Origin> active, List<Origin> shadow) {
        this.active = active;
        this.shadow = shadow;
    }

    boolean of(List<Origin> a, List<Origin> s) {
        return active.equals(a) && shadow.equals(s);
    }

    void failed(String why) {
        failed++;
        reason = why;
    }

    void compared(Map<String, Tensor> answers, Map<String, Tensor> beside, long answerNanos, long besideNanos) {
        answers.forEach((name, a) -> outputs.merge(name, output(a, beside.get(name)), Tally::sum));
        activeNanos[(int) (compared % TIMES)] = answerNanos;
        shadowNanos[(int) (compared % TIMES)] = besideNanos;
        compared++;
    }

    private static Shadow.Output sum(Shadow.Output a, Shadow.Output b) {
        return new Shadow.Output(
                a.difference().max(b.difference()), a.decisions() + b.decisions(), a.flips() + b.flips());
    }

    private static Shadow.Output output(Tensor a, Tensor b) {
        Difference d = Difference.of(numbers(a), numbers(b));
        Shape s = a.shape();
        int axis = s.rank() > 3 ? 1 : s.rank() - 1, choices = axis < 1 ? 1 : s.dim(axis);
        if (choices < 2 || !s.equals(b.shape())) return new Shadow.Output(d, 0, 0);
        int inner = 1;
        for (int i = axis + 1; i < s.rank(); i++) inner *= s.dim(i);
        int decisions = a.size() / choices, flips = 0;
        for (int i = 0; i < decisions; i++) {
            int first = i / inner * inner * choices + i % inner;
            if (best(a.data(), first, inner, choices) != best(b.data(), first, inner, choices)) flips++;
        }
        return new Shadow.Output(d, decisions, flips);
    }

    private static float[] numbers(Tensor t) {
        return t.data().length == t.size() ? t.data() : Arrays.copyOf(t.data(), t.size());
    }

    /** Where the largest is: the first of equals; NaN is larger than all, so that it shows. */
    private static int best(float[] x, int first, int step, int n) {
        int best = 0;
        for (int i = 1; i < n; i++) if (Float.compare(x[first + i * step], x[first + best * step]) > 0) best = i;
        return best;
    }

    Shadow.Report report(Shadow.State state, String why, long skipped) {
        return new Shadow.Report(
                state,
                why.isEmpty() ? reason : why,
                active,
                shadow,
                compared,
                skipped,
                failed,
                outputs,
                median(activeNanos),
                median(shadowNanos));
    }

    private Duration median(long[] nanos) {
        int n = (int) Math.min(compared, TIMES);
        if (n == 0) return Duration.ZERO;
        long[] sorted = Arrays.copyOf(nanos, n);
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[n / 2]);
    }
}
