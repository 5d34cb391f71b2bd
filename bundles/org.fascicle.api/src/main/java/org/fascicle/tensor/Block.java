package org.fascicle.tensor;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Vector functions of the backend on index 0 to n of arrays of at least n floats, n at most {@link #LIMIT}; y may be x.
 * Errors are at most 2 ulp; NaN gives NaN. Confined to the calling thread.
 */
@ProviderType
public interface Block {
    /** The most elements of one call. */
    int LIMIT = 1024;

    void exp(float[] y, float[] x, int n);

    void log(float[] y, float[] x, int n);

    void log1p(float[] y, float[] x, int n);

    void tanh(float[] y, float[] x, int n);

    /** 1 / (1 + exp(-x)). */
    void sigmoid(float[] y, float[] x, int n);

    void erf(float[] y, float[] x, int n);

    /** A temporary of {@link #LIMIT} floats, k = 0 to 3; content undefined. */
    float[] temporary(int k);
}
