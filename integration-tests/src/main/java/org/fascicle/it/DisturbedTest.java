package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/**
 * A run that is disturbed ends with the weights of one that is not, to the last bit, though another backend is there that
 * rounds differently. {@code fascicle.prove.disturbances} says how often it is disturbed.
 */
class DisturbedTest {
    private static final System.Logger LOG = System.getLogger(DisturbedTest.class.getName());
    private static final int EPOCHS = 300;
    /** A step takes less: so what disturbs comes anywhere in it. */
    private static final int LONGEST_DELAY_MICROS = 400;

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Experiments experiments;

    @InjectService(timeout = 30_000)
    Trainer trainer;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    @InjectService(timeout = 30_000)
    ServiceComponentRuntime declarativeServices;

    @ParameterizedTest
    @ValueSource(ints = {-10, 10})
    void aDisturbedRunEndsWithTheSameBitsThoughThereIsAnotherBackend(int ranking) throws Exception {
        int seed = Cases.setting(context, "seed", 1), count = Cases.setting(context, "disturbances", 12);
        Learning learning = new Learning(experiments, trainer, EPOCHS);
        Map<String, List<Float>> alone = learning.weights();
        byte[] jar = Versions.backend(ranking);
        Bundle backwards = context.installBundle("story:backwards", new ByteArrayInputStream(jar));
        Chaos chaos = new Chaos(context, declarativeServices, seed);
        try {
            backwards.start();
            assertThat(runtime.getRuntimeDTO().backend).isEqualTo(ranking > 0 ? "backwards" : "ejml");
            Map<String, List<Float>> undisturbed = learning.weights();
            assertThat(undisturbed.equals(alone))
                    .as("the other backend has the same bits")
                    .isEqualTo(ranking < 0);
            chaos.add(backwards, jar);
            for (String name : List.of(
                    "activations",
                    "layers",
                    "losses",
                    "optimizers",
                    "metrics",
                    "datasets",
                    "compute.ejml",
                    "augmentation",
                    "trainer")) {
                Bundle b = Cases.bundle(context, "org.fascicle." + name);
                chaos.add(b, PluginJar.of(b));
            }
            Bundle backend = ranking > 0 ? backwards : Cases.bundle(context, "org.fascicle.compute.ejml");
            AtomicLong waits = new AtomicLong();
            Map<String, List<Float>> disturbed = disturbed(learning, backend, chaos, count, new Random(seed), waits);
            LOG.log(
                    System.Logger.Level.INFO,
                    "seed {0}, other backend of ranking {1}: {2} disturbances, {3} waits",
                    seed,
                    ranking,
                    chaos.done().size(),
                    waits);
            assertThat(chaos.done()).hasSize(count);
            assertThat(disturbed).as("seed %s, after %s", seed, chaos.done()).isEqualTo(undisturbed);
        } finally {
            backwards.uninstall();
        }
        chaos.leaks().none();
    }

    /**
     * First the backend stays away until the run waits for it. Then each disturbance begins at a step of its own, soon after it or
     * in the midst of the next, and ends when it likes.
     */
    private Map<String, List<Float>> disturbed(
            Learning learning, Bundle backend, Chaos chaos, int count, Random random, AtomicLong waits)
            throws Exception {
        int[] at = random.ints(1, learning.steps())
                .distinct()
                .limit(count)
                .sorted()
                .toArray();
        AtomicInteger next = new AtomicInteger();
        CountDownLatch gone = new CountDownLatch(1);
        Semaphore begin = new Semaphore(0), ended = new Semaphore(1);
        CompletableFuture<Map<String, List<Float>>> weights = new CompletableFuture<>();
        Thread training = new Thread(
                () -> {
                    try {
                        weights.complete(learning.weights((Run run, RunEvent e) -> {
                            if (e.type() == RunEvent.Type.WAITING) waits.incrementAndGet();
                            int i = next.get();
                            if (e.type() != RunEvent.Type.BATCH || i == count || e.step() < at[i]) return;
                            // The one before has ended, or all would come together at the end.
                            ended.acquireUninterruptibly();
                            next.incrementAndGet();
                            begin.release();
                            if (i == 0) Await.until("the backend has gone", () -> gone.getCount() == 0);
                        }));
                    } catch (Throwable t) {
                        weights.completeExceptionally(t);
                    }
                },
                "story-training");
        training.start();
        try {
            for (int i = 0; i < count; i++) {
                while (!begin.tryAcquire(100, TimeUnit.MILLISECONDS)) if (weights.isDone()) return weights.get();
                if (i == 0) {
                    chaos.away(backend, () -> {
                        gone.countDown();
                        Await.until("the run waits", () -> waits.get() > 0);
                    });
                } else {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(LONGEST_DELAY_MICROS)));
                    chaos.act();
                }
                ended.release();
            }
        } finally {
            // If a disturbance failed, the training must not wait for the next.
            ended.release(count);
            training.join(Await.LONGEST.toMillis());
        }
        return weights.get(Await.LONGEST.toSeconds() * 20, TimeUnit.SECONDS);
    }
}
