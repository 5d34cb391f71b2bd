package org.fascicle.tensor;

/**
 * A tensor seen as {@code [outer, channels, inner]}: elements {@code (o * channels + c) * inner} to the next such number
 * belong to channel c. Immutable.
 */
public record Channels(int outer, int channels, int inner) {
    /** Calls {@code run} for each contiguous run of one channel, in memory order. */
    public void each(Run run) {
        int at = 0;
        for (int o = 0; o < outer; o++) {
            for (int c = 0; c < channels; c++, at += inner) run.at(c, at, at + inner);
        }
    }

    /** What to do with the elements {@code from} (inclusive) to {@code to} (exclusive), all of one channel. */
    @FunctionalInterface
    public interface Run {
        void at(int channel, int from, int to);
    }
}
