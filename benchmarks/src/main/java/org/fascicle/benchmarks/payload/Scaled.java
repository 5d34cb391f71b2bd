package org.fascicle.benchmarks.payload;

import java.util.Map;
import org.fascicle.nn.Activation;

/** A leaky ReLU times a power of two, which scales every number behind it exactly. Goes into jars that are made in memory. */
public final class Scaled implements Activation {
    private final float scale;

    public Scaled(Map<String, ?> properties) {
        scale = ((Number) properties.get("scale")).floatValue();
    }

    @Override
    public float apply(float x) {
        return x > 0 ? scale * x : scale * x / 8;
    }

    @Override
    public float slope(float x, float y) {
        return x > 0 ? scale : scale / 8;
    }
}
