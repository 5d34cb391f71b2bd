package org.fascicle.provisioning;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.provision.ProvisioningException;
import org.fascicle.provisioning.Selection.Parcel;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that one call installs, and the way back. Used by one thread. */
final class Transaction {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);
    private static final long REFRESH_SECONDS = 10;
    /** What the locations of our bundles begin with; the launcher knows them by it. */
    static final String LOCATION = "fascicle-provisioned:";

    /** The system bundle's: ours may go while we work, and there must be a way back then too. */
    private final BundleContext system;

    private final Journal journal;
    private final Plugins plugins;
    private final Download download;
    private final List<Bundle> ours = new ArrayList<>();
    private final List<String> locations = new ArrayList<>();
    private long bytes;

    Transaction(BundleContext context, Journal journal, Plugins plugins, Download download) {
        system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        this.journal = journal;
        this.plugins = plugins;
        this.download = download;
    }

    /** One round: all is read and hashed before the first is installed, all is resolved before the first is started. */
    void carryOut(List<Parcel> parcels, Set<Want> wants) throws InterruptedException {
        List<byte[]> contents = new ArrayList<>();
        for (Parcel p : parcels) {
            byte[] b = p.content().read(p.item().repository(), download, (int)
                    (download.bounds().bundleBytes() - bytes));
            bytes += b.length;
            contents.add(b);
        }
        parcels.forEach(this::free);
        parcels.forEach(p -> locations.add(location(p)));
        journal.write(locations);
        List<Bundle> now = new ArrayList<>();
        for (int i = 0; i < parcels.size(); i++) now.add(install(parcels.get(i), contents.get(i)));
        resolve(now);
        for (Bundle b : now) start(b);
        for (Want w : wants) await(w, parcels);
    }

    private static String location(Parcel p) {
        return LOCATION + p.item().repository() + "/" + p.item().bundle() + "/"
                + p.item().version();
    }

    private void free(Parcel p) {
        Bundle b = system.getBundle(location(p));
        if (b != null)
            throw new ProvisioningException(
                    p.item() + ": a bundle was installed from there already: " + b + "; uninstall it");
    }

    private Bundle install(Parcel p, byte[] content) {
        try {
            Bundle b = system.installBundle(location(p), new ByteArrayInputStream(content));
            ours.add(b);
            examine(p, b);
            return b;
        } catch (BundleException e) {
            throw new ProvisioningException(p.item() + " is not installed: " + Download.reason(e), e);
        }
    }

    /** The bundle must be what the index says: that is what the plan was made of. */
    private static void examine(Parcel p, Bundle b) {
        if (!p.item().bundle().equals(b.getSymbolicName())
                || !p.content().version().equals(b.getVersion()))
            throw new ProvisioningException(
                    p.item() + " is something else than the index says: " + b.getSymbolicName() + " " + b.getVersion());
        BundleRevision revision = b.adapt(BundleRevision.class);
        if ((revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0)
            throw new ProvisioningException(p.item() + " is a fragment, which the index does not say");
        for (Want w : p.item().provides()) {
            if (w.kinds().stream().noneMatch(k -> declares(revision, k, w.name())))
                throw new ProvisioningException(p.item() + " does not provide " + w + ", though the index says so");
        }
    }

    private static boolean declares(BundleRevision revision, Kind kind, String name) {
        for (BundleCapability c : revision.getDeclaredCapabilities(kind.property())) {
            if (name.equals(c.getAttributes().get(kind.property()))) return true;
        }
        return false;
    }

    private void resolve(List<Bundle> bundles) {
        boolean all = wiring().resolveBundles(bundles);
        if (!all) {
            List<Bundle> not = bundles.stream()
                    .filter(b -> b.getState() == Bundle.INSTALLED)
                    .toList();
            throw new ProvisioningException(
                    not + " cannot be resolved here, though the index told so: it asks for more,"
                            + " or somebody forbids it");
        }
        Collection<Bundle> others = others();
        if (!others.isEmpty())
            throw new ProvisioningException("the plan reaches beyond what it installs: " + others
                    + " would depend on it; install it by hand if that is what you want");
    }

    /** Bundles that hang on ours and are not of this call. */
    private Collection<Bundle> others() {
        Set<Bundle> all = new LinkedHashSet<>(wiring().getDependencyClosure(ours));
        ours.forEach(all::remove);
        return all;
    }

    private static void start(Bundle b) {
        try {
            b.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
        } catch (BundleException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ProvisioningException(
                    b.getSymbolicName() + " " + b.getVersion() + " does not start: "
                            + String.valueOf(cause).strip().replaceAll("\\s*\\R\\s*", " "),
                    e);
        }
    }

    private void await(Want w, List<Parcel> parcels) throws InterruptedException {
        Object change = new Object();
        Plugins.Listener listener = new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                synchronized (change) {
                    change.notifyAll();
                }
            }
        };
        long millis = download.bounds().startMillis();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try (Plugins.Watch watch = plugins.listen(listener)) {
            synchronized (change) {
                while (!isThere(w)) {
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (left <= 0)
                        throw new ProvisioningException(w + " does not come after " + Parcel.names(parcels)
                                + " was started (waited " + millis / 1000.0 + " s): " + whyNot(w));
                    change.wait(left);
                }
            }
        }
    }

    private boolean isThere(Want w) {
        return w.kinds().stream().anyMatch(k -> !plugins.providers(k, w.name()).isEmpty());
    }

    private String whyNot(Want w) {
        return plugins.missing(w.kind(), java.util.Map.of("type", w.name())).stream()
                .findFirst()
                .map(l -> l.reason())
                .orElse("nobody knows why");
    }

    /** From now on the bundles are installed and started like any other. */
    void commit() {
        for (Bundle b : ours) {
            try {
                b.start(Bundle.START_ACTIVATION_POLICY);
            } catch (BundleException e) {
                throw new ProvisioningException(
                        b.getSymbolicName() + " was stopped meanwhile and does not start again", e);
            }
        }
        journal.clear();
    }

    /** Uninstalls exactly what was installed by this, the last first, and refreshes those only. */
    void rollBack() {
        // Whoever was interrupted while it installed still leaves everything as it was.
        boolean interrupted = Thread.interrupted();
        try {
            uninstall();
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private void uninstall() throws InterruptedException {
        List<Bundle> back = new ArrayList<>(ours);
        java.util.Collections.reverse(back);
        Collection<Bundle> others = ours.isEmpty() ? List.of() : others();
        boolean clean = true;
        for (Bundle b : back) {
            try {
                b.uninstall();
            } catch (BundleException | IllegalStateException e) {
                if (b.getState() == Bundle.UNINSTALLED) continue;
                clean = false;
                LOG.error("{} of a plan that failed is not uninstalled", b, e);
            }
        }
        if (clean) journal.clear();
        if (!others.isEmpty())
            LOG.warn("{} depend on code of a plan that failed; refresh them to let go of it", others);
        else if (!back.isEmpty()) refresh(back);
    }

    private void refresh(List<Bundle> bundles) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try {
            wiring().refreshBundles(bundles, e -> done.countDown());
            if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS))
                LOG.warn("{}: refreshing takes longer than {} s", bundles, REFRESH_SECONDS);
        } catch (IllegalStateException e) {
            LOG.debug("the framework stops", e);
        }
    }

    private FrameworkWiring wiring() {
        return system.getBundle().adapt(FrameworkWiring.class);
    }
}
