package org.fascicle.compute.ejml;

import org.fascicle.tensor.Block;

/**
 * Elementary functions in float32 as passes that C2 vectorises: small loops over one index, no branches, selection by
 * arithmetic. Only fma, add, multiply, divide, min, max and bit patterns, so interpreter and compiled code give the same bits.
 * The polynomials are minimax fits with float coefficients; errors stay below 2 ulp. Used by one thread at a time.
 */
final class Transcendentals {
    /** 1.5 * 2^23: added to a small number it leaves the nearest integer in the low bits. */
    private static final float MAGIC = 12582912f;

    private static final int MAGIC_BITS = 0x4B400000;
    /** The bits of sqrt(1/2), the least mantissa after the reduction of the logarithm. */
    private static final int HALF_ROOT = 0x3F3504F3;

    private static final int LEAST_NORMAL = 0x00800000;
    private static final int MOST_FINITE = 0x7F7FFFFF;

    private final float[] t = new float[Block.LIMIT];
    private final float[] r = new float[Block.LIMIT];
    private final float[] p = new float[Block.LIMIT];
    private final float[] e = new float[Block.LIMIT];
    private final float[] saved = new float[Block.LIMIT];

    /** e^x: x = k ln 2 + r; 2^k is applied in two halves, so that the result is rounded once even where it is subnormal. */
    void exp(float[] y, float[] x, int n) {
        reduce(t, r, x, n);
        exponential(p, r, n);
        powers(t, r, n);
        for (int i = 0; i < n; i++) y[i] = p[i] * t[i] * r[i];
    }

