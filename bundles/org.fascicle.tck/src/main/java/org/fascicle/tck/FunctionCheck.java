package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.fascicle.tck.reference.ScalarBlock;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.ScalarFunction;

/** The promises of a scalar function, each a method that tells what it found; empty is good. Confined to one thread. */
public final class FunctionCheck {
    private static final int[] SIZES = {1, 7, Block.LIMIT};
    private static final float SENTINEL = 12345.678f;
    private static final float H = 1e-2f;

    private final ScalarFunction f;
    private final double range;

    /** @param range value and slope must be finite from -range to range */
    public FunctionCheck(ScalarFunction f, double range) {
        this.f = f;
        this.range = range;
    }

    private List<Float> points() {
        List<Float> p = new ArrayList<>(List.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-30f, -1e-30f));
        for (double x = 1e-6; x < range; x *= 1.5) {
            p.add((float) x);
            p.add((float) -x);
        }
        p.add((float) range);
        p.add((float) -range);
        return p;
    }

    /** Value and slope are finite everywhere in the range. */
    public List<String> isFinite() {
        List<String> found = new ArrayList<>();
        for (float x : points()) {
            float y = f.apply(x), s = f.slope(x, y);
            if (!Float.isFinite(y))
                found.add("apply(" + x + ") is " + y + ": expected a finite number; does an intermediate overflow?");
            if (!Float.isFinite(s))
                found.add("slope(" + x + ", " + y + ") is " + s
                        + ": expected a finite number; does an intermediate overflow?");
            if (found.size() > 3) break;
        }
        return found;
    }

    /** The slope agrees with the difference quotient wherever the function is smooth. */
    public List<String> slopeIsTheDerivative() {
        List<String> found = new ArrayList<>();
        int smooth = 0;
        for (float x = (float) -Math.min(10, range) + 0.0137f; x < Math.min(10, range); x += 0.0931f) {
            double half = quotient(x, H / 2), whole = quotient(x, H), n = (4 * half - whole) / 3;
            double noise = 4 * 6e-8 * Math.abs(f.apply(x)) / H, limit = 1e-3 * Math.max(1, Math.abs(n)) + noise;
            if (Math.abs(half - whole) > limit) continue;
            smooth++;
            float s = f.slope(f.slopeNeedsInput() ? x : Float.NaN, f.apply(x));
            if (Math.abs(s - n) <= limit) continue;
            found.add("slope at x = " + x + ": expected " + (float) n + " (difference quotient), got " + s);
            if (found.size() > 3) break;
        }
        if (smooth < 20) found.add("the function is smooth at " + smooth + " of about 200 points only: expected most");
        return found;
    }

    private double quotient(float x, float h) {
        float up = x + h, down = x - h;
        return ((double) f.apply(up) - f.apply(down)) / ((double) up - down);
    }

    /** A slope that says it does not need x does not read it. */
    public List<String> slopeReadsWhatItNeeds() {
        List<String> found = new ArrayList<>();
        if (f.slopeNeedsInput()) return found;
        for (float x : points()) {
            float y = f.apply(x), with = f.slope(x, y), without = f.slope(Float.NaN, y);
            if (Float.floatToIntBits(with) == Float.floatToIntBits(without)) continue;
            found.add("slope reads x although slopeNeedsInput() is false: at y = " + y + " expected " + with + ", got "
                    + without + " when x is NaN; use y only, or say true");
            break;
        }
        return found;
    }

    /** The block forms compute what the scalar forms do, on index 0 to n, and write nothing else. */
    public List<String> blockFormsAgree() {
        List<String> found = new ArrayList<>();
        for (int n : SIZES) {
            float[] x = inputs(n), y = new float[Block.LIMIT], dy = inputs(n), dx = new float[Block.LIMIT];
            float[] givenX = x.clone();
            ScalarBlock block = new ScalarBlock();
            block.forget();
            Arrays.fill(y, SENTINEL);
            Arrays.fill(y, 0, n, Float.NaN);
            f.apply(block, y, x, n);
            compare("apply(Block, …)", n, x, y, i -> f.apply(givenX[i]), found);
            unchanged("apply(Block, …) writes to x", givenX, x, found);
            float[] exact = new float[Block.LIMIT], gradient = dy.clone();
            Arrays.fill(exact, SENTINEL);
            for (int i = 0; i < n; i++) exact[i] = f.apply(x[i]);
            float[] givenY = exact.clone();
            if (!f.slopeNeedsInput()) Arrays.fill(x, Float.NaN);
            float[] slopeX = x.clone();
            Arrays.fill(dx, SENTINEL);
            Arrays.fill(dx, 0, n, Float.NaN);
            block.forget();
            f.slope(block, dx, x, exact, dy, n);
            compare("slope(Block, …)", n, givenX, dx, i -> gradient[i] * f.slope(givenX[i], givenY[i]), found);
            unchanged("slope(Block, …) writes to x", slopeX, x, found);
            unchanged("slope(Block, …) writes to y", givenY, exact, found);
            unchanged("slope(Block, …) writes to dy", gradient, dy, found);
            if (!found.isEmpty()) break;
        }
        return found;
    }

    private float[] inputs(int n) {
        float[] x = new float[Block.LIMIT];
        Random random = new Random(n);
        Arrays.fill(x, SENTINEL);
        for (int i = 0; i < n; i++) x[i] = (float) (random.nextGaussian() * (i % 3 == 0 ? Math.min(range, 8) : 1));
        for (int i = 0; i < n; i++) x[i] = (float) Math.max(-range, Math.min(range, x[i]));
        return x;
    }

    @FunctionalInterface
    private interface Expected {
        float at(int i);
    }

    private static void compare(String what, int n, float[] x, float[] got, Expected expected, List<String> found) {
        for (int i = 0; i < n; i++) {
            float want = expected.at(i);
            if (Math.abs(got[i] - want) <= 2e-6 + 1e-5 * Math.abs(want)) continue;
            found.add(what + " with n = " + n + " disagrees with the scalar form at index " + i + ", x = " + x[i]
                    + ": expected " + want + ", got " + got[i]);
            return;
        }
        for (int i = n; i < got.length; i++) {
            if (got[i] == SENTINEL) continue;
            found.add(what + " with n = " + n + " writes at index " + i
                    + ": expected index 0 to n - 1 only; loop to n, not to the array's length");
            return;
        }
    }

    private static void unchanged(String what, float[] before, float[] after, List<String> found) {
        if (!Arrays.equals(before, after)) found.add(what + ": it belongs to the caller");
    }
}
