package org.fascicle.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Repositories;
import org.fascicle.registry.trust.Admission;
import org.fascicle.runtime.Changes;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry without a framework: who is there, who outranks whom, who failed and why. Whoever finds plug-ins adds and
 * removes entries; tests put objects in by {@link #with}. Thread-safe. Its one lock guards plain data only: neither
 * plug-ins, nor listeners, nor sources are called while it is held.
 */
public final class Catalogue implements Plugins, RuntimePart {
    static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

    private static final Comparator<Provider> ORDER = Comparator.comparing(Provider::entry, Entry.ORDER);

    private final Object lock = new Object();
    private final Map<Name, List<Provider>> providers = new HashMap<>();
    private final Map<Name, Origin> last = new HashMap<>();
    private final List<Hearer> hearers = new CopyOnWriteArrayList<>();
    private final Changes changes = new Changes();
    private final AtomicLong objects = new AtomicLong();
    private final Shadows shadows = new Shadows();
    private final Absentees absent;
    private final Repositories repositories;

    /** Finds plug-ins that are installed and offer nothing, with state and reason. Thread-safe. */
    interface Absentees {
        /** All of them, but for those that are offered. */
        List<PluginDTO> find(BiPredicate<Name, Long> offered);
    }

    /** An empty catalogue. */
    public Catalogue() {
        this(offered -> List.of(), want -> List.of());
    }

    Catalogue(Absentees absent, Repositories repositories) {
        this.absent = absent;
        this.repositories = repositories;
    }

    /** Adds an object as a plug-in of bundle {@code test} 0.0.0 with ranking 0; gives this catalogue. A name given twice is a duplicate. */
    public Catalogue with(Kind kind, String name, Object plugin) {
        add(Entry.of(kind, name, "test", "0.0.0", 0, objects.incrementAndGet(), plugin));
        return this;
    }

    /** Adds an offer. */
    public void add(Entry entry) {
        exchange(List.of(), List.of(entry)).run();
    }

    /** Removes an offer; when this returns its object was given back. */
    public void remove(Entry entry) {
        exchange(List.of(entry), List.of()).run();
    }

    /** Puts an offer in the place of another: the plug-in stays if only ranking or other data differ, else one leaves and one comes. */
    public void change(Entry old, Entry entry) {
        exchange(List.of(old), List.of(entry)).run();
    }

    /**
     * Replaces offers by others, at once. What is returned must be run by the same thread, with no lock held: it tells
     * the listeners, and gives the objects of those that left back after all listeners know.
     */
    Runnable exchange(Collection<Entry> old, Collection<Entry> now) {
        List<Provider> left = new ArrayList<>();
        List<Provider> came = new ArrayList<>();
        List<Runnable> releases = new ArrayList<>();
        Set<Name> names = new LinkedHashSet<>();
        synchronized (lock) {
            for (Entry e : old) {
                names.add(name(e));
                if (now.stream().anyMatch(e::sameAs)) continue;
                find(e).ifPresent(p -> {
                    if (p.failure().isEmpty()) left.add(p);
                    withdraw(p);
                    releases.add(p.leave());
                });
            }
            for (Entry e : now) {
                names.add(name(e));
                Optional<Provider> known = find(e);
                known.ifPresent(p -> p.changeTo(e));
                if (known.isEmpty()) came.add(offer(e));
                providers.get(name(e)).sort(ORDER);
            }
        }
        return () -> {
            for (Provider p : left) for (Hearer h : hearers) h.leaving(p);
            releases.forEach(Runnable::run);
            came.forEach(this::warnOf);
            for (Name n : names) shadows.news(n, standings(n)).forEach(LOG::warn);
            for (Name n : names) for (Hearer h : hearers) h.changed(n);
            changes.made();
        };
    }

    private static Name name(Entry e) {
        return new Name(e.kind(), e.name());
    }

    private Optional<Provider> find(Entry e) {
        return providers.getOrDefault(name(e), List.of()).stream()
                .filter(p -> p.entry().sameAs(e))
                .findFirst();
    }

    private Provider offer(Entry e) {
        Provider p = new Provider(this, e);
        providers.computeIfAbsent(name(e), n -> new ArrayList<>()).add(p);
        return p;
    }

    private void withdraw(Provider p) {
        Name name = name(p.entry());
        List<Provider> others = providers.get(name);
        others.remove(p);
        if (others.isEmpty()) providers.remove(name);
        if (p.failure().isEmpty()) last.put(name, p.knownOrigin());
    }

    /** A provider's object could not be made. */
    void failed(Provider p) {
        changes.made();
        LOG.warn("{} failed: {}", p, p.failure());
        for (Hearer h : hearers) h.changed(name(p.entry()));
    }

    private void warnOf(Provider p) {
        standings(name(p.entry())).stream()
                .filter(s -> s.provider() == p && !s.usable() && !Admission.isObjection(s.reason()))
                .forEach(s -> LOG.warn("{} cannot be used: {}", p, s.reason()));
    }

    /** How all providers of a name stand, in order. */
    List<Standing> standings(Name name) {
        synchronized (lock) {
            return Standing.of(providers.getOrDefault(name, List.of()));
        }
    }

    /** True if this bundle offers this, usable or not. */
    private boolean offers(Name name, long bundleId) {
        synchronized (lock) {
            return providers.getOrDefault(name, List.of()).stream()
                    .anyMatch(p -> p.entry().bundleId() == bundleId);
        }
    }

    /** Plug-ins of this name that are installed and offer nothing. */
    List<PluginDTO> absent(Name name) {
        return absent.find(this::offers).stream()
                .filter(dto -> dto.kind.equals(name.kind().word()) && dto.name.equals(name.name()))
                .toList();
    }

    /** Where this could be had. */
    List<Offer> offers(Want want) {
        return repositories.offers(want);
    }

    @Override
    public List<Plugin> providers(Kind kind, String name) {
        return usable(standings(new Name(kind, name)));
    }

    private static List<Plugin> usable(List<Standing> standings) {
        return standings.stream()
                .filter(Standing::usable)
                .<Plugin>map(Standing::provider)
                .toList();
    }

    @Override
    public List<Plugin> providers(Kind kind) {
        List<Provider> all = new ArrayList<>();
        synchronized (lock) {
            providers.forEach((name, list) -> {
                if (name.kind() == kind) {
                    Standing.of(list).stream()
                            .filter(Standing::usable)
                            .map(Standing::provider)
                            .forEach(all::add);
                }
            });
            all.sort(ORDER);
        }
        return List.copyOf(all);
    }

    @Override
    public Set<String> names(Kind kind) {
        Set<String> names = new TreeSet<>();
        for (Plugin p : providers(kind)) names.add(((Provider) p).entry().name());
        return Collections.unmodifiableSet(names);
    }

    @Override
    public Optional<Origin> last(Kind kind, String name) {
        synchronized (lock) {
            Name wanted = new Name(kind, name);
            boolean there = Standing.of(providers.getOrDefault(wanted, List.of())).stream()
                    .anyMatch(Standing::usable);
            return there ? Optional.empty() : Optional.ofNullable(last.get(wanted));
        }
    }

    @Override
    public Created create(Kind kind, String where, Map<String, ?> options, Choice choice) {
        return Making.create(this, choice, kind, where, options);
    }

    @Override
    public List<Lack> missing(Kind kind, Map<String, ?> options) {
        return Making.missing(this, kind, options);
    }

    @Override
    public List<Option> describe(Kind kind, String name) {
        return Making.describe(this, kind, name);
    }

    @Override
    public Watch listen(Listener listener) {
        Hearer hearer = new Hearer(listener);
        hearers.add(hearer);
        return () -> {
            hearer.close();
            hearers.remove(hearer);
        };
    }

    @Override
    public void fill(RuntimeDTO dto) {
        List<PluginDTO> all = new ArrayList<>();
        synchronized (lock) {
            for (List<Provider> list : providers.values()) Standing.of(list).forEach(s -> all.add(s.dto()));
        }
        all.addAll(absent.find(this::offers));
        // Stable: keeps the order of election within a name.
        all.sort(Comparator.<PluginDTO, Kind>comparing(p -> Kind.of(p.kind)).thenComparing(p -> p.name));
        dto.plugins.addAll(all);
        providers(Kind.BACKEND).stream()
                .findFirst()
                .ifPresent(p -> dto.backend = ((Provider) p).entry().name());
    }

    @Override
    public long changeCount() {
        return changes.count();
    }

    @Override
    public Watch watch(Runnable changed) {
        return changes.watch(changed);
    }

    /**
     * Something changed in what is installed and offers nothing: whoever misses what such a bundle provided last looks
     * again, for it is stopping, then stopped, then gone, or no more trusted, and what can be done about it differs.
     */
    void touch(Predicate<String> bundle) {
        List<Name> missed;
        synchronized (lock) {
            missed = last.entrySet().stream()
                    .filter(e -> bundle.test(e.getValue().bundle()) && !providers.containsKey(e.getKey()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
        changes.made();
        for (Name n : missed) for (Hearer h : hearers) h.changed(n);
    }
}
