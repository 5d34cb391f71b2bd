package org.fascicle.provisioning;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.provision.ProvisioningException;
import org.fascicle.provision.Repositories;
import org.fascicle.runtime.Changes;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.RepositoryDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.resource.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.repository.Repository;

/**
 * The configured repositories. An index is read when it is first needed: a file at once, the network on a thread of its own, and
 * both again for each plan, but for what a hash says cannot have changed. Thread-safe.
 */
@Component(
        service = {Indexes.class, Repositories.class, RuntimePart.class},
        configurationPid = "org.fascicle.provisioning")
public final class Indexes implements Repositories, RuntimePart {
    private static final int MOST_REFERRALS = 16;

    private final BundleContext context;
    private final URI base;
    private final Map<Source, Read> read = new ConcurrentHashMap<>();
    private final Set<Source> reading = ConcurrentHashMap.newKeySet();
    private final Map<ServiceReference<Repository>, Boolean> foreign = new ConcurrentHashMap<>();
    private final Changes changes = new Changes();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Indexes::thread);
    private volatile Settings settings;

    /** What became of reading an index: a shelf, or why there is none. */
    private record Read(Optional<Shelf.Index> shelf, String failure) {}

    /** What a plan chooses from, and why something is missing from it. */
    record Stock(List<Shelf> shelves, List<String> failures) {}

    @Activate
    public Indexes(BundleContext context, Settings.Config config) {
        this.context = context;
        String home = context.getProperty("fascicle.home");
        base = Path.of(home == null ? "" : home).toAbsolutePath().toUri();
        settings = Settings.of(config, base);
        // The thread is made now: made later, it would keep the code alive of whoever caused the first task.
        thread.execute(() -> {});
    }

    private static Thread thread(Runnable work) {
        Thread t = new Thread(null, work, "fascicle-provisioning", 0, false);
        t.setDaemon(true);
        t.setContextClassLoader(Indexes.class.getClassLoader());
        return t;
    }

    @Modified
    void configure(Settings.Config config) {
        settings = Settings.of(config, base);
        read.clear();
        changes.made();
    }

    @Reference(
            service = Repository.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addForeign(ServiceReference<Repository> r) {
        foreign.put(r, true);
    }

    void removeForeign(ServiceReference<Repository> r) {
        foreign.remove(r);
    }

    @Deactivate
    void close() {
        thread.shutdownNow();
    }

    Settings settings() {
        return settings;
    }

    @Override
    public List<Offer> offers(Want want) {
        List<Offer> all = new ArrayList<>();
        for (Source s : settings.sources()) {
            known(s).ifPresent(shelf -> {
                for (Kind k : want.kinds()) {
                    for (Capability c : shelf.capabilities().getOrDefault(k.property(), List.of())) {
                        if (want.name().equals(c.getAttributes().get(k.property())))
                            all.add(new Offer(
                                    want,
                                    Content.name(c.getResource()),
                                    Content.version(c.getResource()).toString(),
                                    shelf.name()));
                    }
                }
            });
        }
        return List.copyOf(all);
    }

    /** The index as far as that takes no time. */
    private Optional<Shelf.Index> known(Source s) {
        Read r = read.get(s);
        if (r == null && (Allowed.isFile(s.index()) || !s.problem().isEmpty())) r = read(settings, s);
        if (r == null && reading.add(s)) {
            try {
                thread.execute(() -> {
                    try {
                        read(settings, s);
                    } finally {
                        reading.remove(s);
                    }
                });
            } catch (RejectedExecutionException e) {
                reading.remove(s);
            }
        }
        return r == null ? Optional.empty() : r.shelf();
    }

    /** Everything there is, read now; {@code use} must not keep it. */
    <T> T with(Settings now, java.util.function.Function<Stock, T> use) {
        List<Shelf> shelves = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Source s : now.sources()) {
            Read r = read.get(s);
            boolean lasting = r != null && r.shelf().isPresent() && s.sha256().isPresent();
            if (!lasting) r = read(now, s);
            r.shelf().ifPresent(shelves::add);
            if (r.shelf().isEmpty()) failures.add(r.failure());
        }
        List<ServiceReference<Repository>> used = new ArrayList<>();
        try {
            for (ServiceReference<Repository> r : foreign.keySet().stream()
                    .sorted(java.util.Comparator.reverseOrder())
                    .toList()) {
                if (now.foreign().isEmpty() || !now.foreign().get().match(r)) continue;
                Repository service = context.getService(r);
                if (service == null) continue;
                used.add(r);
                shelves.add(new Shelf.Foreign(String.valueOf(r.getBundle().getSymbolicName()), service));
            }
            return use.apply(new Stock(List.copyOf(shelves), List.copyOf(failures)));
        } finally {
            used.forEach(context::ungetService);
        }
    }

    /** Reads an index and notes what became of it. */
    private Read read(Settings now, Source s) {
        Read r;
        try {
            r = new Read(Optional.of(index(now, s)), "");
        } catch (ProvisioningException e) {
            r = new Read(Optional.empty(), e.getMessage());
        }
        // After a change of the configuration it may be another repository.
        if (settings == now) {
            Read before = read.put(s, r);
            if (before == null || !before.failure().equals(r.failure())) changes.made();
        }
        return r;
    }

    private static Shelf.Index index(Settings now, Source source) {
        String where = "repository " + source.name();
        Download download = new Download(now.allowed(), now.bounds());
        List<Listed> all = new ArrayList<>();
        Set<URI> seen = new HashSet<>();
        Deque<Source> open = new ArrayDeque<>(List.of(source));
        int left = now.bounds().indexBytes();
        while (!open.isEmpty()) {
            Source s = open.poll();
            if (!s.problem().isEmpty()) throw new ProvisioningException(where + ": " + s.problem());
            if (!seen.add(s.index().normalize())) continue;
            if (seen.size() > MOST_REFERRALS)
                throw new ProvisioningException(where + ": it refers to more than " + MOST_REFERRALS + " indexes");
            String what = s == source ? where : where + ": referral";
            byte[] bytes = download.read(what, s.index(), left);
            s.sha256().ifPresent(hash -> check(what + ": " + s.index(), hash, Download.sha256(bytes)));
            byte[] xml = download.inflated(what + ": " + s.index(), bytes, left);
            left -= xml.length;
            IndexReader.Content c = IndexReader.read(what + ": " + s.index(), s.index(), xml);
            all.addAll(c.resources());
            for (URI u : c.referrals()) open.add(Source.of(s.name(), u));
        }
        return Shelf.Index.of(source.name(), all);
    }

    private static void check(String what, String expected, String got) {
        if (!got.equals(expected))
            throw new ProvisioningException(what + ": hash mismatch: the configuration says SHA-256 " + expected
                    + ", the index has " + got + "; if it was changed on purpose, configure its new hash");
    }

    @Override
    public void fill(RuntimeDTO dto) {
        for (Source s : settings.sources()) {
            // A file is read for whoever looks, the network is not.
            if (Allowed.isFile(s.index())) known(s);
            Read r = read.get(s);
            RepositoryDTO d = new RepositoryDTO();
            d.name = s.name();
            d.url = s.index().toString();
            d.state = r == null ? "unread" : r.shelf().isPresent() ? "read" : "failed";
            d.reason = r == null ? "" : r.failure();
            d.bundles = r == null ? 0 : r.shelf().map(Shelf.Index::bundles).orElse(0);
            dto.repositories.add(d);
        }
    }

    @Override
    public long changeCount() {
        return changes.count();
    }

    @Override
    public Plugins.Watch watch(Runnable changed) {
        return changes.watch(changed);
    }
}
