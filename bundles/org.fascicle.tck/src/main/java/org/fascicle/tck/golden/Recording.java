package org.fascicle.tck.golden;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.tensor.Tensor;

/**
 * One case and what came of it. Everything that the numbers depend on is written down: a replay needs the plug-in only, and
 * nothing of the test that recorded it. Draws are those of seed 11, step 5 and {@code node}. Immutable; the tensors are not
 * modified.
 *
 * @param name of the test and the case, unique within one file
 * @param version of the bundle that computed this, as {@code 1.2.0}
 * @param tolerance the largest difference that is none, relative to the largest value of a tensor
 * @param node the name the layer had, on which its draws depend
 * @param options as JSON has them
 * @param stateful whether it ran in a session with states
 * @param inputs one a port, {@link Tensor#ABSENT} where an optional one was left out
 * @param given parameters, statistics, states and the gradients by outputs, by name
 * @param training outputs, next values and gradients in training, by name
 * @param inference those in inference that have other bits than in training
 */
public record Recording(
        String name,
        String version,
        double tolerance,
        String node,
        Map<String, Object> options,
        boolean stateful,
        List<Tensor> inputs,
        Map<String, Tensor> given,
        Map<String, Tensor> training,
        Map<String, Tensor> inference) {
    public Recording {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        inputs = List.copyOf(inputs);
        given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
        training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
        inference = Collections.unmodifiableMap(new LinkedHashMap<>(inference));
    }

    /** Whether these options are those of the recording, be a number an int here and a long there. */
    public boolean hasOptions(Map<String, ?> other) {
        return GoldenWriter.object(options).equals(GoldenWriter.object(other));
    }
}
