package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.fascicle.it.payload.Doubled;
import org.fascicle.it.payload.Identity;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.model.SpecReader;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/**
 * Plug-ins are stopped, started, updated and refreshed at random while models predict and learn, and nobody who can wait
 * notices. {@code fascicle.stress.seconds} is how long, {@code fascicle.stress.seed} which way.
 */
class StressTest {
    private static final System.Logger LOG = System.getLogger(StressTest.class.getName());

    private static final List<String> VICTIMS = List.of(
            "org.fascicle.activations",
            "org.fascicle.layers",
            "org.fascicle.losses",
            "org.fascicle.optimizers",
            "org.fascicle.metrics",
            "org.fascicle.compute.ejml",
            "org.fascicle.datasets");
    private static final int PREDICTING = 4;
    /** Enough that a run meets many disturbances, and few enough that it ends within the short form. */
    private static final int EPOCHS = 600;

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    Experiments experiments;

    @InjectService(timeout = 30_000)
    Trainer trainer;

    private final AtomicLong predictions = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();
    private final AtomicLong runs = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    /** A model, what it is asked, and what it may answer: to the last bit. */
    private record Asked(Model model, Tensor x, List<float[]> answers) {
        void check() {
            float[] y = Cases.values(model.predict(x));
            if (answers.stream().noneMatch(a -> Arrays.equals(a, y)))
                throw new AssertionError(model.name() + " answered " + Arrays.toString(y) + ", expected "
                        + answers.stream().map(Arrays::toString).toList());
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        over = true;
        for (Thread t : threads) t.join(Await.LONGEST.toMillis());
    }

    private long number(String property, long fallback) {
        String text = context.getProperty(property);
        return text == null || text.isBlank() ? fallback : Long.parseLong(text.strip());
    }

    @Test
    void nobodyNoticesRestartsUpdatesAndRefreshes() throws Exception {
        long seed = number("fascicle.stress.seed", 1), seconds = number("fascicle.stress.seconds", 5);
        LOG.log(System.Logger.Level.INFO, "fascicle.stress.seed={0,number,#}, {1} s", seed, seconds);
        Bundle first = install("first", Identity.class), second = install("second", Doubled.class);
        Chaos chaos = new Chaos(context, seed);
        for (Bundle b : context.getBundles()) if (VICTIMS.contains(b.getSymbolicName())) chaos.add(b, PluginJar.of(b));
        chaos.add(first, jar("first", Identity.class), jar("first", Doubled.class));
        chaos.add(second, jar("second", Doubled.class), jar("second", Identity.class));
        try (Model standard = models.create("stress-standard", standard(), 3);
                Model swapped = models.create("stress-swapped", Cases.ending("stressed"), 5);
                Watchdog dog = new Watchdog(
                        () -> predictions.get() + steps.get() + chaos.done().size())) {
            Map<String, Tensor> expected = train(false);
            List<Asked> asked = List.of(
                    asked(standard, Cases.numbers(3, 6), 1),
                    asked(standard, Cases.numbers(8, 6), 1),
                    asked(swapped, Cases.numbers(5, 4), 2));
            for (int i = 0; i < PREDICTING; i++) begin("story-predicting-" + i, () -> predict(asked));
            begin("story-learning", () -> learn(expected));
            try {
                long deadline = System.nanoTime() + seconds * 1_000_000_000L;
                while (failures.isEmpty() && System.nanoTime() < deadline) chaos.act();
            } finally {
                over = true;
            }
            for (Thread t : threads) t.join();
            LOG.log(System.Logger.Level.INFO, () -> summary(chaos));
            assertThat(dog.hung()).as("seed %s, after %s", seed, chaos.done()).isEmpty();
            failures.forEach(f -> LOG.log(System.Logger.Level.ERROR, "seed " + seed, f));
            assertThat(failures).as("seed %s, after %s", seed, chaos.done()).isEmpty();
            assertThat(runs.get()).as("runs that ended").isPositive();
            assertThat(chaos.uncollected())
                    .as("class loaders that stay, seed %s", seed)
                    .isEmpty();
        } catch (InterruptedException e) {
            throw new AssertionError("seed " + seed + ": interrupted after " + chaos.done(), e);
        } finally {
            first.uninstall();
            second.uninstall();
        }
    }

