package org.fascicle.activations;

/** Signs without a branch: about half of all activations are negative, and a mispredicted branch costs ten multiplications. */
final class Signs {
    private Signs() {}

    /** 1 for x greater than 0, else 0; NaN for NaN. The product overflows for the smallest denormal too, and the minimum makes it 1. */
    static float positive(float x) {
        return Math.min(1f, Math.max(x, 0f) * 1e38f * 1e38f);
    }

    /** x for x greater than 0, else slope * x. */
    static float bent(float x, float slope) {
        return Math.max(x, 0f) + slope * Math.min(x, 0f);
    }

    /** The slope of {@link #bent} for an x, or a y, of this sign: 1 or slope exactly. */
    static float bentSlope(float x, float slope) {
        float up = positive(x);
        return up + slope * (1f - up);
    }
}
