package org.fascicle.runtime.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.runtime.live.Workbench.spec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelEvent;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.registry.Entry;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Optimizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Parts come and go under a model. Versions differ by exact powers of two, so every answer tells whose it is. */
class DynamicsTest {
    /** A thread for each task: the common pool has but one on two cores, and what blocks here would block all. */
    private static final Executor THREADS = task -> {
        Thread t = new Thread(task);
        t.setDaemon(true);
        t.start();
    };

    private final Workbench bench = new Workbench(1, 200);
    private long ids = 1000;

    @AfterEach
    void close() {
        bench.close();
    }

    /** y = factor x. */
    private record Times(float factor) implements Activation {
        @Override
        public float apply(float x) {
            return factor * x;
        }

        @Override
        public float slope(float x, float y) {
            return factor;
        }

        @Override
        public boolean slopeNeedsInput() {
            return false;
        }
    }

    private Entry times(float factor, int ranking) {
        return times(factor, ranking, "1.0." + (int) factor);
    }

    private Entry times(float factor, int ranking, String version) {
        return Entry.of(Kind.ACTIVATION, "times", "org.example.times", version, ranking, ids++, new Times(factor));
    }

    private Model model() {
        return bench.models.create(
                "m", spec(List.of(2), List.of(layer("times"), layer("linear")), "mean_squared_error"), 1);
    }

    private static float one(Model m) {
        return m.predict(Tensor.of(org.fascicle.tensor.Shape.of(1, 2), 1, 1)).data()[0];
    }

    @Test
    void aBetterProviderTakesOverBetweenPredictionsAndTheNextBestWhenItLeaves() {
        Entry low = times(2, 0), high = times(4, 5);
        bench.catalogue.add(low);
        Model m = model();
        assertThat(one(m)).isEqualTo(2);
        bench.catalogue.add(high);
        await().untilAsserted(() -> assertThat(one(m)).isEqualTo(4));
        assertThat(bench.events).anySatisfy(e -> {
            assertThat(e.type()).isEqualTo(ModelEvent.Type.SWAPPED);
            assertThat(e.message()).contains("times");
        });
        bench.catalogue.remove(high);
        assertThat(one(m)).as("at once").isEqualTo(2);
    }

    @Test
    void leavingDoesNotWaitForALearnerThatIsBeingMade() throws Exception {
        Entry other = times(4, 5);
        bench.catalogue.add(times(2, 0));
        Model m = model();
        CountDownLatch making = new CountDownLatch(1), go = new CountDownLatch(1);
        Optimizer.Factory slow = options -> {
            making.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new ConfigException("slow and wrong");
        };
        bench.catalogue.with(Kind.OPTIMIZER, "slow", slow);
        bench.catalogue.add(other);
        LearnerSpec learning =
                new LearnerSpec(Map.of("type", "slow"), 1, Double.POSITIVE_INFINITY, LearnerSpec.Providers.BEST);
        CompletableFuture<Learner> made = CompletableFuture.supplyAsync(() -> m.learner(learning), THREADS);
        making.await();
        CompletableFuture<Void> left = CompletableFuture.runAsync(() -> bench.catalogue.remove(other), THREADS);
        assertThat(left).as("while the optimizer is being made").succeedsWithin(Duration.ofSeconds(20));
        assertThat(one(m)).isEqualTo(2);
        // Making it fails, and is tried once more, for something has left meanwhile.
        go.countDown();
        assertThat(made)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("slow and wrong");
        assertThat(m.learner(new LearnerSpec(
                        Map.of("type", "sgd"), 1, Double.POSITIVE_INFINITY, LearnerSpec.Providers.BEST)))
                .as("what failed is forgotten")
                .isNotNull();
    }

    @Test
    void awaitingOfAClosedLearnerFailsInsteadOfSayingNotYet() {
        bench.catalogue.add(times(2, 0));
        Learner l = model().learner(new LearnerSpec(
                Map.of("type", "sgd"), 1, Double.POSITIVE_INFINITY, LearnerSpec.Providers.BEST));
        l.close();
        assertThatThrownBy(() -> l.await(Duration.ofSeconds(20))).hasMessageContaining("closed");
    }

