package org.fascicle.runtime.live;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fascicle.model.ModelEvent;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.graph.Layout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a model on code that is there: one generation at a time, replaced when a better provider comes, closed when one
 * leaves. Work is done on a pinned generation and begun again if that closes meanwhile. Thread-safe; {@link #reconcile}
 * runs on the runtime's thread only.
 */
final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    /** How long a rebuilding may take before a waiting caller gives up on it. */
    private static final long REBUILD_NANOS = Duration.ofSeconds(60).toNanos();

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Builder builder;
    private final boolean pinned;
    private final BiConsumer<ModelEvent.Type, String> events;
    private volatile Plugins.Choice choice = Plugins.Choice.BEST;
    private final Supplier<Optional<Layout>> layout;
    private final AtomicLong departures = new AtomicLong();
    private volatile Generation current;
    private volatile List<Origin> origins = List.of();
    private volatile String failure;
    private volatile String refused = "";
    private volatile boolean started;
    private volatile boolean ended;

    /**
     * An engine without a generation; {@link #start} makes the first.
     *
     * @param pinned true to stay with the content it starts with
     * @param layout the parameters that must not change; none as long as the model has no weights
     * @param events hears of swaps, refusals, waiting
     */
    Engine(
            Builder builder,
            boolean pinned,
            Supplier<Optional<Layout>> layout,
            BiConsumer<ModelEvent.Type, String> events) {
        this.builder = builder;
        this.pinned = pinned;
        this.layout = layout;
        this.events = events;
    }

    /**
     * Makes the first generation and does something on it; whatever fails is thrown, unless it failed because its code has
     * left: then both are done again with what there is.
     */
    <T> T start(Function<Generation, T> first) {
        for (; ; ) {
            Generation g = renew();
            int pin = g.pins.pin();
            if (pin < 0) continue;
            try {
                T t = first.apply(g);
                if (pinned) choice = pinnedTo(g.origins);
                started = true;
                return t;
            } catch (RuntimeException | Error e) {
                if (!g.pins.closed() || e instanceof VirtualMachineError) throw e;
                LOG.debug("{}: begun again, its code has left: {}", builder.model(), e.toString());
            } finally {
                g.pins.unpin(pin);
            }
        }
    }

    private static Plugins.Choice pinnedTo(List<Origin> origins) {
        return (kind, name, best) -> best.stream()
                .filter(p -> origins.stream().anyMatch(o -> o.sameContent(p.origin())))
                .findFirst();
    }

    /** Makes and installs a generation of plug-ins that are all there. */
    private Generation renew() {
        for (; ; ) {
            long seen = departures.get();
            try {
                Generation g = builder.build(choice, layout.get());
                if (install(g)) return g;
            } catch (ConfigException | LinkageError e) {
                // Code that is leaving fails in odd ways.
                if (departures.get() == seen) throw e;
                LOG.debug("{}: put together again, something has left: {}", builder.model(), e.toString());
            }
        }
    }

    /** False if a plug-in of it has left. Asked while nobody can close: whoever leaves later finds it and closes it. */
    private synchronized boolean install(Generation g) {
        if (ended) throw closed();
        if (!builder.present(g)) return false;
        current = g;
        origins = g.origins;
        failure = null;
        refused = "";
        notifyAll();
        return true;
    }

    /** What it runs on, or ran on last. */
    List<Origin> origins() {
        return origins;
    }

    /** Why it has nothing to run on; empty if it has or is about to. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    boolean ready() {
        Generation g = current;
        return g != null && !g.pins.closed();
    }

    /** True if the generation contains this plug-in; closes it: no new pin succeeds. */
    @SuppressWarnings("ReferenceEquality")
    synchronized Optional<Generation> closeIfUsing(Plugin leaving) {
        departures.incrementAndGet();
        Generation g = current;
        if (g == null || g.uses.stream().noneMatch(p -> p == leaving)) return Optional.empty();
        g.pins.close();
        current = null;
        failure = null;
        return Optional.of(g);
    }

    /** Closes the generation if something of it has left while nobody could tell this engine. */
    synchronized void closeIfLeft() {
        Generation g = current;
        if (g == null || builder.present(g)) return;
        g.pins.close();
        current = null;
        failure = null;
    }

    /** Looks for something to run on, or something better. */
    void reconcile() {
        if (!started || ended) return;
        Generation g = current;
        boolean open = g != null && !g.pins.closed();
        if (open && (pinned || !builder.outdated(g))) return;
        try {
            List<Origin> before = origins;
            Generation next = renew();
            if (!before.equals(next.origins))
                events.accept(ModelEvent.Type.SWAPPED, "now on " + changed(before, next.origins));
            else if (!open) events.accept(ModelEvent.Type.SATISFIED, "everything it needs is there");
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            // What a plug-in throws while it is put together must reach those who wait.
            if (ended) return;
            if (open) refuse(e);
            else fail(e);
        }
    }

    private static String changed(List<Origin> before, List<Origin> now) {
        List<Origin> different = now.stream().filter(o -> !before.contains(o)).toList();
        return different.isEmpty()
                ? "fewer plug-ins"
                : String.join(", ", different.stream().map(Origin::toString).toList());
    }

    /** The generation it has goes on; said once for each reason. */
    private void refuse(Throwable e) {
        if (refused.equals(e.getMessage())) return;
        refused = String.valueOf(e.getMessage());
        events.accept(ModelEvent.Type.REFUSED, refused);
    }

    private void fail(Throwable e) {
        String first;
        synchronized (this) {
            first = failure;
            failure = e instanceof FascicleException ? e.getMessage() : e.toString();
            notifyAll();
        }
        if (e instanceof ConfigException) refuse(e);
        if (first == null) events.accept(ModelEvent.Type.WAITING, failure);
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

    /** What a pinned engine runs on and is not there now. */
    List<Origin> missing() {
        return origins.stream()
                .filter(o -> builder.plugins().providers(o.kind(), o.name()).stream()
                        .noneMatch(p -> pinned ? p.origin().sameContent(o) : true))
                .toList();
    }

    synchronized void end() {
        ended = true;
        if (current != null) current.pins.close();
        current = null;
        notifyAll();
    }
}
