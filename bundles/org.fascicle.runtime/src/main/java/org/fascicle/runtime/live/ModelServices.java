package org.fascicle.runtime.live;

import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.fascicle.model.Model;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers each satisfied model as a service, and keeps it registered for the grace time after it lost a plug-in. Thread-safe. */
final class ModelServices {
    private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);

    private final BundleContext context;
    private final News news;
    private final LongSupplier graceMillis;
    private final Map<LiveModel, ServiceRegistration<Model>> registrations = new ConcurrentHashMap<>();
    /** Models that wait for plug-ins, while they are still services. */
    private final Map<LiveModel, Object> unsatisfied = new ConcurrentHashMap<>();

    private volatile boolean stopped;

    ModelServices(BundleContext context, News news, LongSupplier graceMillis) {
        this.context = context;
        this.news = news;
        this.graceMillis = graceMillis;
    }

    void register(LiveModel m) {
        if (registrations.containsKey(m)) return;
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("fascicle.model", m.name());
        // No lock is held while listeners hear of it; who comes second, or after the model's end, takes it back.
        ServiceRegistration<Model> r = context.registerService(Model.class, m, properties);
        if (registrations.putIfAbsent(m, r) != null) r.unregister();
        else if (m.closed() || stopped) unregister(m);
    }

    private void unregister(LiveModel m) {
        ServiceRegistration<Model> r = registrations.remove(m);
        if (r == null) return;
        try {
            r.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("{}: its service had gone with the bundle", m.name());
        }
    }

    /** The model is closed. */
    void remove(LiveModel m) {
        unsatisfied.remove(m);
        unregister(m);
    }

    /** A satisfied model is a service; one that has not been satisfied for the grace time ceases to be. */
    void settle(LiveModel m) {
        if (m.satisfied()) {
            unsatisfied.remove(m);
            if (!registrations.containsKey(m)) news.later(0, () -> register(m));
        } else if (registrations.containsKey(m) && !unsatisfied.containsKey(m)) {
            // Its own: if the model is satisfied in between, another takes its place.
            Object since = new Object();
            unsatisfied.put(m, since);
            news.later(graceMillis.getAsLong(), () -> {
                if (unsatisfied.remove(m, since) && !m.satisfied()) unregister(m);
            });
        }
    }

    /** Nothing is registered from now on. */
    void stop() {
        stopped = true;
    }
}
