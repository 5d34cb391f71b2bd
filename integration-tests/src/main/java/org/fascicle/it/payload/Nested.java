package org.fascicle.it.payload;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;

/** A layer that names another plug-in, which is known only once it is asked for its options. */
public final class Nested implements Layer.Factory {
    @Override
    public Layer create(Config c) {
        return c.activation("inner", "inner_part").layer();
    }
}