    private static void reduce(float[] t, float[] r, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            float v = Math.min(Math.max(x[i], -105f), 90f);
            float a = Math.fma(v, 1.442695f, MAGIC);
            float k = a - MAGIC;
            t[i] = a;
            // The first factor has zeros at the end: that step is exact.
            r[i] = Math.fma(k, -1.4286068e-6f, Math.fma(k, -0.69314575f, v));
        }
    }

    /** e^r for |r| up to ln 2 / 2. */
    private static void exponential(float[] y, float[] r, int n) {
        for (int i = 0; i < n; i++) {
            float v = r[i];
            float q = Math.fma(1.9739514e-4f, v, 1.393509e-3f);
            q = Math.fma(q, v, 8.333571e-3f);
            q = Math.fma(q, v, 4.1666463e-2f);
            q = Math.fma(q, v, 1.6666666e-1f);
            q = Math.fma(q, v, 0.5f);
            y[i] = 1 + Math.fma(v * v, q, v);
        }
    }

    /** From t = MAGIC + k to 2^h in t and 2^(k - h) in r, with h about k / 2. */
    private static void powers(float[] t, float[] r, int n) {
        for (int i = 0; i < n; i++) {
            int k = Float.floatToRawIntBits(t[i]), h = k >> 1;
            t[i] = Float.intBitsToFloat((h + 127) << 23);
            r[i] = Float.intBitsToFloat((k - h + 127) << 23);
        }
    }

    /** ln x: x = 2^k m with m in [sqrt(1/2), sqrt(2)). */
    void log(float[] y, float[] x, int n) {
        boolean odd = split(t, r, x, n) < 0;
        if (odd) System.arraycopy(x, 0, saved, 0, n);
        logarithm(p, r, n);
        for (int i = 0; i < n; i++) {
            float f = r[i] - 1, k = t[i] - MAGIC, z = f * f;
            y[i] = Math.fma(k, 0.69314575f, f + Math.fma(z, Math.fma(f, p[i], -0.5f), k * 1.4286068e-6f));
        }
        for (int i = 0; odd && i < n; i++) {
            if (!(saved[i] >= Float.MIN_NORMAL && saved[i] <= Float.MAX_VALUE)) y[i] = (float) StrictMath.log(saved[i]);
        }
    }

    /** ln(1 + x) = ln u + c / u, where u is 1 + x rounded and c what the rounding lost. */
    void log1p(float[] y, float[] x, int n) {
        lost(e, p, x, n);
        boolean odd = (split(t, r, e, n) | zeros(x, n)) < 0;
        if (odd) {
            System.arraycopy(x, 0, saved, 0, n);
        }
        for (int i = 0; i < n; i++) e[i] = p[i] / e[i];
        logarithm(p, r, n);
        for (int i = 0; i < n; i++) {
            float f = r[i] - 1, k = t[i] - MAGIC, z = f * f;
            y[i] = Math.fma(
                    k, 0.69314575f, f + Math.fma(z, Math.fma(f, p[i], -0.5f), Math.fma(k, 1.4286068e-6f, e[i])));
        }
        for (int i = 0; odd && i < n; i++) {
            if (!(saved[i] > -1 && saved[i] <= Float.MAX_VALUE) || saved[i] == 0)
                y[i] = (float) StrictMath.log1p(saved[i]);
        }
    }

    private static void lost(float[] u, float[] c, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            float v = x[i], s = 1 + v, b = s - 1;
            u[i] = s;
            c[i] = (1 - (s - b)) + (v - b);
        }
    }

    /** Mantissas to m, MAGIC + exponents to k; negative if any x is not a positive normal number. */
    private static int split(float[] k, float[] m, float[] x, int n) {
        int odd = 0;
        for (int i = 0; i < n; i++) {
            int b = Float.floatToRawIntBits(x[i]), v = b - HALF_ROOT;
            odd |= (b - LEAST_NORMAL) | (MOST_FINITE - b);
            k[i] = Float.intBitsToFloat(MAGIC_BITS + (v >> 23));
            m[i] = Float.intBitsToFloat((v & 0x7FFFFF) + HALF_ROOT);
        }
        return odd;
    }

    /** Negative if any x is -0, whose sign the sum 1 + x loses. */
    private static int zeros(float[] x, int n) {
        int odd = 0;
        for (int i = 0; i < n; i++) {
            int b = Float.floatToRawIntBits(x[i]) ^ Integer.MIN_VALUE;
            odd |= ~(b | -b);
        }
        return odd;
    }

    /** (ln m - f + f² / 2) / f³ for f = m - 1. */
    private static void logarithm(float[] y, float[] m, int n) {
        for (int i = 0; i < n; i++) {
            float f = m[i] - 1;
            float q = Math.fma(6.749269e-2f, f, -1.16700985e-1f);
            q = Math.fma(q, f, 1.1883549e-1f);
            q = Math.fma(q, f, -1.2406234e-1f);
            q = Math.fma(q, f, 1.4220358e-1f);
            q = Math.fma(q, f, -1.6667989e-1f);
            q = Math.fma(q, f, 2.0002072e-1f);
            q = Math.fma(q, f, -2.500001e-1f);
            y[i] = Math.fma(q, f, 3.3333313e-1f);
        }
    }

    /** tanh x: an odd polynomial up to 0.55, ±(1 - 2 / (1 + e^2|x|)) beyond. */
    void tanh(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) e[i] = 2 * Math.abs(x[i]);
        exp(e, e, n);
        for (int i = 0; i < n; i++) e[i] = 1 - 2 / (1 + e[i]);
        for (int i = 0; i < n; i++) {
            float v = Math.min(Math.abs(x[i]), 1f), s = v * v;
            float q = Math.fma(-6.2428494e-3f, s, 2.1050714e-2f);
            q = Math.fma(q, s, -5.3847548e-2f);
            q = Math.fma(q, s, 1.3332544e-1f);
            q = Math.fma(q, s, -3.3333316e-1f);
            p[i] = Math.fma(q * s, v, v);
        }
        select(y, x, 0.55f, e, p, n);
    }

    /** With q = e / (1 + e), e = e^-|x|: 1 - q from 0 on, e - e q below; both are more exact than a quotient. */
    void sigmoid(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) e[i] = -Math.abs(x[i]);
        exp(e, e, n);
        for (int i = 0; i < n; i++) {
            float positive = Math.min(Math.max(x[i] * 0x1p127f, 0f), 1f);
            float of = Math.fma(positive, 1 - e[i], e[i]);
            y[i] = Math.fma(-of, e[i] / (1 + e[i]), of);
        }
    }

    /** erf x: an odd polynomial up to 1, ±(1 - e^g(|x|)) beyond. */
    void erf(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            float v = Math.min(Math.abs(x[i]), 4f);
            float q = Math.fma(-2.169288e-5f, v, 4.4142737e-4f);
            q = Math.fma(q, v, -4.20511e-3f);
            q = Math.fma(q, v, 2.520999e-2f);
            q = Math.fma(q, v, -1.0842171e-1f);
            q = Math.fma(q, v, -6.332166e-1f);
            q = Math.fma(q, v, -1.1295803f);
            e[i] = Math.fma(q, v, 1.88468e-4f);
        }
        exp(e, e, n);
        for (int i = 0; i < n; i++) e[i] = 1 - e[i];
        for (int i = 0; i < n; i++) {
            float v = Math.min(Math.abs(x[i]), 1f), s = v * v;
            float q = Math.fma(7.806904e-5f, s, -7.997853e-4f);
            q = Math.fma(q, s, 5.187162e-3f);
            q = Math.fma(q, s, -2.6853347e-2f);
            q = Math.fma(q, s, 1.1283579e-1f);
            q = Math.fma(q, s, -3.7612626e-1f);
            q = Math.fma(q, s, 1.2837917e-1f);
            p[i] = Math.fma(q, v, v);
        }
        select(y, x, 1f, e, p, n);
    }

    /** y = large where |x| exceeds the limit, small elsewhere, with the sign of x; both are not negative where chosen. */
    private static void select(float[] y, float[] x, float limit, float[] large, float[] small, int n) {
        for (int i = 0; i < n; i++) {
            float v = x[i];
            float beyond = Math.min(Math.max((Math.abs(v) - limit) * 0x1p40f, 0f), 1f);
            // In two steps even the least number becomes 1; zeros keep their sign.
            float sign = Math.min(Math.max(v * 0x1p127f * 0x1p24f, -1f), 1f);
            y[i] = Math.fma(beyond, large[i], (1 - beyond) * small[i]) * sign;
        }
    }
}
