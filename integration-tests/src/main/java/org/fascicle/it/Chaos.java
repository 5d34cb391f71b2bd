package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * Stops, starts, updates and refreshes bundles at random, and sees to it that nobody else is touched. Confined to one thread,
 * but for the {@link #timeline}.
 */
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

    /** Something else that may happen. */
    interface Event {
        /** Lets it happen, and tells to whom. */
        List<Bundle> happen(Random random) throws Exception;
    }

    private final Random random;
    private final FrameworkWiring framework;
    private final BundleContext context;
    private final ServiceComponentRuntime declarativeServices;
    private final Map<Bundle, List<byte[]>> victims = new LinkedHashMap<>();
    private final Map<Bundle, Integer> contents = new HashMap<>();
    private final Map<String, Event> events = new LinkedHashMap<>();
    private final Timeline timeline = new Timeline();
    private final Leaks leaks = new Leaks();
    private final List<String> done = new ArrayList<>();
    private Isolation latest;
    private long undisturbed;

    Chaos(BundleContext context, ServiceComponentRuntime declarativeServices, long seed) {
        this.context = context;
        this.declarativeServices = declarativeServices;
        random = new Random(seed);
        framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    /** A bundle that is to suffer; it has the first of these contents, and updates choose among them. */
    void add(Bundle victim, byte[]... all) {
        victims.put(victim, List.of(all));
        contents.put(victim, 0);
        timeline.set(victim, Set.of(0));
    }

    /** Something that is to happen as often as a bundle suffers. */
    void add(String name, Event event) {
        events.put(name, event);
    }

    /** Which contents may be at work when. */
    Timeline timeline() {
        return timeline;
    }

    /** What was done, the latest last. */
    List<String> done() {
        return done;
    }

    /** How many components of others were looked at after an action, and had not changed. */
    long undisturbed() {
        return undisturbed;
    }

    /** What must not stay. */
    Leaks leaks() {
        return leaks;
    }

    /** Does something to somebody; afterwards all victims are started again, and nobody else noticed. */
    void act() throws Exception {
        Isolation before = latest == null ? look() : latest;
        int which = random.nextInt(victims.size() + events.size());
        List<Bundle> touched = which < victims.size() ? disturb(which) : happen(which - victims.size());
        latest = look();
        undisturbed += latest.unchanged(before, touched);
    }

    /** Takes a victim away until something has come of it. */
    void away(Bundle victim, Runnable awaited) throws BundleException {
        Isolation before = latest == null ? look() : latest;
        done.add("AWAY [" + victim + "]");
        stop(victim);
        awaited.run();
        start(victim);
        latest = look();
        undisturbed += latest.unchanged(before, List.of(victim));
    }

    private List<Bundle> happen(int which) throws Exception {
        String name = List.copyOf(events.keySet()).get(which);
        done.add(name);
        return events.get(name).happen(random);
    }

    private Isolation look() {
        return Isolation.of(context, declarativeServices);
    }

    private List<Bundle> disturb(int which) throws BundleException, InterruptedException {
        List<Bundle> all = List.copyOf(victims.keySet());
        Bundle victim = all.get(which), other = all.get(random.nextInt(all.size()));
        Action action = Action.values()[random.nextInt(Action.values().length)];
        List<Bundle> touched =
                action == Action.RESTART_TWO && !other.equals(victim) ? List.of(victim, other) : List.of(victim);
        done.add(action + " " + touched);
        // Asked for now: a wiring that is not in use any more has no class loader to give.
        Map<Bundle, BundleWiring> before = new HashMap<>();
        Map<Bundle, WeakReference<ClassLoader>> loaders = new LinkedHashMap<>();
        for (Bundle b : touched) {
            before.put(b, b.adapt(BundleWiring.class));
            loaders.put(b, new WeakReference<>(before.get(b).getClassLoader()));
        }
        switch (action) {
            case RESTART, RESTART_TWO -> restart(touched);
            case UPDATE -> update(victim);
            case REFRESH -> refresh(victim);
            case UPDATE_AND_REFRESH -> {
                update(victim);
                refresh(victim);
            }
        }
        for (Bundle b : touched) {
            assertThat(b.getState()).as("state of %s", b).isEqualTo(Bundle.ACTIVE);
            if (b.adapt(BundleWiring.class) != before.get(b))
                leaks.expect(b + " at action " + done.size(), loaders.get(b));
        }
        return touched;
    }

    private void restart(List<Bundle> bundles) throws BundleException, InterruptedException {
        for (Bundle b : bundles) stop(b);
        pause();
        for (Bundle b : bundles) start(b);
    }

    /** Stops a victim; what begins after this returns cannot be its work. */
    void stop(Bundle b) throws BundleException {
        b.stop();
        timeline.set(b, Set.of());
    }

    /** Starts a victim. */
    void start(Bundle b) throws BundleException {
        timeline.set(b, Set.of(contents.get(b)));
        b.start();
    }

    private void update(Bundle b) throws BundleException {
        int next = random.nextInt(victims.get(b).size()), old = contents.put(b, next);
        timeline.set(b, old == next ? Set.of(next) : Set.of(old, next));
        b.update(new ByteArrayInputStream(victims.get(b).get(next)));
        timeline.set(b, Set.of(next));
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
}
