package org.fascicle.runtime.live;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Who works on a generation: taken before its code is called, given back after. Striped, so that predicting threads do not
 * meet. Thread-safe.
 */
public final class Pins {
    /** Far enough apart that two stripes do not share a cache line. */
    private static final int STRIDE = 16;

    private static final int STRIPES = 64;
    /** How soon a thread that found all stripes taken looks again. */
    private static final long PAUSE_NANOS = 20_000;

    private final AtomicReferenceArray<Thread> holders = new AtomicReferenceArray<>(STRIPES * STRIDE);
    private volatile boolean closed;

    /** A pin, or -1 if the generation is closed. */
    public int pin() {
        Thread me = Thread.currentThread();
        int start = (int) (me.getId() % STRIPES);
        while (!closed) {
            for (int i = 0; i < STRIPES; i++) {
                int k = (start + i) % STRIPES * STRIDE;
                if (holders.get(k) == null && holders.compareAndSet(k, null, me)) {
                    if (!closed) return k;
                    holders.set(k, null);
                    return -1;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return -1;
    }

    public void unpin(int pin) {
        holders.set(pin, null);
    }

    /** No new pin succeeds after this. */
    public void close() {
        closed = true;
    }

    public boolean closed() {
        return closed;
    }

    /** Waits until no thread but the calling one holds a pin; false if the deadline (of System.nanoTime) passed before. */
    public boolean drain(long deadline) {
        Thread me = Thread.currentThread();
        for (int i = 0; i < STRIPES; i++) {
            for (Thread t = holders.get(i * STRIDE); t != null && t != me; t = holders.get(i * STRIDE)) {
                if (System.nanoTime() - deadline > 0) return false;
                LockSupport.parkNanos(50_000);
            }
        }
        return true;
    }
}
