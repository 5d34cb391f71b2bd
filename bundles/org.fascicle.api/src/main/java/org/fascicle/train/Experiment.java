package org.fascicle.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A description of what to train on what and how, as JSON or a configuration has it. Immutable. Keys: {@code name},
 * {@code description}, {@code parameters} (names for values used as {@code "${name}"}), {@code dataset} (options of a data
 * set; its key {@code preprocessing} lists augmentations that draw nothing, for every sample), {@code model} ({@code inputs} may be left out: then they are the features), {@code loss} (name or options; or
 * {@code losses} in the model), {@code weights} (given numbers by {@code node.param}), {@code metrics}, and {@code training} with {@code epochs}, {@code batch_size},
 * {@code shuffle}, {@code validation_split}, {@code seed}, {@code optimizer}, {@code schedule},
 * {@code augmentation} (a list, for samples that are trained on), {@code clip_norm}, {@code providers}.
 *
 * @param tree checked for unknown keys, parameters put in
 */
public record Experiment(String name, Map<String, Object> tree) {
    public Experiment {
        tree = Collections.unmodifiableMap(new LinkedHashMap<>(tree));
    }
}
