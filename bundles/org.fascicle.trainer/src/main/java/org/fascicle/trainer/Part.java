package org.fascicle.trainer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A metric or schedule as long as its plug-in is there. When that leaves, the object is let go of, and the next use makes another
 * from the providers there are. Used by one thread; {@link #left} may come from any.
 */
final class Part<T> {
    private static final Logger log = LoggerFactory.getLogger(Part.class);

    private final Plugins plugins;
    private final Kind kind;
    private final Class<T> type;
    private final String where;
    private final Map<String, Object> options;
    private final boolean pinned;
    /** Held while plug-in code runs, so that it can be waited for; never while the registry is called. */
    private final ReentrantLock lock = new ReentrantLock();

    // Changed together under this object's monitor, which is never held while code of others runs.
    private List<Plugin> uses = List.of();
    private Optional<Origin> origin;
    private Optional<String> change = Optional.empty();
    private long departures;
    private volatile T object;

    /**
     * A part that is not made yet.
     *
     * @param where put before messages
     * @param pinned whether only the code it began with may take its place
     * @param origin the code it began with, if it has begun
     */
    Part(
            Plugins plugins,
            Kind kind,
            Class<T> type,
            String where,
            Map<String, Object> options,
            boolean pinned,
            Optional<Origin> origin) {
        this.plugins = plugins;
        this.kind = kind;
        this.type = type;
        this.where = where;
        this.options = options;
        this.pinned = pinned;
        this.origin = origin;
    }

    /** Makes the object if it is not there; {@link MissingPluginException} if it cannot be made now. */
    void require() {
        while (object == null) {
            long seen = departures();
            try {
                accept(plugins.create(kind, where, options, this::pick), seen);
            } catch (ConfigException | LinkageError e) {
                // Code that is leaving fails in odd ways.
                if (departures() == seen) throw e;
                log.debug("{}: made again, something has left: {}", where, e.toString());
            }
        }
    }

    /** Takes what was made, unless something left meanwhile: it might be made of that. */
    private synchronized void accept(Plugins.Created made, long seen) {
        if (departures != seen) return;
        if (!type.isInstance(made.object())) {
            throw new ConfigException(where + ": " + options.get("type") + " is no " + type.getSimpleName() + ", got "
                    + made.object().getClass().getName());
        }
        uses = made.uses();
        Optional<Origin> before = origin;
        origin = uses.stream().map(Plugin::origin).filter(o -> o.kind() == kind).findFirst();
        if (before.isPresent() && origin.isPresent() && !before.get().sameContent(origin.get())) {
            change = Optional.of(before.get() + " replaced by " + origin.get());
        }
        object = type.cast(made.object());
    }

    private synchronized long departures() {
        return departures;
    }

    private Optional<Plugin> pick(Kind k, String name, List<Plugin> best) {
        Optional<Origin> first = origin();
        if (!pinned || k != kind || first.isEmpty()) return Plugins.Choice.BEST.pick(k, name, best);
        return best.stream().filter(p -> p.origin().sameContent(first.get())).findFirst();
    }

    /** Does something that may be done twice with the object; {@link MissingPluginException} if it is not there now and cannot be made. */
    <R> R use(Function<T, R> work) {
        while (true) {
            require();
            lock.lock();
            try {
                T o = object;
                if (o == null) continue;
                try {
                    return work.apply(o);
                } catch (RuntimeException | LinkageError e) {
                    // What fails because its code has left is done again with what comes.
                    if (holds(o)) throw e;
                    log.debug("{}: begun again, its code has left: {}", where, e.toString());
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // another object is of other code, however equal
    private boolean holds(T o) {
        return object == o;
    }

    /** Who provides it, or did so last. */
    synchronized Optional<Origin> origin() {
        return origin;
    }

    /** What was put in place of what, told once. */
    synchronized Optional<String> change() {
        Optional<String> c = change;
        change = Optional.empty();
        return c;
    }

    /** Lets go of the object if it is made of this plug-in; waits for a call that is under way, at most this long. */
    void left(Plugin p, Duration longest) {
        if (!drop(p)) return;
        try {
            if (lock.tryLock(longest.toNanos(), TimeUnit.NANOSECONDS)) lock.unlock();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean drop(Plugin p) {
        departures++;
        if (!uses.contains(p)) return false;
        release();
        return true;
    }

    /** Lets go of the object. */
    synchronized void release() {
        object = null;
        uses = List.of();
    }
}
