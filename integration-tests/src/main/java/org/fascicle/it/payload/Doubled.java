package org.fascicle.it.payload;

import org.fascicle.nn.Activation;

/** Twice what {@link Identity} gives, to the last bit. */
public final class Doubled implements Activation {
    @Override
    public float apply(float x) {
        return 2 * x;
    }

    @Override
    public float slope(float x, float y) {
        return 2;
    }
}
