package org.fascicle.runtime;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.fascicle.plugin.Plugins;

/** Counts changes and tells those who watch: what a {@link RuntimePart} is made with. Thread-safe. */
public final class Changes {
    private final AtomicLong count = new AtomicLong();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    /** Something has changed. */
    public void made() {
        made(1);
    }

    /** So many things have changed. */
    public void made(long n) {
        count.addAndGet(n);
        for (Runnable w : watchers) w.run();
    }

    public long count() {
        return count.get();
    }

    /** Runs {@code changed} after every change, until closed; it must return at once. */
    public Plugins.Watch watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }
}
