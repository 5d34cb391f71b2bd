package org.fascicle.nn;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A differentiable function. Immutable and thread-safe; all that changes is in the {@link Pass}. A layer is usually a
 * record of its options with a nested {@link Factory} that is the component; one without options is a component itself.
 *
 * <p>Life cycle: {@code create} once per node of a model, {@code plan} for every new set of shapes, then {@code forward}
 * and, when training, {@code backward} from any thread, on several passes at once.
 */
@ConsumerType
public interface Layer {
    default List<Port> inputs() {
        return List.of(Port.value("x"));
    }

    default List<String> outputs() {
        return List.of("y");
    }

    /** Everything the compiler must know; throws {@code ShapeException} if the shapes do not fit. */
    Plan plan(Shapes in);

    /** Fills every output. */
    void forward(Pass p);

    /** Reads what the plan declared, fills every sink. */
    void backward(Pass p);

    /** Makes a layer from options. Thread-safe. */
    @ConsumerType
    interface Factory {
        Layer create(Config c);
    }
}
