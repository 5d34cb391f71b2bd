package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.fascicle.it.Asked.Part;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/**
 * Activations, layers, backends and the rest are stopped, started, updated and refreshed, and what is configured is changed,
 * in random order, while eight threads predict without pause and a model learns. Nobody who can wait notices.
 * {@code fascicle.prove.actions} says how often, {@code fascicle.prove.seed} in which order.
 */
class StressTest {
    private static final System.Logger LOG = System.getLogger(StressTest.class.getName());

    private static final int PREDICTING = 8;
    /** The last of the threads that predict also ask the slow model: more would do nothing else. */
    private static final int ASKING_SLOWLY = 2;
    /** Longer than most of the bounds that a leaving is given. */
    private static final int SLOW_MILLIS = 12;

    private static final long[] DRAIN_MILLIS = {0, 1, 5, 50, 2_000};

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    Experiments experiments;

    @InjectService(timeout = 30_000)
    Trainer trainer;

    @InjectService(timeout = 30_000)
    ConfigurationAdmin configurations;

    @InjectService(timeout = 30_000)
    ServiceComponentRuntime declarativeServices;

    private final AtomicLong predictions = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();
    private final AtomicLong runs = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    /** What a listener is to do on the thread of the training. */
    private final Queue<Work> requests = new ConcurrentLinkedQueue<>();

    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Bundle> installed = new LinkedHashMap<>();
    private volatile boolean over;

    private interface Work {
        void go() throws Exception;
    }

    @AfterEach
    void end() throws Exception {
        over = true;
        for (Thread t : threads) t.join(Await.LONGEST.toMillis());
        for (Bundle b : installed.values()) b.uninstall();
    }

    @Test
    void nobodyNoticesRestartsUpdatesAndRefreshes() throws Exception {
        long seed = Cases.setting(context, "seed", 1);
        int actions = Cases.setting(context, "actions", 60);
        LOG.log(System.Logger.Level.INFO, "{0} actions of seed {1,number,#}", actions, seed);
        Learning learning = new Learning(experiments, trainer, 600);
        // So that all that stays has come.
        learning.weights();
        Chaos chaos = new Chaos(context, declarativeServices, seed);
        installAll(chaos);
        try (Model standard = models.create("stress-standard", standard(), 3);
                Model swapped = models.create("stress-swapped", of("steady", "stressed"), 5);
                Model slow = models.create("stress-slow", of("slow", "linear"), 7);
                Watchdog dog = new Watchdog(
                        () -> predictions.get() + steps.get() + chaos.done().size())) {
            List<Asked> asked = List.of(
                    new Asked(standard, Cases.numbers(3, 64), chaos.timeline()),
                    new Asked(standard, Cases.numbers(8, 64), chaos.timeline()),
                    new Asked(swapped, Cases.numbers(5, 64), chaos.timeline()),
                    new Asked(slow, Cases.numbers(1, 64), chaos.timeline()));
            List<Map<String, List<Float>>> weights = learnAnswers(asked, learning);
            for (int i = 0; i < PREDICTING; i++) {
                List<Asked> mine = i < PREDICTING - ASKING_SLOWLY ? asked.subList(0, 3) : asked;
                begin("story-predicting-" + i, () -> predict(mine));
            }
            begin("story-learning", () -> learn(learning, weights));
            try {
                for (int i = 1; i <= actions && failures.isEmpty(); i++) {
                    chaos.act();
                    if (i % 100 == 0) LOG.log(System.Logger.Level.INFO, "{0} of {1} actions", i, actions);
                }
            } finally {
                over = true;
            }
            for (Thread t : threads) t.join();
            LOG.log(System.Logger.Level.INFO, () -> summary(chaos));
            assertThat(dog.hung()).as("seed %s, after %s", seed, chaos.done()).isEmpty();
            failures.forEach(f -> LOG.log(System.Logger.Level.ERROR, "seed " + seed, f));
            assertThat(failures).as("seed %s, after %s", seed, chaos.done()).isEmpty();
            assertThat(runs.get()).as("runs that ended").isPositive();
        } catch (InterruptedException e) {
            throw new AssertionError("seed " + seed + ": interrupted after " + chaos.done(), e);
        }
        chaos.leaks().none();
    }

    private String summary(Chaos chaos) {
        return chaos.done().size() + " actions, " + chaos.leaks().expected() + " revisions replaced, " + predictions
                + " predictions, " + runs + " runs of " + steps + " steps that waited " + waits + " times, "
                + chaos.undisturbed() + " times a component of others was looked at; failures: " + failures.size();
    }

