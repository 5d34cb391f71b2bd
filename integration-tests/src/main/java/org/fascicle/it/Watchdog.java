package org.fascicle.it;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Interrupts a story that hangs, and tells what every thread was doing. A story hangs if its progress stands still or its threads are in deadlock. */
final class Watchdog implements AutoCloseable {
    private static final Duration STANDSTILL = Duration.ofSeconds(30);

    private final LongSupplier progress;
    private final Thread story = Thread.currentThread();
    private final Thread thread = new Thread(this::watch, "story-watchdog");
    private volatile String dump;

    /** @param progress grows as long as the story goes on */
    Watchdog(LongSupplier progress) {
        this.progress = progress;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long seen = -1, since = System.nanoTime();
        try {
            while (true) {
                Thread.sleep(200);
                long now = progress.getAsLong();
                if (now != seen) {
                    seen = now;
                    since = System.nanoTime();
                }
                boolean still = System.nanoTime() - since > STANDSTILL.toNanos();
                if (!still && threads.findDeadlockedThreads() == null) continue;
                dump = dump(threads);
                story.interrupt();
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String dump(ThreadMXBean threads) {
        StringBuilder all = new StringBuilder("the story hangs; its threads:");
        for (ThreadInfo t : threads.dumpAllThreads(true, true)) {
            all.append("\n\"").append(t.getThreadName()).append("\" ").append(t.getThreadState());
            LockInfo lock = t.getLockInfo();
            if (lock != null)
                all.append(" on ").append(lock).append(" held by ").append(t.getLockOwnerName());
            for (StackTraceElement e : t.getStackTrace())
                all.append("\n    at ").append(e);
        }
        return all.append('\n').toString();
    }

    /** What the threads did when the story hung. */
    Optional<String> hung() {
        return Optional.ofNullable(dump);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
