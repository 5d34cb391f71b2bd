package org.fascicle.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.Origin;

/**
 * Where a run stands between two pieces of work: with the learner's state all that is needed to go on. Immutable, but for
 * the arrays of {@code sums}, which belong to whoever made them until the run has moved on.
 *
 * @param epoch from 1; 0 before the first
 * @param rows how many samples of this phase are done
 * @param loss the sum of their losses
 * @param sums what each metric has summed over them; empty before the first
 * @param batch of this epoch, from 1; 0 outside of batches
 * @param samples trained on since the run began
 * @param parts who provides the schedule and the augmentations, by their places in the run
 * @param values the newest numbers by name, as {@link Run#values}
 */
public record Progress(
        Phase phase,
        int epoch,
        int rows,
        double loss,
        List<Sum> sums,
        int batch,
        long samples,
        Map<String, Origin> parts,
        Map<String, Double> values) {
    /** Before anything was done. */
    public static final Progress START = new Progress(Phase.START, 0, 0, 0, List.of(), 0, 0, Map.of(), Map.of());

    /** What is to be done next. */
    public enum Phase {
        START,
        TRAINING,
        VALIDATION,
        /** The end of an epoch: predictions get to see what was learnt. */
        PUBLISHING,
        TEST,
        END
    }

    /** What a metric has summed, and whose metric it was. */
    public record Sum(double[] values, Origin by) {}

    public Progress {
        sums = List.copyOf(sums);
        parts = Map.copyOf(parts);
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The beginning of a phase of an epoch. */
    public Progress begin(Phase next, int atEpoch) {
        return new Progress(next, atEpoch, 0, 0, List.of(), 0, samples, parts, values);
    }
}
