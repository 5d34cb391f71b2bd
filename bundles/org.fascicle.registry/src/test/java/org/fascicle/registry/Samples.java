package org.fascicle.registry;

import org.fascicle.nn.Activation;

/** Plug-ins whose classes are put into bundles made by the tests. Each is copied alone: it may use the api and itself only. */
final class Samples {
    private Samples() {}

    public static final class Mish implements Activation {
        @Override
        public float apply(float x) {
            return (float) (x * Math.tanh(Math.log1p(Math.exp(x))));
        }

        @Override
        public float slope(float x, float y) {
            return 1;
        }
    }

    public static final class Throwing implements Activation {
        public Throwing() {
            throw new IllegalStateException("no table");
        }

        @Override
        public float apply(float x) {
            return x;
        }

        @Override
        public float slope(float x, float y) {
            return 1;
        }
    }
}
