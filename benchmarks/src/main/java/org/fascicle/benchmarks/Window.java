package org.fascicle.benchmarks;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stretch of time in which every predicting thread notes the longest time between two of its answers; a gap that begins
 * before or ends after the window counts whole, in an undisturbed window as in a disturbed one. Each thread writes its own
 * place only; what it wrote may be read once it has left.
 */
final class Window {
    /** Waits for no answer. */
    static final int NONE = -1;

    private final int wanted;
    private final long[] longest;
    private final long[] first;
    private final CountDownLatch answered;
    private final CountDownLatch left;
    private volatile Window next;

    /** @param wanted the answer that each thread is waited for to give */
    Window(int threads, int wanted) {
        this.wanted = wanted;
        longest = new long[threads];
        first = new long[threads];
        answered = new CountDownLatch(threads);
        left = new CountDownLatch(threads);
    }

    /** A thread gave this answer at {@code now}, so long after the one before. */
    void saw(int thread, int answer, long gap, long now) {
        longest[thread] = Math.max(longest[thread], gap);
        if (wanted != NONE && answer == wanted && first[thread] == 0) {
            first[thread] = now;
            answered.countDown();
        }
    }

    /** The window after this one; null as long as this is the open one. */
    Window next() {
        return next;
    }

    /** This window ends where the other begins. */
    void endWith(Window other) {
        next = other;
    }

    /** A thread writes nothing here any more. */
    void left() {
        left.countDown();
    }

    /** False if not every thread gave the wanted answer in time. */
    boolean awaitAnswers(long seconds) throws InterruptedException {
        return answered.await(seconds, TimeUnit.SECONDS);
    }

    /** False if not every thread left in time. */
    boolean awaitLeft(long seconds) throws InterruptedException {
        return left.await(seconds, TimeUnit.SECONDS);
    }

    /** The longest gap of any thread. */
    long longest() {
        return Arrays.stream(longest).max().orElseThrow();
    }

    /** When the first thread gave the wanted answer. */
    long first() {
        return Arrays.stream(first).min().orElseThrow();
    }
}
