package org.fascicle.registry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;

/**
 * Calls one listener, one call at a time. A leaving is told by the leaving thread itself, which waits at most for the
 * call that this listener is just in; changes never wait: whoever is calling takes them along. Thread-safe.
 */
final class Hearer {
    private final Plugins.Listener listener;
    /** Fair, so that a leaving is not held up by a row of changes. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private final Queue<Name> changes = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Hearer(Plugins.Listener listener) {
        this.listener = listener;
    }

    void close() {
        closed = true;
    }

    void leaving(Plugin plugin) {
        turn.lock();
        try {
            call(() -> listener.leaving(plugin));
        } finally {
            turn.unlock();
        }
        tellChanges();
    }

    void changed(Name name) {
        changes.add(name);
        tellChanges();
    }

    /** Looks again after every unlock: what was added while the turn was another's would stay untold else. */
    private void tellChanges() {
        while (!changes.isEmpty() && !turn.isHeldByCurrentThread() && turn.tryLock()) {
            try {
                Name name = changes.poll();
                if (name != null) call(() -> listener.changed(name.kind(), name.name()));
            } finally {
                turn.unlock();
            }
        }
    }

    private void call(Runnable telling) {
        if (closed) return;
        try {
            telling.run();
        } catch (Throwable t) {
            Catalogue.LOG.error("Listener {} failed", listener.getClass().getName(), t);
        }
    }
}
