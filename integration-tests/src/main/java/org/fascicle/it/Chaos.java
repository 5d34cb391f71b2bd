package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Stops, starts, updates and refreshes bundles at random, and sees to it that no other bundle is touched. Confined to one thread. */
final class Chaos {
    /** The longest time a bundle stays away: far below the grace time, and often none at all. */
    private static final int LONGEST_ABSENCE_MILLIS = 60;

    private enum Action {
        RESTART,
        UPDATE,
        REFRESH,
        UPDATE_AND_REFRESH,
        RESTART_TWO
    }

    private final Random random;
    private final FrameworkWiring framework;
    private final BundleContext context;
    private final Map<Bundle, List<byte[]>> victims = new LinkedHashMap<>();
    private final Map<String, WeakReference<ClassLoader>> replaced = new LinkedHashMap<>();
    private final List<String> done = new ArrayList<>();

    Chaos(BundleContext context, long seed) {
        this.context = context;
        random = new Random(seed);
        framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    /** A bundle that is to suffer; updates choose among the contents. */
    void add(Bundle victim, byte[]... contents) {
        victims.put(victim, List.of(contents));
    }

    /** What was done, the latest last. */
    List<String> done() {
        return done;
    }

    /** Does something to somebody; afterwards all victims are started again, and nobody else noticed. */
    void act() throws BundleException, InterruptedException {
        List<Bundle> all = List.copyOf(victims.keySet());
        Bundle victim = all.get(random.nextInt(all.size())), other = all.get(random.nextInt(all.size()));
        Action action = Action.values()[random.nextInt(Action.values().length)];
        List<Bundle> touched = action == Action.RESTART_TWO ? List.of(victim, other) : List.of(victim);
        done.add(action + " " + touched);
        Map<Bundle, BundleWiring> before = wirings();
        // Asked for now: a wiring that is not in use any more has no class loader to give.
        Map<Bundle, WeakReference<ClassLoader>> loaders = new LinkedHashMap<>();
        for (Bundle b : touched)
            loaders.put(b, new WeakReference<>(before.get(b).getClassLoader()));
        switch (action) {
            case RESTART, RESTART_TWO -> restart(touched);
            case UPDATE -> update(victim);
            case REFRESH -> refresh(victim);
            case UPDATE_AND_REFRESH -> {
                update(victim);
                refresh(victim);
            }
        }
        for (Bundle b : touched) assertThat(b.getState()).as("state of %s", b).isEqualTo(Bundle.ACTIVE);
        Map<Bundle, BundleWiring> after = wirings();
        before.forEach((bundle, wiring) -> {
            if (!touched.contains(bundle))
                assertThat(after.get(bundle)).as("wiring of %s", bundle).isSameAs(wiring);
            else if (after.get(bundle) != wiring)
                replaced.put(bundle + " at action " + done.size(), loaders.get(bundle));
        });
    }

    private Map<Bundle, BundleWiring> wirings() {
        Map<Bundle, BundleWiring> all = new LinkedHashMap<>();
        for (Bundle b : context.getBundles()) {
            BundleWiring w = b.adapt(BundleWiring.class);
            if (w != null) all.put(b, w);
        }
        return all;
    }

    private void restart(List<Bundle> bundles) throws BundleException, InterruptedException {
        for (Bundle b : bundles) b.stop();
        pause();
        for (Bundle b : bundles) b.start();
    }

    private void update(Bundle b) throws BundleException {
        List<byte[]> contents = victims.get(b);
        b.update(new ByteArrayInputStream(contents.get(random.nextInt(contents.size()))));
    }

    private void refresh(Bundle b) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        framework.refreshBundles(List.of(b), e -> {
            if (e.getType() == FrameworkEvent.PACKAGES_REFRESHED) end.countDown();
        });
        assertThat(end.await(Await.LONGEST.toSeconds(), TimeUnit.SECONDS))
                .as("refreshed %s", b)
                .isTrue();
    }

    /** Mostly short: what goes wrong does so when things come close together. */
    private void pause() throws InterruptedException {
        double x = random.nextDouble();
        Thread.sleep((long) (LONGEST_ABSENCE_MILLIS * x * x * x));
    }

    /** The class loaders of replaced revisions that 20 collections under pressure have not taken. */
    List<String> uncollected() {
        for (int i = 0; i < 20 && !left().isEmpty(); i++) {
            byte[][] pressure = new byte[16][];
            for (int k = 0; k < pressure.length; k++) pressure[k] = new byte[1 << 20];
            System.gc();
            assertThat(pressure[pressure.length - 1]).isNotNull();
        }
        return left();
    }

    private List<String> left() {
        List<String> l = new ArrayList<>();
        replaced.forEach((what, loader) -> {
            if (loader.get() != null) l.add(what);
        });
        return l;
    }

    /** How many revisions were replaced. */
    int replaced() {
        return replaced.size();
    }
}
