package org.fascicle.nn;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A loss: output 0 is the value per sample or element, the optional output 1 what each counts for; the runtime weighs and
 * reduces. Immutable and thread-safe. A {@link Layer.Factory} published as a loss must create one.
 */
@ConsumerType
public interface Loss extends Layer {
    @Override
    default List<Port> inputs() {
        return List.of(Port.value("prediction"), Port.constant("target"));
    }

    @Override
    default List<String> outputs() {
        return List.of("value");
    }

    /**
     * The same loss taken on the input of this activation instead of its output, if there is a stabler form: softmax or
     * sigmoid followed by its cross-entropy is computed from logits. The activation has default options.
     *
     * @param activation the plug-in name of the layer that makes the prediction
     */
    default Optional<Loss> fromLogits(String activation) {
        return Optional.empty();
    }
}
