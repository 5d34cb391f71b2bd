package org.fascicle.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.data.Splits;
import org.fascicle.model.LearnerSpec;

/**
 * What a run does. Immutable.
 *
 * <p>The loss of an epoch, of validation and of the test is the mean of the batches' losses, each weighted by its number of
 * samples, so that a smaller last batch counts for what it holds; metrics are summed over all samples. Those of an epoch
 * are taken in training mode, while weights change.
 *
 * @param name of the run, for people
 * @param data what to train and test on; features feed inputs of the same name (or the only input), targets the losses
 *     (the only target also answers to {@code target})
 * @param learner optimizer, seed, clipping, providers
 * @param schedule options of the schedule; its key {@code unit} is {@code step} (default) or {@code epoch}
 * @param augmentation options of what makes other samples of those trained on, one after the other; the key {@code column} names
 *     the column (default the only feature)
 * @param metrics options of each metric; the key {@code output} names the output it looks at (default the first)
 * @param validation the part of the training data held back, taken from its end, 0 to below 1
 * @param testing true to evaluate on the test table when training ends
 */
public record RunSpec(
        String name,
        Splits data,
        LearnerSpec learner,
        Optional<Map<String, Object>> schedule,
        List<Map<String, Object>> augmentation,
        List<Map<String, Object>> metrics,
        int epochs,
        int batchSize,
        boolean shuffle,
        double validation,
        boolean testing) {
    public RunSpec {
        schedule = schedule.map(Map::copyOf);
        augmentation = List.copyOf(augmentation);
        metrics = List.copyOf(metrics);
    }
}
