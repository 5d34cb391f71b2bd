package org.fascicle.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fascicle.data.Augmentation;
import org.fascicle.data.Table;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.nn.Metric;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Driver;
import org.fascicle.train.Lease;
import org.fascicle.train.Run;
import org.fascicle.train.Run.State;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunEvent.Type;
import org.fascicle.train.RunListener;
import org.fascicle.train.RunSpec;
import org.fascicle.train.Schedule;
import org.fascicle.train.Trainer;
import org.fascicle.trainer.EpochDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What drives a run leaves and comes back, and the run ends as if nothing had happened. */
@Timeout(20)
class DriverLeavesTest {
    private static final String FIRST = "trainer 1.0.0", SECOND = "trainer 2.0.0";

    private final Registry plugins = new Registry()
            .put(Kind.METRIC, "sum", "a", o -> new Sum())
            .put(Kind.AUGMENTATION, "jitter", "a", o -> new Jitter())
            .put(Kind.SCHEDULE, "halving", "a", o -> (Schedule) (r, t) -> r / (1 << t));
    private final Runs runs = new Runs(plugins);
    private final EpochDriver first = new EpochDriver(plugins), second = new EpochDriver(plugins);
    private final FakeModel model = new FakeModel();
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());

    private static final class Sum implements Metric {
        @Override
        public int size(Shape prediction, Shape target) {
            return 1;
        }

        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            for (int i = 0; i < target.size(); i++) sum[0] += prediction.data()[i];
        }

        @Override
        public double value(double[] sum) {
            return sum[0];
        }
    }

    /** Adds a number that is drawn. */
    private static final class Jitter implements Augmentation {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            to[toAt] = from[fromAt] + draws.uniform(0);
        }
    }

    @AfterEach
    void close() {
        runs.close();
    }

    private static RunSpec spec() {
        return new RunSpec(
                "test",
                Counting.splits(10, 6),
                LearnerSpec.of(Map.of("type", "sgd"), 1),
                Optional.of(Map.of("type", "halving")),
                List.of(Map.of("type", "jitter")),
                List.of(Map.of("type", "sum")),
                2,
                3,
                true,
                0.2,
                true);
    }

    private Run start(RunListener... more) {
        List<RunListener> all = new ArrayList<>(List.of(more));
        all.add(0, (r, e) -> events.add(e));
        return runs.start(model, spec(), all.toArray(RunListener[]::new));
    }

    private static void ends(Run r) throws InterruptedException {
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(r.state()).as("%s", r.failure()).isEqualTo(State.FINISHED);
    }

    /** What an undisturbed run does. */
    private static FakeModel undisturbed(List<RunEvent> told) throws InterruptedException {
        DriverLeavesTest calm = new DriverLeavesTest();
        calm.runs.drivers().come(FIRST, calm.first);
        ends(calm.start());
        calm.close();
        told.addAll(calm.events);
        return calm.model;
    }

    private void asIfNothingHadHappened() throws InterruptedException {
        List<RunEvent> told = new ArrayList<>();
        FakeModel calm = undisturbed(told);
        assertThat(model.steps).isEqualTo(calm.steps);
        assertThat(model.rates).isEqualTo(calm.rates);
        assertThat(model.evaluations).isEqualTo(calm.evaluations);
        assertThat(work(events)).isEqualTo(work(told));
    }

    /** Batches and epochs with their numbers, the time left out. */
    private static List<String> work(List<RunEvent> all) {
        return all.stream()
                .filter(e -> List.of(Type.STARTED, Type.BATCH, Type.EPOCH, Type.FINISHED)
                        .contains(e.type()))
                .map(e -> e.type() + " " + e.epoch() + " " + e.batch() + "/" + e.batches() + " " + e.step() + " "
                        + e.samples() + " " + e.values())
                .toList();
    }

    @Test
    void aPausedRunGoesOnWithAnotherDriver() throws InterruptedException {
        runs.drivers().come(FIRST, first);
        CountDownLatch paused = new CountDownLatch(1);
        Run r = start((run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 2) run.pause();
            if (e.type() == Type.PAUSED) paused.countDown();
        });
        assertThat(paused.await(10, TimeUnit.SECONDS)).isTrue();
        runs.drivers().leave(first);
        first.close();
        assertThat(plugins.listeners).as("nothing of the driver is left").hasSize(1);
        runs.drivers().come(SECOND, second);
        assertThat(r.state()).isEqualTo(State.PAUSED);
        r.resume();
        ends(r);
        assertThat(events)
                .filteredOn(e -> e.type() == Type.SWAPPED)
                .extracting(RunEvent::message)
                .containsExactly("driver trainer 1.0.0 replaced by trainer 2.0.0");
        asIfNothingHadHappened();
    }

    @Test
    void aRunWaitsForADriverThatItsOwnListenerStopped() throws InterruptedException {
        runs.drivers().come(FIRST, first);
        CountDownLatch waiting = new CountDownLatch(1);
        Run r = start((run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 4) {
                runs.drivers().leave(first);
                first.close();
            }
            if (e.type() == Type.WAITING) waiting.countDown();
        });
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(((LiveRun) r).reason())
                .isEqualTo("run test: nothing is there that drives it; install or start org.fascicle.trainer");
        runs.drivers().come(FIRST, new EpochDriver(plugins));
        ends(r);
        asIfNothingHadHappened();
    }

    @Test
    void aDriverThatComesInThePlaceOfAnotherTakesItsRuns() throws InterruptedException {
        runs.drivers().come(FIRST, first);
        ends(start((run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 3) {
                runs.drivers().come(SECOND, second);
                runs.drivers().leave(first);
            }
        }));
        assertThat(events).extracting(RunEvent::type).doesNotContain(Type.WAITING);
        asIfNothingHadHappened();
    }

    /** Makes a step, leaves before it can say so, and fails as code does whose bundle has gone. */
    private final class Torn implements Driver {
        private final float a;
        private final float b;

        Torn(float a, float b) {
            this.a = a;
            this.b = b;
        }

        @Override
        public Drive drive(Lease run) {
            Drive real = first.drive(run);
            return new Drive() {
                @Override
                public boolean advance() {
                    if (run.learner().steps() < 2) return real.advance();
                    // The batch of the third step, as the undisturbed run makes it.
                    Tensor x = Tensor.of(Shape.of(2, 1), a, b);
                    run.step(Map.of("x", x, "target", x), 0.125);
                    runs.drivers().leave(Torn.this);
                    throw new NoClassDefFoundError("org/fascicle/trainer/Gone");
                }

                @Override
                public int batches() {
                    return real.batches();
                }

                @Override
                public void close() {
                    real.close();
                }
            };
        }

        @Override
        public Trainer.Evaluation evaluate(Model m, Table table, List<Map<String, Object>> metrics, int batchSize) {
            runs.drivers().leave(this);
            throw new NoClassDefFoundError("org/fascicle/trainer/Gone");
        }
    }

    @Test
    void aStepIsNotMadeTwiceWhenItsDriverFailsOnLeaving() throws InterruptedException {
        List<Float> batch = undisturbed(new ArrayList<>()).steps.get(2);
        Torn torn = new Torn(batch.get(0), batch.get(1));
        runs.drivers().come(FIRST, torn);
        CountDownLatch waiting = new CountDownLatch(1);
        Run r = start((run, e) -> {
            if (e.type() == Type.WAITING) waiting.countDown();
        });
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(model.steps).as("the step that nobody told of").hasSize(3);
        runs.drivers().come(SECOND, second);
        ends(r);
        assertThat(r.step()).isEqualTo(6);
        asIfNothingHadHappened();
    }

    @Test
    void anEvaluationIsDoneAgainByTheNextDriver() {
        runs.drivers().come(FIRST, new Torn(0, 0));
        CompletableFuture<Trainer.Evaluation> asked =
                CompletableFuture.supplyAsync(() -> runs.evaluate(model, Counting.of(0, 4), List.of(), 2));
        await().until(() -> runs.drivers().name().isEmpty());
        assertThat(asked).isNotDone();
        runs.drivers().come(SECOND, second);
        assertThat(asked.join().samples()).isEqualTo(4);
    }

    @Test
    void aRunDoesNotStartWithoutADriver() {
        assertThatThrownBy(this::start)
                .isInstanceOf(MissingPluginException.class)
                .hasMessage("run test: nothing is there that drives it; install or start org.fascicle.trainer");
        assertThat(runs.runs()).isEmpty();
        assertThat(model.closed).hasValue(0);
    }

    @Test
    void aDriverThatHasEndedLeavesNothingBehind() {
        first.close();
        runs.drivers().come(FIRST, first);
        assertThatThrownBy(this::start).isInstanceOf(IllegalStateException.class);
        assertThat(plugins.listeners).hasSize(1);
    }
}
