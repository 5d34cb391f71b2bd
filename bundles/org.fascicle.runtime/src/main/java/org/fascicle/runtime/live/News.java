package org.fascicle.runtime.live;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.fascicle.model.ModelEvent;
import org.fascicle.model.ModelListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log, listeners, and those who use models as services, in order and on a thread of their own. Thread-safe. */
final class News {
    private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);
    /** How long the end of the runtime waits for listeners to hear of the models' ends. */
    private static final long FAREWELL_MILLIS = 1_000;

    private final ScheduledThreadPoolExecutor thread = Threads.one("fascicle-events");
    private final List<ModelListener> listeners = new CopyOnWriteArrayList<>();

    void add(ModelListener l) {
        listeners.add(l);
    }

    void remove(ModelListener l) {
        listeners.remove(l);
    }

    void tell(ModelEvent e) {
        if (e.type() != ModelEvent.Type.CLOSED)
            LOG.info("{}: {}: {}", e.model(), e.type().name().toLowerCase(Locale.ROOT), e.message());
        later(0, () -> {
            for (ModelListener l : listeners) tell(l, e);
        });
    }

    private static void tell(ModelListener l, ModelEvent e) {
        try {
            l.event(e);
        } catch (RuntimeException | LinkageError | AssertionError x) {
            LOG.warn("{}: a listener failed on {}", e.model(), e.type(), x);
        }
    }

    /** Does something on the thread of news. */
    void later(long millis, Runnable news) {
        try {
            thread.schedule(news, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("nobody is told any more: the runtime stops");
        }
    }

    void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(FAREWELL_MILLIS, TimeUnit.MILLISECONDS))
                LOG.warn("a model listener is still at work while the runtime stops");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
