package org.fascicle.tensor;

/**
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): what Fascicle draws with. The key is made of seed and name, the counter
 * of element, stream, instance and step, so every draw of a run has a number of its own. Immutable and thread-safe.
 */
public final class Philox implements Draws {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;

    private final int key0;
    private final int key1;
    private final int stream;
    private final int instance;
    private final int step;

    private Philox(int key0, int key1, int stream, int instance, int step) {
        this.key0 = key0;
        this.key1 = key1;
        this.stream = stream;
        this.instance = instance;
        this.step = step;
    }

    /**
     * Draws of one stream.
     *
     * @param name who draws: a node's path, {@code node.param}, {@code shuffle}
     * @param instance which of several uses in one step
     * @param stream which of several streams of one use, 0 to 65,535
     * @param step which step, epoch or sample
     */
    public static Philox of(long seed, String name, int instance, int stream, long step) {
        long h = mix(seed); // before the name, or seed 1 of b would be seed 2 of a
        for (int i = 0; i < name.length(); i++) h = mix(h ^ name.charAt(i));
        h = mix(h);
        return new Philox((int) h, (int) (h >>> 32), stream & 0xFFFF, instance, (int) step);
    }

    /** The same draws of another instance, e.g. of another sample: as {@link #of} gives them, without going through the name again. */
    public Philox instance(int instance) {
        return new Philox(key0, key1, stream, instance, step);
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long z) {
        z += 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The four words of one counter, into {@code words[at..at + 4)}. */
    public static void words(int[] words, int at, int c0, int c1, int c2, int c3, int k0, int k1) {
        for (int round = 0; round < 10; round++) {
            long p0 = (c0 & 0xFFFFFFFFL) * (MULTIPLIER_0 & 0xFFFFFFFFL);
            long p1 = (c2 & 0xFFFFFFFFL) * (MULTIPLIER_1 & 0xFFFFFFFFL);
            int a = (int) (p1 >>> 32) ^ c1 ^ k0;
            int b = (int) (p0 >>> 32) ^ c3 ^ k1;
            c0 = a;
            c1 = (int) p1;
            c2 = b;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[at] = c0;
        words[at + 1] = c1;
        words[at + 2] = c2;
        words[at + 3] = c3;
    }

    private void block(int[] words, long block) {
        words(words, 0, (int) block, (int) (block >>> 32) << 16 | stream, instance, step, key0, key1);
    }

    @Override
    public float uniform(long element) {
        int[] w = new int[4];
        block(w, element >>> 2);
        return uniform(w[(int) (element & 3)]);
    }

    @Override
    public float normal(long element) {
        int[] w = new int[4];
        block(w, element >>> 2);
        return normal(w, (int) (element & 3));
    }

    @Override
    public void uniform(float[] dst, int at, long first, int n) {
        int[] w = new int[4];
        for (int i = 0; i < n; i++) {
            int k = (int) ((first + i) & 3);
            if (k == 0 || i == 0) block(w, (first + i) >>> 2);
            dst[at + i] = uniform(w[k]);
        }
    }

    @Override
    public void normal(float[] dst, int at, long first, int n) {
        int[] w = new int[4];
        for (int i = 0; i < n; i++) {
            int k = (int) ((first + i) & 3);
            if (k == 0 || i == 0) block(w, (first + i) >>> 2);
            dst[at + i] = normal(w, k);
        }
    }

    private static float uniform(int word) {
        return (word >>> 8) * 0x1p-24f;
    }

    /** Box-Muller: words 0, 1 make normals 0, 1; words 2, 3 make 2, 3. StrictMath, so that the bits are the same on every JVM. */
    private static float normal(int[] w, int k) {
        int pair = k & 2;
        double u = ((w[pair] & 0xFFFFFFFFL) + 1) * 0x1p-32;
        double angle = (w[pair + 1] & 0xFFFFFFFFL) * 0x1p-32 * 2 * Math.PI;
        double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
        return (float) (radius * ((k & 1) == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle)));
    }
}