    private String summary(Chaos chaos) {
        return chaos.done().size() + " disturbances, " + chaos.replaced() + " revisions replaced, " + predictions
                + " predictions, " + runs + " runs of " + steps + " steps that waited " + waits + " times";
    }

    /** A provider of the activation {@code stressed}. */
    private static byte[] jar(String name, Class<?> activation) {
        return PluginJar.of("org.example.stress." + name, "1.0.0")
                .activation("stressed", activation)
                .bytes();
    }

    private Bundle install(String name, Class<?> activation) throws Exception {
        Bundle b = context.installBundle("story:" + name, new java.io.ByteArrayInputStream(jar(name, activation)));
        b.start();
        return b;
    }

    private static ModelSpec standard() {
        Map<String, Object> wide = Map.of("type", "dense", "units", 24, "activation", "elu");
        Map<String, Object> out = Map.of("type", "dense", "units", 3, "activation", "softmax");
        return SpecReader.read("stress", Map.of("inputs", Map.of("x", List.of(6)), "layers", List.of(wide, out)));
    }

    /** What it answers now, and so many powers of two around it. */
    private static Asked asked(Model model, Tensor x, int versions) {
        float[] y = Cases.values(model.predict(x));
        List<float[]> answers = new ArrayList<>();
        for (int k = 1 - versions; k < versions; k++) {
            float[] scaled = y.clone();
            for (int i = 0; i < y.length; i++) scaled[i] = Math.scalb(y[i], k);
            answers.add(scaled);
        }
        return new Asked(model, x, answers);
    }

    private interface Work {
        void go() throws Exception;
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

    private void learn(Map<String, Tensor> expected) throws InterruptedException {
        do {
            Map<String, Tensor> got;
            try {
                got = train(true);
            } catch (MissingPluginException e) {
                // To begin, all must be there at once; only what was satisfied waits.
                continue;
            }
            assertThat(got.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, t) -> assertThat(Cases.values(got.get(name)))
                    .as("%s of a disturbed run", name)
                    .containsExactly(Cases.values(t)));
            runs.incrementAndGet();
        } while (!over && failures.isEmpty());
    }

    /** The weights at the end of a run. */
    private Map<String, Tensor> train(boolean disturbed) throws InterruptedException {
        Map<String, Object> hidden = Map.of("id", "hidden", "type", "dense", "units", 8, "activation", "tanh");
        Map<String, Object> less = Map.of("id", "less", "type", "dropout", "rate", 0.2);
        Map<String, Object> out = Map.of("id", "out", "type", "dense", "units", 2, "activation", "softmax");
        Map<String, Object> tree = Map.of(
                "name", "stress-learning",
                "dataset", Map.of("type", "moons", "samples", 64),
                "model", Map.of("layers", List.of(hidden, less, out)),
                "loss", "sparse_categorical_crossentropy",
                "metrics", List.of("accuracy"),
                "training",
                        Map.of(
                                "epochs",
                                EPOCHS,
                                "batch_size",
                                16,
                                "seed",
                                11,
                                "schedule",
                                Map.of("type", "exponential", "gamma", 0.999),
                                "optimizer",
                                Map.of("type", "adam", "learning_rate", 0.01)));
        Experiments.Prepared p =
                experiments.prepare(experiments.read("stress", tree, List.of()), experiments.sources(List.of()));
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run(), (r, e) -> {
                if (e.type() == RunEvent.Type.BATCH && disturbed) steps.incrementAndGet();
                if (e.type() == RunEvent.Type.WAITING) waits.incrementAndGet();
            });
            assertThat(run.await(Await.LONGEST.multipliedBy(10)))
                    .as("the run ends; it is %s", run.state())
                    .isTrue();
            run.failure().ifPresent(f -> {
                throw f;
            });
            assertThat(run.state()).isEqualTo(Run.State.FINISHED);
            return model.weights();
        }
    }
}
