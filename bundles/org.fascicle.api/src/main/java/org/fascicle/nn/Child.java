package org.fascicle.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fascicle.tensor.Shape;

/**
 * A layer with its activation, ready to stand in a model or inside another layer; its weights lie under the parent's, at
 * its name. A layer gets children from {@link Config#layer} and {@link Config#activation}, declares them in its plan, and
 * runs them by {@link Pass#call}. Immutable.
 *
 * @param type the plug-in's name, for messages and for {@link Loss#fromLogits}
 * @param activation the layer applied to output 0, if the layer does not apply it itself
 */
public record Child(String name, String type, Layer layer, Optional<Child> activation) {
    /** A child without an activation. */
    public static Child of(String name, String type, Layer layer) {
        return new Child(name, type, layer, Optional.empty());
    }

    /** The same behaviour with weights of its own. */
    public Child named(String newName) {
        return new Child(newName, type, layer, activation);
    }

    public List<Port> inputs() {
        return layer.inputs();
    }

    public List<String> outputs() {
        return layer.outputs();
    }

    /** Output shapes, activation included. */
    public List<Shape> outputs(Shape... in) {
        List<Shape> y = layer.plan(Shapes.of(in)).outputs();
        if (activation.isEmpty()) return y;
        List<Shape> r = new ArrayList<>(y);
        r.set(0, activation.get().outputs(y.get(0)).get(0));
        return List.copyOf(r);
    }

    /** True if its backward reads this input, which must then be kept or declared as read by the caller. */
    public boolean reads(int input, Shape... in) {
        return layer.plan(Shapes.of(in)).readInputs().contains(Math.min(input, inputs().size() - 1));
    }
}
