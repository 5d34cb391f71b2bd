package org.fascicle.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.fascicle.plugin.FascicleException;

/** Threads that predict without a pause, and note into the window that is open what they see. {@link #close} ends them. The
 * windows are opened and ended by one thread. */
final class Traffic implements AutoCloseable {
    /** Nothing takes so long: what has not come by then does not come. */
    private static final long LONGEST_SECONDS = 60;

    private final IntSupplier prediction;
    private final int threads;
    private final List<Thread> running = new ArrayList<>();
    private final LongAdder predictions = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicReference<String> firstFailure = new AtomicReference<>("");
    private Window window;
    private volatile boolean over;

    /** @param prediction one prediction: which answer it gave, negative for none of those that are right */
    Traffic(int threads, IntSupplier prediction) {
        this.threads = threads;
        this.prediction = prediction;
        window = new Window(threads, Window.NONE);
        Window first = window;
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread t = new Thread(null, () -> predict(number, first), "fascicle-bench-predicting-" + i, 0, false);
            t.setDaemon(true);
            t.setContextClassLoader(Traffic.class.getClassLoader());
            running.add(t);
        }
        running.forEach(Thread::start);
    }

    private void predict(int thread, Window first) {
        Window mine = first;
        long last = System.nanoTime();
        while (!over) {
            int answer = answer();
            long now = System.nanoTime();
            mine.saw(thread, answer, now - last, now);
            // Through all of them: a gap may be longer than a window.
            for (Window w = mine.next(); w != null; w = mine.next()) {
                mine.left();
                mine = w;
                mine.saw(thread, answer, now - last, now);
            }
            last = now;
        }
        mine.left();
    }

    private int answer() {
        predictions.increment();
        try {
            int answer = prediction.getAsInt();
            if (answer < 0) failed("an answer that no version of the code gives");
            return answer;
        } catch (RuntimeException | LinkageError e) {
            if (!over) failed(e.toString());
            return -1;
        }
    }

    private void failed(String why) {
        failures.increment();
        firstFailure.compareAndSet("", why);
    }

    /** Begins a window in which each thread is to give this answer, or {@link Window#NONE}. */
    Window open(int wanted) {
        Window w = new Window(threads, wanted);
        window.endWith(w);
        window = w;
        return w;
    }

    /** Ends a window; afterwards it can be read. */
    void end(Window w) throws InterruptedException {
        open(Window.NONE);
        if (!w.awaitLeft(LONGEST_SECONDS)) throw stuck("an answer");
    }

    /** Waits until each thread gave the answer that the window is about. */
    void awaitAnswers(Window w) throws InterruptedException {
        if (!w.awaitAnswers(LONGEST_SECONDS)) throw stuck("an answer by the new code");
    }

    private FascicleException stuck(String what) {
        return new FascicleException("bench: a predicting thread waited " + LONGEST_SECONDS + " s in vain for " + what
                + (firstFailure.get().isEmpty() ? "" : "; the first failure was: " + firstFailure.get()));
    }

    long predictions() {
        return predictions.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** What failed first; empty if nothing did. */
    String firstFailure() {
        return firstFailure.get();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread t : running) t.join(LONGEST_SECONDS * 1000);
    }
}
