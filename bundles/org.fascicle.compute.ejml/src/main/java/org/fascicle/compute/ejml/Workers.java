package org.fascicle.compute.ejml;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A fixed set of threads that share the chunks of jobs with their callers. A caller always takes part, so a job ends even if
 * no worker ever comes. Thread-safe; any number of threads may call at once.
 */
final class Workers implements AutoCloseable {
    /** How often an idle worker, or a caller whose last chunks run elsewhere, looks again before it parks: some 10 µs. */
    private static final int SPINS = 400;

    private final Queue<Job> jobs = new ConcurrentLinkedQueue<>();
    private final Worker[] workers;
    private volatile boolean closed;

    /** So many threads at work in all: the caller and threads - 1 workers. */
    Workers(int threads) {
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) workers[i] = new Worker(i);
        for (Worker w : workers) w.start();
    }

    int threads() {
        return workers.length + 1;
    }

    /** Runs bodies 0 to chunks - 1; inline if there is nothing to share, or if this thread is already running a body. */
    void run(int chunks, IntConsumer body) {
        if (chunks <= 1 || workers.length == 0 || closed || inBody()) {
            for (int i = 0; i < chunks; i++) body.accept(i);
            return;
        }
        Job job = new Job(chunks, body, Thread.currentThread());
        jobs.add(job);
        wake(chunks - 1);
        job.work();
        job.await();
        jobs.remove(job);
        job.rethrow();
    }

    /** No worker starts another chunk; callers finish their jobs alone. */
    @Override
    public void close() {
        closed = true;
        for (Worker w : workers) LockSupport.unpark(w);
    }

    private boolean inBody() {
        Thread t = Thread.currentThread();
        if (t instanceof Worker w && w.owner() == this) return true;
        for (Job j : jobs) {
            if (j.caller == t) return true;
        }
        return false;
    }

    private void wake(int wanted) {
        for (int i = 0; i < workers.length && wanted > 0; i++) {
            Worker w = workers[i];
            if (w.parked) LockSupport.unpark(w);
            if (!w.busy) wanted--;
        }
    }

    private Job next() {
        for (Job j : jobs) {
            if (j.open()) return j;
        }
        return null;
    }

    private final class Worker extends Thread {
        private volatile boolean parked;
        private volatile boolean busy;

        Worker(int i) {
            // No inherited thread-locals: they would keep the creator's class loader alive.
            super(null, null, "fascicle-compute-" + i, 0, false);
            setDaemon(true);
            setContextClassLoader(Workers.class.getClassLoader());
        }

        Workers owner() {
            return Workers.this;
        }

        @Override
        public void run() {
            int idle = 0;
            while (!closed) {
                Job j = next();
                if (j != null) {
                    busy = true;
                    j.work();
                    busy = false;
                    idle = 0;
                } else if (++idle < SPINS) {
                    Thread.onSpinWait();
                } else {
                    // Parked is set before the queue is read once more: whoever adds a job reads it after adding.
                    parked = true;
                    if (next() == null && !closed) LockSupport.park(this);
                    parked = false;
                    idle = 0;
                }
            }
        }
    }

    private static final class Job {
        private final int chunks;
        private final IntConsumer body;
        private final Thread caller;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger running;
        private Throwable failure;
        private int failed = Integer.MAX_VALUE;

        Job(int chunks, IntConsumer body, Thread caller) {
            this.chunks = chunks;
            this.body = body;
            this.caller = caller;
            running = new AtomicInteger(chunks);
        }

        boolean open() {
            return next.get() < chunks;
        }

        void work() {
            for (int i = next.getAndIncrement(); i < chunks; i = next.getAndIncrement()) {
                try {
                    body.accept(i);
                } catch (Throwable t) {
                    fail(i, t);
                }
                if (running.decrementAndGet() == 0 && Thread.currentThread() != caller) LockSupport.unpark(caller);
            }
        }

        /** Chunks are handed out in ascending order, so the failure kept is the same for any number of threads. */
        private synchronized void fail(int chunk, Throwable t) {
            if (failure != null && failure != t)
                (chunk < failed ? t : failure).addSuppressed(chunk < failed ? failure : t);
            if (chunk < failed) {
                failed = chunk;
                failure = t;
            }
            int skipped = chunks - next.getAndSet(chunks);
            if (skipped > 0) running.addAndGet(-skipped);
        }

        void await() {
            boolean interrupted = false;
            for (int i = 0; running.get() > 0; i++) {
                if (i < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }

        synchronized void rethrow() {
            if (failure != null) Workers.<RuntimeException>sneak(failure);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable t) throws T {
        throw (T) t;
    }
}
