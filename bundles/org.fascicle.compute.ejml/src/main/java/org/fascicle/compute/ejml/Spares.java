package org.fascicle.compute.ejml;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** Scratch objects that are not in use: taken, given back, made anew when none is left, dropped when too many come back. Thread-safe, lock-free. */
final class Spares<T> {
    private static final int KEPT = 32;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(KEPT);
    private final Supplier<T> make;

    Spares(Supplier<T> make) {
        this.make = make;
    }

    T take() {
        for (int i = 0; i < KEPT; i++) {
            if (slots.getPlain(i) != null) {
                T t = slots.getAndSet(i, null);
                if (t != null) return t;
            }
        }
        return make.get();
    }

    void give(T t) {
        for (int i = 0; i < KEPT; i++) {
            if (slots.getPlain(i) == null && slots.compareAndSet(i, null, t)) return;
        }
    }
}