    @Test
    void aListenerThatPredictsDoesNotHoldUpWhatItWaitsFor() {
        Entry only = times(2, 0);
        bench.catalogue.add(only);
        Model m = model();
        List<Float> answers = new CopyOnWriteArrayList<>();
        bench.models.addListener(e -> {
            if (e.type() == ModelEvent.Type.WAITING)
                answers.add(m.predict(Map.of("x", Tensor.zeros(1, 2)), Duration.ofSeconds(20))
                                .size()
                        + 0f);
        });
        bench.catalogue.remove(only);
        await().untilAsserted(() -> assertThat(bench.events).anyMatch(e -> e.type() == ModelEvent.Type.WAITING));
        bench.catalogue.add(only);
        await().untilAsserted(() -> assertThat(answers).containsExactly(1f));
    }

    @Test
    void withoutAnyProviderAPredictionWaitsAndThenNamesWhatIsMissing() throws Exception {
        Entry only = times(2, 0);
        bench.catalogue.add(only);
        Model m = model();
        bench.catalogue.remove(only);
        assertThat(m.satisfied()).isFalse();
        assertThat(bench.services).as("still a service during the grace time").contains("m");
        assertThatThrownBy(() -> m.predict(Map.of("x", Tensor.zeros(1, 2)), Duration.ZERO))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContaining("times")
                .hasMessageContaining("org.example.times 1.0.2");
        assertThatThrownBy(() -> one(m))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContaining("waited 0.2 s");
        await().until(() -> bench.services.isEmpty());
        ConcurrentLinkedQueue<Object> answers = new ConcurrentLinkedQueue<>();
        CountDownLatch asked = new CountDownLatch(1);
        Thread t = new Thread(() -> {
            asked.countDown();
            answers.add(m.predict(Map.of("x", Tensor.zeros(1, 2)), Duration.ofSeconds(30)));
        });
        t.start();
        asked.await();
        bench.catalogue.add(times(2, 0));
        t.join(30_000);
        assertThat(answers).hasSize(1);
        await().until(() -> bench.services.contains("m"));
    }

    @Test
    void createFailsAtOnceIfAPlugInIsMissing() {
        assertThatThrownBy(this::model)
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContaining("times1 of m");
        assertThat(bench.models.list()).isEmpty();
    }

    @Test
    void aModelThatIsBeingMadeIsSeenByNobody() {
        List<Object> seen = new ArrayList<>();
        Layer.Factory curious = c -> {
            RuntimeDTO dto = new RuntimeDTO();
            bench.models.fill(dto);
            seen.addAll(dto.models);
            seen.addAll(bench.models.list());
            bench.models.find("m").ifPresent(seen::add);
            return new Times(2);
        };
        bench.catalogue.add(Entry.of(Kind.ACTIVATION, "times", "org.example.times", "1.0.0", 0, ids++, curious));
        Model m = model();
        assertThat(seen).isEmpty();
        assertThat(bench.models.list()).containsExactly(m);
    }

