package org.fascicle.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.fascicle.plugin.Kind;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;

/**
 * Keeps a catalogue in step with the services that carry a {@code fascicle.<kind>} property, those of a foreign class
 * space included. Every event means "look again": events of one service may come from several threads at once and out of
 * order, so the latest look wins and nothing comes back after UNREGISTERING. (A ServiceTracker drops a change that
 * happens while it is adding, and then tells of a leaving too late.) Thread-safe; judging and telling hold no lock.
 */
final class Arrivals implements AllServiceListener {
    private static final String FILTER = Arrays.stream(Kind.values())
            .map(k -> "(" + k.property() + "=*)")
            .collect(Collectors.joining("", "(|", ")"));

    /** What became of one service. Guarded by itself. */
    private static final class Offered {
        private List<Entry> entries = List.of();
        private int looks;
        private int latest;
        private boolean gone;
    }

    private final BundleContext context;
    private final Catalogue catalogue;
    private final Judge judge;
    /** Weak, so that what has gone is remembered exactly as long as an event of it may still come. */
    private final Map<ServiceReference<?>, Offered> known = new WeakHashMap<>();

    private boolean closed;

    Arrivals(BundleContext context, Catalogue catalogue, Judge judge) {
        this.context = context;
        this.catalogue = catalogue;
        this.judge = judge;
    }

    void open() {
        try {
            context.addServiceListener(this, FILTER);
            ServiceReference<?>[] there = context.getAllServiceReferences(null, FILTER);
            if (there != null) for (ServiceReference<?> r : there) look(r);
        } catch (InvalidSyntaxException e) {
            throw new AssertionError("kinds are words", e);
        }
    }

    /** What is there is judged again. */
    void lookAgain() {
        List<ServiceReference<?>> all;
        synchronized (known) {
            all = new ArrayList<>(known.keySet());
        }
        all.forEach(this::look);
    }

    /** Everything leaves. */
    void close() {
        context.removeServiceListener(this);
        List<Offered> all;
        synchronized (known) {
            closed = true;
            all = new ArrayList<>(known.values());
        }
        all.forEach(this::leave);
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        if (event.getType() == ServiceEvent.UNREGISTERING) {
            leave(offered(event.getServiceReference()));
        } else {
            look(event.getServiceReference());
        }
    }

    private Offered offered(ServiceReference<?> reference) {
        synchronized (known) {
            Offered o = known.computeIfAbsent(reference, r -> new Offered());
            if (closed) o.gone = true;
            return o;
        }
    }

    private void look(ServiceReference<?> reference) {
        Offered o = offered(reference);
        int look;
        synchronized (o) {
            look = ++o.looks;
        }
        List<Entry> now = judge.judge(reference);
        Runnable tell;
        synchronized (o) {
            if (o.gone || look < o.latest) return;
            o.latest = look;
            if (now.equals(o.entries)) return;
            tell = catalogue.exchange(o.entries, now);
            o.entries = now;
        }
        tell.run();
    }

    private void leave(Offered o) {
        List<Entry> old;
        synchronized (o) {
            o.gone = true;
            old = o.entries;
            o.entries = List.of();
        }
        if (!old.isEmpty()) catalogue.exchange(old, List.of()).run();
    }
}
