package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** The same work on several threads at once, until one finds something. */
final class Together {
    static final int THREADS = 4;
    private static final int ROUNDS = 5;
    private static final long NANOS = 20_000_000;

    private Together() {}

    /** What one thread does again and again; what it finds ends all. */
    @FunctionalInterface
    interface Work {
        Optional<String> run(int thread);
    }

    /** The first that was found; an exception is a finding too. */
    static Optional<String> run(Work work) throws InterruptedException {
        Queue<String> found = new ConcurrentLinkedQueue<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            Thread t = new Thread(() -> repeat(work, thread, start, found), "contract-" + i);
            t.setDaemon(true);
            t.start();
            threads.add(t);
        }
        start.countDown();
        for (Thread t : threads) t.join();
        return Optional.ofNullable(found.peek());
    }

    private static void repeat(Work work, int thread, CountDownLatch start, Queue<String> found) {
        try {
            start.await();
            long end = System.nanoTime() + NANOS;
            for (int round = 0; found.isEmpty() && (round < ROUNDS || System.nanoTime() - end < 0); round++) {
                work.run(thread).ifPresent(found::add);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            found.add("interrupted");
        } catch (RuntimeException e) {
            found.add(e.toString());
        }
    }
}
