package org.fascicle.runtime.live;

import java.util.Comparator;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.RunDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges what each part of Fascicle knows into one picture. Registers itself as {@link FascicleRuntime}, because a component
 * cannot change its own service properties, and {@code service.changecount} grows with every change.
 */
@Component(
        service = {},
        immediate = true)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>='org.fascicle.runtime.FascicleRuntime'",
        uses = FascicleRuntime.class)
public final class Introspection implements FascicleRuntime {
    /** Changes that come close together are told once. */
    private static final long PAUSE_MILLIS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Introspection.class);

    private final Map<RuntimePart, Plugins.Watch> parts = new ConcurrentHashMap<>();
    private final AtomicBoolean told = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread;
    private final ServiceRegistration<FascicleRuntime> registration;
    private long count;

    @Activate
    public Introspection(BundleContext context) {
        thread = new ScheduledThreadPoolExecutor(1, r -> {
            Thread t = new Thread(null, r, "fascicle-introspection", 0, false);
            t.setDaemon(true);
            t.setContextClassLoader(Introspection.class.getClassLoader());
            return t;
        });
        thread.prestartCoreThread();
        registration = context.registerService(FascicleRuntime.class, this, properties());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPart(RuntimePart p) {
        parts.put(p, p.watch(this::changed));
        changed();
    }

    void removePart(RuntimePart p) {
        Plugins.Watch w = parts.remove(p);
        if (w != null) w.close();
        changed();
    }

    @Deactivate
    void close() {
        parts.values().forEach(Plugins.Watch::close);
        thread.shutdownNow();
        registration.unregister();
    }

    private void changed() {
        if (!told.compareAndSet(false, true)) return;
        try {
            thread.schedule(this::tell, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Whoever changed has nothing to do with it that this component goes.
            LOG.debug("a change comes too late to be told");
        }
    }

    private void tell() {
        told.set(false);
        count++;
        registration.setProperties(properties());
    }

    private Hashtable<String, Object> properties() {
        Hashtable<String, Object> p = new Hashtable<>();
        p.put(Constants.SERVICE_CHANGECOUNT, count);
        return p;
    }

    @Override
    public RuntimeDTO getRuntimeDTO() {
        RuntimeDTO dto = new RuntimeDTO();
        for (RuntimePart p : parts.keySet()) p.fill(dto);
        dto.models.sort(Comparator.comparing(m -> m.name));
        dto.runs.sort(Comparator.<RunDTO>comparingInt(r -> r.id.length()).thenComparing(r -> r.id));
        return dto;
    }
}
