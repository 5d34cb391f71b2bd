package org.fascicle.runtime.live;

import java.util.Collection;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of plug-ins that come and go, and keeps all models on code that is there, on a thread of its own. Thread-safe. */
final class Upkeep implements Plugins.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);

    /** Puts code together. Nobody else's code that may wait for a model runs on it. */
    private final ScheduledThreadPoolExecutor thread = Threads.one("fascicle-runtime");

    private final Plugins plugins;
    private final Supplier<Collection<LiveModel>> models;
    private final ModelServices services;
    private final LongSupplier drainMillis;
    private final Runnable changed;
    private final AtomicBoolean reconciling = new AtomicBoolean();
    /** True from when something leaves until the thread sees to it: who looks at answers there gives up. */
    private volatile boolean hurry;

    private volatile boolean stopped;
    /** The thread that puts code together, once it did. */
    private volatile Thread worker;

    /** @param changed told after every round */
    Upkeep(
            Plugins plugins,
            Supplier<Collection<LiveModel>> models,
            ModelServices services,
            LongSupplier drainMillis,
            Runnable changed) {
        this.plugins = plugins;
        this.models = models;
        this.services = services;
        this.drainMillis = drainMillis;
        this.changed = changed;
    }

    /** True if somebody waits for the thread. */
    boolean hurry() {
        return hurry;
    }

    /** Closes what uses the plug-in, and waits for the work on it to end, but not for the work of the calling thread. */
    @Override
    public void leaving(Plugin plugin) {
        Leaving l = new Leaving(plugin, drainMillis.getAsLong());
        for (LiveModel m : models.get()) for (Engine e : m.engines()) l.ask(e);
        if (l.used()) hurry = true;
        if (l.replaceable(plugins)) replace(l);
        l.close();
        schedule();
    }

    /** Predictions go on with the old code until the new is there, but not for long. */
    @SuppressWarnings("ReferenceEquality")
    private void replace(Leaving l) {
        // It would wait for itself.
        if (Thread.currentThread() == worker) return;
        try {
            l.await(thread.submit(() -> {
                begin();
                l.replace();
            }));
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is put together any more: the runtime stops");
        }
    }

    private void begin() {
        worker = Thread.currentThread();
        hurry = false;
    }

    @Override
    public void changed(Kind kind, String name) {
        schedule();
    }

    /** From now on the engine hears of leavings; what left before is found out here. */
    void admitted(Engine e) {
        e.stage().closeIfLeft();
        schedule();
    }

    /** What was refused for this model is taken, and the model may be satisfied by it. */
    void accept(LiveModel m) {
        soon(() -> {
            guarded(m, m.serving()::accept);
            // Whatever follows it, what measures for instance, changes too.
            schedule();
        });
    }

    /** Looks soon whether every model has what it needs, and the best there is. */
    void schedule() {
        if (!stopped && reconciling.compareAndSet(false, true)) soon(this::reconcile);
    }

    /** Does something on the thread that puts code together. */
    void soon(Runnable r) {
        try {
            thread.execute(r);
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is put together any more: the runtime stops");
        }
    }

    /** First what predictions or steps wait for, then what may be better. */
    private void reconcile() {
        reconciling.set(false);
        begin();
        for (LiveModel m : models.get()) {
            for (Engine e : m.engines()) guarded(m, e::restore);
            services.settle(m);
        }
        for (LiveModel m : models.get()) {
            for (Engine e : m.engines()) guarded(m, e::improve);
            services.settle(m);
        }
        changed.run();
    }

    private static void guarded(LiveModel m, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error t) {
            LOG.error("{}: putting it together again failed", m.name(), t);
        }
    }

    void stop() {
        stopped = true;
        thread.shutdownNow();
    }
}
