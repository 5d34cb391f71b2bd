package org.fascicle.it.payload;

import org.fascicle.nn.Activation;

/** The opposite of {@link Identity}: what was largest is smallest. */
public final class Negated implements Activation {
    @Override
    public float apply(float x) {
        return -x;
    }

    @Override
    public float slope(float x, float y) {
        return -1;
    }
}
