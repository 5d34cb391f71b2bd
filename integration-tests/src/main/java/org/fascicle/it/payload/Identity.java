package org.fascicle.it.payload;

import org.fascicle.nn.Activation;

/** A plug-in that works. */
public final class Identity implements Activation {
    @Override
    public float apply(float x) {
        return x;
    }

    @Override
    public float slope(float x, float y) {
        return 1;
    }
}
