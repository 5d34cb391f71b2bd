package org.fascicle.it;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, never for a time. */
final class Await {
    /** Far longer than anything takes: what has not come by then does not come. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        until(what, condition, () -> "");
    }

    /** @param state told if the condition does not come */
    static void until(String what, BooleanSupplier condition, Supplier<?> state) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        "waited " + LONGEST.toSeconds() + " s in vain until " + what + " " + state.get());
            }
            pause();
        }
    }

    /** Waits until there is something, and gives it. */
    static <T> T present(String what, Supplier<Optional<T>> source) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        for (; ; ) {
            Optional<T> t = source.get();
            if (t.isPresent()) return t.get();
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + LONGEST.toSeconds() + " s in vain for " + what);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
