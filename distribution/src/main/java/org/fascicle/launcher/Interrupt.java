package org.fascicle.launcher;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, as a shutdown hook: tells the command once, and lets it end in order. The framework's own start and stop are not
 * disturbed; a command that has not begun does not begin. Thread-safe.
 */
final class Interrupt implements Runnable {
    /** How long a step may take to end, and the model to be saved. */
    private static final long SECONDS = 90;

    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean wished;
    private boolean working;

    Interrupt(Thread thread) {
        this.thread = thread;
    }

    /** The command begins; false if it must not. */
    synchronized boolean begin() {
        working = !wished;
        return working;
    }

    /** The command is done: from now on there is nothing to interrupt. */
    synchronized void end() {
        working = false;
        // What came too late is not for those who clean up.
        Thread.interrupted();
    }

    /** All is done. */
    void ended() {
        ended.countDown();
    }

    @Override
    public void run() {
        synchronized (this) {
            wished = true;
            if (working) thread.interrupt();
        }
        try {
            if (!ended.await(SECONDS, TimeUnit.SECONDS))
                System.err.println("fascicle: the command does not end; giving up");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