    private void installAll(Chaos chaos) throws Exception {
        String first = "org.example.first", second = "org.example.second", steady = "org.example.steady";
        add(chaos, first, Versions.activation(first, "stressed", 0), Versions.activation(first, "stressed", 1));
        add(chaos, second, Versions.activation(second, "stressed", 2), Versions.activation(second, "stressed", 3));
        add(
                chaos,
                steady,
                Versions.layer(steady, "steady", 0, 0),
                Versions.layer(steady, "steady", 4, 0),
                Versions.layer(steady, "steady", 8, 0));
        String slow = "org.example.slow";
        add(chaos, slow, Versions.layer(slow, "slow", 0, SLOW_MILLIS), Versions.layer(slow, "slow", 1, SLOW_MILLIS));
        add(chaos, "org.example.backwards", Versions.backend(10));
        for (String name : List.of(
                "activations",
                "layers",
                "losses",
                "optimizers",
                "metrics",
                "compute.ejml",
                "datasets",
                "augmentation",
                "trainer")) chaos.add(fascicle(name), PluginJar.of(fascicle(name)));
        chaos.add("configure org.fascicle.runtime", this::configure);
        chaos.add("a listener stops and starts org.fascicle.layers", r -> byListener(chaos, fascicle("layers")));
        chaos.add("a listener stops and starts org.example.first", r -> byListener(chaos, installed.get(first)));
    }

    private void add(Chaos chaos, String name, byte[]... contents) throws Exception {
        Bundle b = context.installBundle("story:" + name, new ByteArrayInputStream(contents[0]));
        installed.put(name, b);
        b.start();
        chaos.add(b, contents);
    }

    private Bundle fascicle(String name) {
        return Cases.bundle(context, "org.fascicle." + name);
    }

    private List<Bundle> configure(Random random) throws Exception {
        Configuration c = configurations.getConfiguration("org.fascicle.runtime", "?");
        Hashtable<String, Object> values = new Hashtable<>();
        values.put("drain.millis", DRAIN_MILLIS[random.nextInt(DRAIN_MILLIS.length)]);
        values.put("grace.millis", 30_000L + random.nextInt(30_000));
        if (random.nextInt(5) == 0) c.delete();
        else c.update(values);
        return List.of();
    }

    /** Done by the thread that trains, between two steps. */
    private List<Bundle> byListener(Chaos chaos, Bundle victim) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        requests.add(() -> {
            try {
                chaos.stop(victim);
                chaos.start(victim);
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        done.get(Await.LONGEST.toSeconds(), TimeUnit.SECONDS);
        return List.of(victim);
    }

    /** What is asked, on either backend; and the weights that learning ends with on either. */
    private List<Map<String, List<Float>>> learnAnswers(List<Asked> asked, Learning learning) throws Exception {
        Bundle backwards = installed.get("org.example.backwards");
        List<Part> layers = List.of(new Part(fascicle("layers"), 0));
        List<Part> activations = List.of(new Part(fascicle("activations"), 0));
        List<Part> stressed = List.of(
                new Part(installed.get("org.example.first"), 0, 1),
                new Part(installed.get("org.example.second"), 2, 3));
        List<List<List<Part>>> kinds = List.of(
                List.of(layers, activations),
                List.of(layers, activations),
                List.of(layers, List.of(new Part(installed.get("org.example.steady"), 0, 4, 8)), stressed),
                List.of(layers, activations, List.of(new Part(installed.get("org.example.slow"), 0, 1))));
        List<Map<String, List<Float>>> weights = new ArrayList<>();
        List<List<Float>> one = asked.stream().map(Asked::now).toList();
        weights.add(learning.weights());
        backwards.stop();
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).on(backwards, one.get(i), kinds.get(i));
            asked.get(i).on(fascicle("compute.ejml"), asked.get(i).now(), kinds.get(i));
        }
        weights.add(learning.weights());
        backwards.start();
        assertThat(weights.get(0)).as("weights, on another backend").isNotEqualTo(weights.get(1));
        return weights;
    }

    private static ModelSpec standard() {
        Map<String, Object> wide = Map.of("type", "dense", "units", 24, "activation", "elu");
        Map<String, Object> out = Map.of("type", "dense", "units", 3, "activation", "softmax");
        return Cases.spec(Map.of("x", List.of(64)), List.of(wide, out));
    }

    private static ModelSpec of(String layer, String activation) {
        return Cases.spec(Map.of("x", List.of(64)), List.of(Map.of("type", "dense", "units", 7), layer, activation));
    }

    private void begin(String name, Work work) {
        Thread t = new Thread(
                () -> {
                    try {
                        work.go();
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                },
                name);
        threads.add(t);
        t.start();
    }

    private void predict(List<Asked> asked) {
        while (!over && failures.isEmpty()) {
            for (Asked a : asked) {
                a.check();
                predictions.incrementAndGet();
            }
        }
    }

    private void learn(Learning learning, List<Map<String, List<Float>>> expected) throws Exception {
        do {
            try {
                assertThat(expected).as("weights of a disturbed run").contains(learning.weights(this::hear));
                runs.incrementAndGet();
            } catch (MissingPluginException e) {
                // To begin, all must be there at once; only what was satisfied waits.
                LOG.log(System.Logger.Level.DEBUG, "begins again", e);
            }
        } while ((!over || runs.get() == 0) && failures.isEmpty());
    }

    private void hear(Run run, RunEvent e) {
        if (e.type() == RunEvent.Type.WAITING) waits.incrementAndGet();
        if (e.type() != RunEvent.Type.BATCH) return;
        steps.incrementAndGet();
        Work w = requests.poll();
        if (w == null) return;
        try {
            w.go();
        } catch (Exception x) {
            failures.add(x);
        }
    }
}