    /** A layer with one parameter, whose shape is that of the version. */
    private record Scaled(int width) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).param(Param.scale("factor", width, 3)).reads(0);
        }

        @Override
        public void forward(Pass p) {
            float f = p.parameter("factor").data()[0];
            for (int i = 0; i < p.output(0).size(); i++)
                p.output(0).data()[i] = f * p.input(0).data()[i];
        }

        @Override
        public void backward(Pass p) {
            float f = p.parameter("factor").data()[0];
            float[] dx = p.inputGradient(0).accumulator(),
                    df = p.gradient("factor").accumulator(),
                    dy = p.outputGradient(0).data();
            for (int i = 0; i < p.outputGradient(0).size(); i++) {
                dx[i] += f * dy[i];
                df[0] += dy[i] * p.input(0).data()[i];
            }
        }
    }

    @Test
    void aProviderThatChangesAParameterIsRefusedWithTheReasonAndTheWeightsStay() {
        bench.catalogue.add(Entry.of(Kind.LAYER, "scaled", "org.example.scaled", "1.0.0", 0, ids++, new Scaled(1)));
        Model m = bench.models.create("s", spec(List.of(2), List.of(layer("scaled")), "mean_squared_error"), 1);
        assertThat(one(m)).isEqualTo(3);
        bench.catalogue.add(Entry.of(Kind.LAYER, "scaled", "org.example.scaled", "2.0.0", 9, ids++, new Scaled(2)));
        await().untilAsserted(() -> assertThat(bench.events).anySatisfy(e -> {
            assertThat(e.type()).isEqualTo(ModelEvent.Type.REFUSED);
            assertThat(e.message())
                    .contains("scaled1.factor")
                    .contains("[1]")
                    .contains("[2]")
                    .contains("weights untouched");
        }));
        assertThat(one(m)).isEqualTo(3);
    }

    @Test
    void aRunStaysWithTheContentItBeganWithAndEndsWithTheSameBits() {
        assertThat(disturbed(true)).isEqualTo(disturbed(false));
    }

    private Map<String, List<Float>> disturbed(boolean disturb) {
        Entry pinned = times(2, 0);
        bench.catalogue.add(pinned);
        Model m = bench.models.create(
                "r",
                spec(
                        List.of(2),
                        List.of(layer("dense", "units", 3), layer("times"), layer("dense", "units", 1)),
                        "mean_squared_error"),
                1);
        Map<String, Tensor> batch = Map.of(
                "x",
                Tensor.of(org.fascicle.tensor.Shape.of(2, 2), 1, 2, 3, 4),
                "target",
                Tensor.of(org.fascicle.tensor.Shape.of(2, 1), 1, -1));
        try (Learner l = m.learner(LearnerSpec.of(layer("adam"), 3))) {
            for (int i = 0; i < 20; i++) {
                if (disturb && i == 7) {
                    Entry better = times(4, 9);
                    bench.catalogue.add(better);
                    bench.catalogue.remove(pinned);
                    assertThatThrownBy(() -> l.step(batch, l.rate())).isInstanceOf(MissingPluginException.class);
                    assertThat(l.missing())
                            .singleElement()
                            .satisfies(o -> assertThat(o.version()).isEqualTo("1.0.2"));
                    pinned = times(2, 0);
                    bench.catalogue.add(pinned);
                    bench.catalogue.remove(better);
                    assertThat(waitFor(l)).isTrue();
                }
                l.step(batch, l.rate());
            }
            l.publish();
        }
        Map<String, List<Float>> bits = new java.util.TreeMap<>();
        m.weights().forEach((k, t) -> {
            List<Float> list = new ArrayList<>();
            for (float f : t.data()) list.add(f);
            bits.put(k, list);
        });
        m.close();
        bench.catalogue.remove(pinned);
        return bits;
    }

    private static boolean waitFor(Learner l) {
        try {
            return l.await(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits inside forward until told to go on. */
    private static final class Slow implements Layer, Layer.Factory {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public Layer create(Config c) {
            return this;
        }

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            inside.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            p.output(0).set(p.input(0));
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    @Test
    void leavingWaitsForTheWorkThatUsesTheProvider() throws Exception {
        Slow slow = new Slow();
        Entry e = Entry.of(Kind.LAYER, "slow", "org.example.slow", "1.0.0", 0, ids++, slow);
        bench.catalogue.add(e);
        Model m = bench.models.create("slow", spec(List.of(2), List.of(layer("slow"))), 1);
        Thread predicting = new Thread(() -> one(m));
        predicting.start();
        slow.inside.await();
        AtomicBoolean left = new AtomicBoolean();
        Thread leaving = new Thread(() -> {
            bench.catalogue.remove(e);
            left.set(true);
        });
        leaving.start();
        await().until(() -> !m.satisfied());
        assertThat(left).as("the provider is still in use").isFalse();
        slow.go.countDown();
        leaving.join(30_000);
        assertThat(left).isTrue();
        predicting.join(30_000);
        assertThat(predicting.isAlive()).isFalse();
    }

    /** Is being made until told to go on. */
    private static final class Hesitant implements Layer.Factory {
        final CountDownLatch making = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public Layer create(Config c) {
            making.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Times(2);
        }
    }

    private Entry hesitant(Hesitant h) {
        return Entry.of(Kind.ACTIVATION, "times", "org.example.hesitant", "1.0.0", 0, ids++, h);
    }

    @Test
    void predictionsGoOnWithWhatLeavesUntilTheNextBestIsReady() throws Exception {
        // Far longer than what is done meanwhile takes.
        bench.models.configure(Workbench.config(200, Map.of("drain_millis", 4_000L)));
        Entry high = times(4, 5);
        bench.catalogue.add(high);
        Model m = model();
        Hesitant next = new Hesitant();
        bench.catalogue.add(hesitant(next));
        CompletableFuture<Void> left = CompletableFuture.runAsync(() -> bench.catalogue.remove(high), THREADS);
        next.making.await();
        assertThat(one(m)).isEqualTo(4);
        assertThat(m.satisfied()).isTrue();
        assertThat(left).isNotDone();
        next.go.countDown();
        assertThat(left).succeedsWithin(Duration.ofSeconds(20));
        assertThat(one(m)).isEqualTo(2);
        await().untilAsserted(() -> assertThat(bench.events)
                .extracting(ModelEvent::type)
                .as("nobody had to wait")
                .containsExactly(ModelEvent.Type.SWAPPED));
    }

    @Test
    void leavingDoesNotWaitLongForTheNextBest() throws Exception {
        bench.models.configure(Workbench.config(200, Map.of("drain_millis", 20L)));
        Entry high = times(4, 5);
        bench.catalogue.add(high);
        Model m = model();
        Hesitant next = new Hesitant();
        bench.catalogue.add(hesitant(next));
        bench.catalogue.remove(high);
        assertThat(m.satisfied()).as("closed, and nothing is ready yet").isFalse();
        CompletableFuture<Float> answer = CompletableFuture.supplyAsync(() -> one(m), THREADS);
        next.making.await();
        assertThat(answer).isNotDone();
        next.go.countDown();
        assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(2f);
    }

    @Test
    void aNextBestThatCannotBeMadeIsToldOnceAndPredictionsSayWhy() {
        Entry high = times(4, 5);
        bench.catalogue.add(high);
        Model m = model();
        Layer.Factory broken = c -> {
            throw new ConfigException("the table of slopes is missing");
        };
        bench.catalogue.add(Entry.of(Kind.ACTIVATION, "times", "org.example.broken", "1.0.0", 0, ids++, broken));
        bench.catalogue.remove(high);
        assertThatThrownBy(() -> one(m)).hasMessageContaining("the table of slopes is missing");
        assertThat(bench.events)
                .filteredOn(e -> e.type() == ModelEvent.Type.WAITING)
                .hasSize(1);
    }

    @Test
    void noPredictionFailsAndEachIsSomebodysWhileProvidersComeAndGo() throws Exception {
        long seed = Long.getLong("fascicle.seed", System.nanoTime());
        Random random = new Random(seed);
        Entry stays = times(2, 0);
        bench.catalogue.add(stays);
        Model m = model();
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentLinkedQueue<Object> wrong = new ConcurrentLinkedQueue<>();
        AtomicLong answers = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread t = new Thread(() -> {
                while (!stop.get()) {
                    try {
                        float y = one(m);
                        if (y != 2 && y != 4 && y != 8) wrong.add(y);
                        answers.incrementAndGet();
                    } catch (RuntimeException e) {
                        wrong.add(e);
                    }
                }
            });
            t.start();
            threads.add(t);
        }
        List<Entry> others = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            if (others.isEmpty() || random.nextBoolean()) {
                Entry e = times(random.nextBoolean() ? 4 : 8, 1 + random.nextInt(3), "1.0." + i);
                others.add(e);
                bench.catalogue.add(e);
            } else {
                bench.catalogue.remove(others.remove(random.nextInt(others.size())));
            }
        }
        long then = answers.get();
        await().until(() -> answers.get() > then + 100);
        stop.set(true);
        for (Thread t : threads) t.join(30_000);
        assertThat(wrong).as("seed " + seed).isEmpty();
    }
}
