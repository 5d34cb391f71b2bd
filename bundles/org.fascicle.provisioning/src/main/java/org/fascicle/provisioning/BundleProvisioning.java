package org.fascicle.provisioning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.felix.resolver.Logger;
import org.apache.felix.resolver.ResolverImpl;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Plan;
import org.fascicle.provision.Provisioning;
import org.fascicle.provision.ProvisioningException;
import org.fascicle.provisioning.Selection.Parcel;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.resolver.ResolutionException;
import org.slf4j.LoggerFactory;

/** Plans with the resolver, and installs in transactions, one after another. Thread-safe. */
@Component(immediate = true)
public final class BundleProvisioning implements Provisioning {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(BundleProvisioning.class);
    /** What is missing may name what is missing; deeper than this is a mistake. */
    private static final int ROUNDS = 16;
    /** An index can be made so that resolving it takes for ever. */
    private static final long RESOLVING_SECONDS = 30;

    private static final String NONE = "no repository is configured (repositories of org.fascicle.provisioning)";
    private static final long FAREWELL_SECONDS = 4;

    private final BundleContext context;
    private final Indexes indexes;
    private final Plugins plugins;
    private final Journal journal;
    private final ReentrantLock installing = new ReentrantLock(true);
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, BundleProvisioning::thread);
    /** Guarded by this object's monitor; null if nothing is being installed. */
    private Thread worker;

    private volatile boolean closed;

    @Activate
    public BundleProvisioning(BundleContext context, @Reference Indexes indexes, @Reference Plugins plugins) {
        this.context = context;
        this.indexes = indexes;
        this.plugins = plugins;
        journal = new Journal(context.getDataFile("plan").toPath());
        journal.recover(context);
        clock.setRemoveOnCancelPolicy(true);
        clock.prestartCoreThread();
    }

    private static Thread thread(Runnable work) {
        Thread t = new Thread(null, work, "fascicle-provisioning-clock", 0, false);
        t.setDaemon(true);
        t.setContextClassLoader(BundleProvisioning.class.getClassLoader());
        return t;
    }

    /** A plan that is being carried out is given up, and rolled back before this returns. */
    @Deactivate
    void close() throws InterruptedException {
        closed = true;
        synchronized (this) {
            if (worker != null) worker.interrupt();
        }
        if (installing.tryLock(FAREWELL_SECONDS, TimeUnit.SECONDS)) installing.unlock();
        else LOG.warn("a plan is still being rolled back");
        clock.shutdownNow();
    }

    @Override
    public Policy policy() {
        return indexes.settings().policy();
    }

    @Override
    public Plan plan(Set<Want> wants) {
        Settings now = indexes.settings();
        return indexes.with(now, stock -> {
            Map<Want, String> unmet = new LinkedHashMap<>();
            List<Parcel> parcels = parcels(now, stock, wants, unmet);
            return new Plan(parcels.stream().map(Parcel::item).toList(), unmet);
        });
    }

    @Override
    public List<Plan.Item> install(Supplier<Set<Want>> missing) {
        if (installing.isHeldByCurrentThread()) throw new IllegalStateException("a plan within a plan");
        try {
            installing.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        work(Thread.currentThread());
        try {
            Settings now = indexes.settings();
            return indexes.with(now, stock -> install(now, stock, missing));
        } finally {
            work(null);
            installing.unlock();
        }
    }

    /** From now on this thread is told if provisioning stops, or none is. */
    private synchronized void work(Thread t) {
        worker = t;
    }

    private List<Plan.Item> install(Settings now, Indexes.Stock stock, Supplier<Set<Want>> missing) {
        Transaction t = new Transaction(context, journal, plugins, new Download(now.allowed(), now.bounds()));
        List<Plan.Item> done = new ArrayList<>();
        Set<Want> had = new LinkedHashSet<>();
        boolean committed = false;
        try {
            int rounds = 0;
            for (Set<Want> wants = missing.get(); !wants.isEmpty(); wants = missing.get()) {
                if (!had.addAll(wants) || ++rounds > ROUNDS)
                    throw new ProvisioningException(words(wants) + ": still missing after " + done + " was installed: "
                            + wants.stream().map(this::reason).collect(Collectors.joining("; ")));
                Map<Want, String> unmet = new LinkedHashMap<>();
                List<Parcel> parcels = parcels(now, stock, wants, unmet);
                if (!unmet.isEmpty())
                    throw new ProvisioningException(unmet.entrySet().stream()
                            .map(e -> refusal(e.getKey(), e.getValue()))
                            .collect(Collectors.joining("; ")));
                t.carryOut(parcels, wants);
                parcels.forEach(p -> done.add(p.item()));
            }
            t.commit();
            committed = true;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            if (!committed) t.rollBack();
        }
        for (Plan.Item i : done)
            LOG.info("installed {} for {}", i, i.provides().isEmpty() ? "others" : words(i.provides()));
        return List.copyOf(done);
    }

    /** Who misspells a name is told the nearest; else what the repositories have is the matter. */
    private String refusal(Want w, String why) {
        return indexes.offers(w).isEmpty() ? reason(w) + "; " + why : w + " cannot be installed: " + why;
    }

    private String reason(Want w) {
        return plugins.missing(w.kind(), Map.of("type", w.name())).stream()
                .findFirst()
                .map(l -> l.reason())
                .orElse(w + " is there");
    }

    private List<Parcel> parcels(Settings now, Indexes.Stock stock, Set<Want> wants, Map<Want, String> unmet) {
        if (closed) throw new ProvisioningException("provisioning has been stopped");
        if (wants.isEmpty()) return List.of();
        Selection s = new Selection(context.getBundles(), stock.shelves(), now.allowed(), wants);
        String failures = stock.failures().isEmpty() ? "" : "; " + String.join("; ", stock.failures());
        boolean none = stock.shelves().isEmpty() && failures.isEmpty();
        s.unmet().forEach((w, why) -> unmet.put(w, none ? NONE : why + failures));
        if (s.isEmpty()) return List.of();
        Future<?> alarm = clock.schedule(s::cancel, RESOLVING_SECONDS, TimeUnit.SECONDS);
        try {
            return s.parcels(new ResolverImpl(new Logger(0), Runnable::run).resolve(s));
        } catch (ResolutionException e) {
            String why = s.words(Download.reason(e)) + failures;
            for (Want w : wants) unmet.putIfAbsent(w, why);
            return List.of();
        } catch (CancellationException e) {
            throw new ProvisioningException(
                    words(wants) + ": what to install cannot be computed in " + RESOLVING_SECONDS + " s", e);
        } finally {
            alarm.cancel(false);
        }
    }

    private static String words(Iterable<Want> wants) {
        List<String> all = new ArrayList<>();
        wants.forEach(w -> all.add(w.toString()));
        return String.join(", ", all);
    }

    private static ProvisioningException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ProvisioningException("interrupted; nothing of the plan remains", e);
    }
}
