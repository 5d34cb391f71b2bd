package org.fascicle.runtime.live;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plug-in leaves: what runs on it is replaced while it still works, then closed, then the work on it ends. All of it
 * together takes the drain time at most. Confined to the leaving thread, but for {@link #replace}.
 */
final class Leaving {
    private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);

    private record Use(Engine engine, Generation generation) {}

    private final Plugin plugin;
    private final long drainMillis;
    private final long begin = System.nanoTime();
    private final List<Engine> engines = new ArrayList<>();
    private final List<Use> uses = new ArrayList<>();

    Leaving(Plugin plugin, long drainMillis) {
        this.plugin = plugin;
        this.drainMillis = drainMillis;
    }

    void ask(Engine e) {
        engines.add(e);
        e.stage().leaving(plugin).ifPresent(g -> uses.add(new Use(e, g)));
    }

    /** True if it is in use and somebody else has its name. */
    boolean replaceable(Plugins plugins) {
        Kind k = plugin.origin().kind();
        return !uses.isEmpty()
                && !(k == Kind.BACKEND
                                ? plugins.providers(k)
                                : plugins.providers(k, plugin.origin().name()))
                        .isEmpty();
    }

    /** On the runtime's thread only. */
    void replace() {
        for (Use u : uses) u.engine.succeed(u.generation);
    }

    /** Waits for {@link #replace}, half of the drain time at most. */
    void await(Future<?> replacing) {
        try {
            replacing.get(drainMillis / 2, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            replacing.cancel(false);
            LOG.debug("{} leaves before something else took its place", plugin.origin());
        } catch (ExecutionException e) {
            LOG.error("{} leaves: putting something else in its place failed", plugin.origin(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True if something runs on it. */
    boolean used() {
        return !uses.isEmpty();
    }

    /** Closes what uses the plug-in and waits for the work of other threads on it to end. */
    void close() {
        List<Generation> closed = new ArrayList<>();
        for (Engine e : engines) closed.addAll(e.stage().closeUsing(plugin));
        for (Use u : uses) {
            // What has been replaced is nobody's current one any more.
            u.generation.pins.close();
            closed.add(u.generation);
        }
        long deadline = begin + TimeUnit.MILLISECONDS.toNanos(drainMillis);
        for (Generation g : closed) {
            if (!g.pins.drain(deadline))
                LOG.warn(
                        "{} leaves while work on it has not ended after {} ms; the work will be begun again",
                        plugin.origin(),
                        drainMillis);
        }
    }
}
