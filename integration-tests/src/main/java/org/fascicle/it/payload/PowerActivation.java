package org.fascicle.it.payload;

import org.fascicle.nn.Activation;

/** A power of two times what comes in: exact, so that every answer tells which version it is of. */
public final class PowerActivation implements Activation {
    private final Power power = Power.ofThisJar();

    @Override
    public float apply(float x) {
        return power.times(x);
    }

    @Override
    public float slope(float x, float y) {
        return power.times(1);
    }
}
