package org.fascicle.trainer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;

/** The metrics and schedules in use by one run or evaluation; hears of plug-ins that come and go. Thread-safe. */
final class Parts implements Plugins.Listener, AutoCloseable {
    /** How long a plug-in that leaves waits for a call of it: below the five seconds after which DS reports an error. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Plugins plugins;
    private final List<Part<?>> parts = new CopyOnWriteArrayList<>();
    private final Plugins.Watch watch;

    Parts(Plugins plugins) {
        this.plugins = plugins;
        watch = plugins.listen(this);
    }

    /**
     * Makes a part; {@code MissingPluginException} if it is not there.
     *
     * @param origin who provided it so far
     */
    <T> Part<T> make(
            Kind kind,
            Class<T> type,
            String where,
            Map<String, Object> options,
            boolean pinned,
            Optional<Origin> origin) {
        Part<T> p = new Part<>(plugins, kind, type, where, options, pinned, origin);
        parts.add(p);
        p.require();
        return p;
    }

    @Override
    public void leaving(Plugin plugin) {
        long deadline = System.nanoTime() + DRAIN.toNanos();
        for (Part<?> p : parts) p.left(plugin, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    @Override
    public void close() {
        watch.close();
        for (Part<?> p : parts) p.release();
        parts.clear();
    }
}
