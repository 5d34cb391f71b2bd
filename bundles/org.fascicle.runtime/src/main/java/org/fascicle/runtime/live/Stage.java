package org.fascicle.runtime.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.runtime.graph.Program;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the current generation stands: work is done on it while it is pinned, waits for it where there is none, and is begun
 * again if it closes meanwhile. Thread-safe. Nothing runs under its monitor but questions to the registry.
 */
final class Stage {
    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);
    /** How long a rebuilding may take before a waiting caller gives up on it. */
    private static final long REBUILD_NANOS = Duration.ofSeconds(60).toNanos();

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Builder builder;
    private final AtomicLong departures = new AtomicLong();
    private volatile Generation current;
    /** What is looked at before it may become the current one. */
    private Generation candidate;

    private volatile List<Origin> origins = List.of();
    /** What the last generation was asked for before it was closed. */
    private volatile List<Program.Request> asked = List.of();

    private volatile String failure;
    private volatile boolean ended;

    Stage(Builder builder) {
        this.builder = builder;
    }

    /** Counts what has left, whether it was of use here or not. */
    long departures() {
        return departures.get();
    }

    /** What is current; null if nothing is. */
    Generation current() {
        return current;
    }

    /** What is current, or was last, is made of. */
    List<Origin> origins() {
        return origins;
    }

    /** What a part of what is current is made of; empty if nothing is. */
    List<Origin> part(String name) {
        Generation g = current;
        return g == null ? List.of() : g.originsByPart.getOrDefault(name, List.of());
    }

    /** False if a plug-in of it has left. Asked while nobody can close: whoever leaves later finds it and closes it. */
    synchronized boolean install(Generation g) {
        if (ended) throw closed();
        if (g.pins.closed() || !builder.present(g)) return false;
        origins = g.origins;
        current = g;
        failure = null;
        notifyAll();
        return true;
    }

    /** Does something on what is not current yet; empty if a plug-in of it has left. Who leaves meanwhile waits for it, as for any work. */
    <T> Optional<T> aside(Generation g, Function<Generation, T> body) {
        synchronized (this) {
            if (ended || !builder.present(g)) return Optional.empty();
            candidate = g;
        }
        try {
            return on(g, body);
        } finally {
            synchronized (this) {
                candidate = null;
            }
        }
    }

    /** Why there is nothing to run on; empty if there is or is about to be. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Tells those who wait, and gives what they were told before, or null. */
    synchronized String fail(String why) {
        String before = failure;
        failure = why;
        notifyAll();
        return before;
    }

    boolean ready() {
        Generation g = current;
        return g != null && !g.pins.closed();
    }

    boolean ended() {
        return ended;
    }

    /** Hears that a plug-in is about to leave; gives the current generation if that contains it. */
    synchronized Optional<Generation> leaving(Plugin plugin) {
        departures.incrementAndGet();
        return Optional.ofNullable(current).filter(g -> uses(g, plugin));
    }

    /** What predictions ask for, or asked for last, so that the next generation can get ready for it. */
    List<Program.Request> asked() {
        Generation g = current;
        return g == null ? asked : g.program.requests();
    }

    /** Closes the generations that contain this plug-in: no new pin succeeds. */
    synchronized List<Generation> closeUsing(Plugin leaving) {
        List<Generation> closed = new ArrayList<>(2);
        if (uses(candidate, leaving)) closed.add(candidate);
        if (uses(current, leaving)) {
            closed.add(current);
            clear();
        }
        closed.forEach(g -> g.pins.close());
        return closed;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean uses(Generation g, Plugin leaving) {
        return g != null && g.uses.stream().anyMatch(p -> p == leaving);
    }

    /** Closes the generation if something of it has left while nobody could tell. */
    synchronized void closeIfLeft() {
        Generation g = current;
        if (g == null || builder.present(g)) return;
        g.pins.close();
        clear();
    }

    private void clear() {
        asked = current.program.requests();
        current = null;
        failure = null;
    }

    /**
     * Does something on the code there is, waiting for code if there is none. What fails because its code left meanwhile is
     * done again.
     */
    <T> T run(Duration wait, Function<Generation, T> body) {
        long deadline = System.nanoTime() + nanos(wait);
        for (; ; ) {
            Generation g = current;
            int pin = g == null ? -1 : g.pins.pin();
            if (pin < 0) {
                await(deadline, wait);
                continue;
            }
            try {
                return body.apply(g);
            } catch (RuntimeException | Error e) {
                if (!g.pins.closed() || e instanceof VirtualMachineError) throw e;
                LOG.debug("{}: begun again, its code has left: {}", builder.model(), e.toString());
            } finally {
                g.pins.unpin(pin);
            }
        }
    }

    /** Does something on the code there is, if there is any and it stays to the end; waits for nothing. */
    <T> Optional<T> now(Function<Generation, T> body) {
        Generation g = current;
        return g == null ? Optional.empty() : on(g, body);
    }

    /** Does something on this generation; empty if it is closed, or closes and what is done fails. */
    <T> Optional<T> on(Generation g, Function<Generation, T> body) {
        int pin = g.pins.pin();
        if (pin < 0) return Optional.empty();
        try {
            return Optional.of(body.apply(g));
        } catch (RuntimeException | Error e) {
            if (!g.pins.closed() || e instanceof VirtualMachineError) throw e;
            LOG.debug("{}: given up, its code has left: {}", builder.model(), e.toString());
            return Optional.empty();
        } finally {
            g.pins.unpin(pin);
        }
    }

    /** More than any time that is left, and no overflow. */
    private static long nanos(Duration d) {
        return d.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : d.toNanos();
    }

    private synchronized void await(long deadline, Duration wait) {
        long patience = System.nanoTime() + REBUILD_NANOS;
        while (!ready()) {
            if (ended) throw closed();
            long left = (failure == null ? patience : deadline) - System.nanoTime();
            if (left <= 0) throw missing(wait);
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FascicleException(builder.model() + ": interrupted while waiting for a plug-in", e);
            }
        }
    }

    private FascicleException closed() {
        return new FascicleException(builder.model() + " is closed; create or load it again");
    }

    private MissingPluginException missing(Duration wait) {
        String why = failure == null ? "its plug-ins are being looked up" : failure;
        return new MissingPluginException(wait.isZero() ? why : why + " (waited " + wait.toMillis() / 1000.0 + " s)");
    }

    /** Waits until there is something to run on; false if it took longer. */
    synchronized boolean await(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + nanos(longest);
        while (!ready() && !ended) {
            long left = deadline - System.nanoTime();
            if (left <= 0) return false;
            wait(left / 1_000_000 + 1);
        }
        return ready();
    }

    synchronized void end() {
        ended = true;
        if (candidate != null) candidate.pins.close();
        if (current != null) current.pins.close();
        current = null;
        notifyAll();
    }
}
