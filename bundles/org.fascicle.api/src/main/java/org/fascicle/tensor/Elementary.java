package org.fascicle.tensor;

/**
 * The elementary functions every backend has in vector form. A layer asks for their kernels like for those of any other
 * function: {@code p.kernel(Elementary.SIGMOID).apply(gates.step(t), gates.step(t))}. Immutable.
 */
public enum Elementary implements ScalarFunction {
    /** e^x; its slope is y. */
    EXP {
        @Override
        public float apply(float x) {
            return (float) Math.exp(x);
        }

        @Override
        public float slope(float x, float y) {
            return y;
        }

        @Override
        public void apply(Block b, float[] y, float[] x, int n) {
            b.exp(y, x, n);
        }
    },
    /** The natural logarithm; its slope is e^-y. */
    LOG {
        @Override
        public float apply(float x) {
            return (float) Math.log(x);
        }

        @Override
        public float slope(float x, float y) {
            return (float) Math.exp(-y);
        }

        @Override
        public void apply(Block b, float[] y, float[] x, int n) {
            b.log(y, x, n);
        }
    },
    /** The hyperbolic tangent; its slope is 1 - y². */
    TANH {
        @Override
        public float apply(float x) {
            return (float) Math.tanh(x);
        }

        @Override
        public float slope(float x, float y) {
            return 1 - y * y;
        }

        @Override
        public void apply(Block b, float[] y, float[] x, int n) {
            b.tanh(y, x, n);
        }
    },
    /** 1 / (1 + e^-x); its slope is y (1 - y). */
    SIGMOID {
        @Override
        public float apply(float x) {
            return (float) (1 / (1 + Math.exp(-x)));
        }

        @Override
        public float slope(float x, float y) {
            return y * (1 - y);
        }

        @Override
        public void apply(Block b, float[] y, float[] x, int n) {
            b.sigmoid(y, x, n);
        }
    };

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }
}
