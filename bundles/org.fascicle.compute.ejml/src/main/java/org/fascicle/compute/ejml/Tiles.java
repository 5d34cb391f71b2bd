package org.fascicle.compute.ejml;

/** Outputs cut into tiles of about {@link #LANES} lanes: several small samples, or some rows of a large one. Immutable. */
record Tiles(Geometry g, int samplesEach, int rowsEach) {
    private static final int LANES = 512;

    static Tiles of(Geometry g) {
        int pitch = pitch(g), rows = g.outHeight();
        int fit = Math.max(1, LANES / pitch), pieces = (rows + fit - 1) / fit;
        return pieces > 1
                ? new Tiles(g, 1, (rows + pieces - 1) / pieces)
                : new Tiles(g, Math.max(1, LANES / (pitch * rows)), rows);
    }

    /** Tiles of one sample, or of several. */
    int pieces() {
        return (g.outHeight() + rowsEach - 1) / rowsEach;
    }

    int count() {
        return (g.samples() + samplesEach - 1) / samplesEach * pieces();
    }

    int sample(int t) {
        return t / pieces() * samplesEach;
    }

    int samples(int t) {
        return Math.min(samplesEach, g.samples() - sample(t));
    }

    int row(int t) {
        return t % pieces() * rowsEach;
    }

    int rows(int t) {
        return Math.min(rowsEach, g.outHeight() - row(t));
    }

    /** Lanes from one row of outputs to the next. */
    int pitch() {
        return pitch(g);
    }

    private static int pitch(Geometry g) {
        return !g.dense() ? g.outWidth() : Unfolding.direct(g) ? g.width() : g.reach();
    }

    /** Lanes of the largest tile. */
    int lanes() {
        return samplesEach * rowsEach * pitch();
    }
}
