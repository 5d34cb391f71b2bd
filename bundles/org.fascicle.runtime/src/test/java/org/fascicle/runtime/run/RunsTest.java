package org.fascicle.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.fascicle.data.Column;
import org.fascicle.data.DataException;
import org.fascicle.data.Splits;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.NonFiniteException;
import org.fascicle.nn.Metric;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class RunsTest {
    private final Registry plugins = new Registry()
            .put(Kind.METRIC, "distance", "a", o -> new Distance())
            .put(Kind.SCHEDULE, "halving", "a", o -> (Schedule) (r, t) -> r / (1 << t));
    private final EpochDriver driver = new EpochDriver(plugins);
    private final Runs trainer = runs();
    private final FakeModel model = new FakeModel();
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final List<Type> types = Collections.synchronizedList(new ArrayList<>());

    private Runs runs() {
        Runs r = new Runs(plugins);
        r.drivers().come("test 1.0.0", driver);
        return r;
    }

    /** Mean of target - prediction, which for our data is the mean of x. */
    private static final class Distance implements Metric {
        @Override
        public int size(Shape prediction, Shape target) {
            return 2;
        }

        @Override
        public void add(double[] sum, Tensor prediction, Tensor target) {
            for (int i = 0; i < target.size(); i++)
                sum[0] += target.data()[i] - prediction.data()[i];
            sum[1] += target.size();
        }

        @Override
        public double value(double[] sum) {
            return sum[0] / sum[1];
        }

        @Override
        public Optional<double[][]> table(double[] sum) {
            return Optional.of(new double[][] {sum});
        }
    }

    @AfterEach
    void close() {
        trainer.close();
    }

    /** What a test changes of a run of 2 epochs on 10 samples in batches of 4. */
    private record Setup(
            Splits data,
            List<Map<String, Object>> metrics,
            Optional<Map<String, Object>> schedule,
            int epochs,
            int batch,
            boolean shuffle,
            double validation) {
        static Setup standard() {
            return new Setup(Counting.splits(10, 0), List.of(), Optional.empty(), 2, 4, false, 0);
        }

        Setup data(Splits s) {
            return new Setup(s, metrics, schedule, epochs, batch, shuffle, validation);
        }

        Setup metric(Map<String, Object> m) {
            return new Setup(data, List.of(m), schedule, epochs, batch, shuffle, validation);
        }

        Setup schedule(Map<String, Object> s) {
            return new Setup(data, metrics, Optional.of(s), epochs, batch, shuffle, validation);
        }

        Setup epochs(int n) {
            return new Setup(data, metrics, schedule, n, batch, shuffle, validation);
        }

        Setup batch(int n) {
            return new Setup(data, metrics, schedule, epochs, n, shuffle, validation);
        }

        Setup shuffled() {
            return new Setup(data, metrics, schedule, epochs, batch, true, validation);
        }

        Setup validation(double v) {
            return new Setup(data, metrics, schedule, epochs, batch, shuffle, v);
        }

        RunSpec spec() {
            return new RunSpec(
                    "test",
                    data,
                    LearnerSpec.of(Map.of("type", "sgd"), 1),
                    schedule,
                    List.of(),
                    metrics,
                    epochs,
                    batch,
                    shuffle,
                    validation,
                    true);
        }
    }

    private Run start(Setup s, RunListener... more) {
        List<RunListener> all = new ArrayList<>(List.of(more));
        all.add(0, (r, e) -> {
            events.add(e);
            types.add(e.type());
        });
        return trainer.start(model, s.spec(), all.toArray(RunListener[]::new));
    }

    private Run run(Setup s, RunListener... more) throws InterruptedException {
        Run r = start(s, more);
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        return r;
    }

    /** Waits until the run has told of this. */
    private static RunListener signal(Type type, CountDownLatch latch) {
        return (r, e) -> {
            if (e.type() == type) latch.countDown();
        };
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eventsComeInOrderWithTheirNumbers() throws InterruptedException {
        Run r = run(Setup.standard());
        assertThat(types)
                .containsExactly(
                        Type.STARTED,
                        Type.BATCH,
                        Type.BATCH,
                        Type.BATCH,
                        Type.EPOCH,
                        Type.BATCH,
                        Type.BATCH,
                        Type.BATCH,
                        Type.EPOCH,
                        Type.FINISHED);
        assertThat(r.state()).isEqualTo(State.FINISHED);
        assertThat(r.step()).isEqualTo(6);
        assertThat(r.epoch()).isEqualTo(2);
        assertThat(r.failure()).isEmpty();
        RunEvent last = events.get(3);
        assertThat(List.of(last.epoch(), last.epochs(), last.batch(), last.batches()))
                .containsExactly(1, 2, 3, 3);
        assertThat(last.step()).isEqualTo(3);
        assertThat(last.samples()).isEqualTo(10);
        assertThat(events.get(0).epoch()).isZero();
        assertThat(events.get(0).batches()).isEqualTo(3);
        assertThat(model.published).hasValue(2);
        assertThat(model.closed).hasValue(1);
        assertThat(plugins.listeners).hasSize(1);
    }

    @Test
    void lastBatchIsSmallerAndLossIsWeightedBySamples() throws InterruptedException {
        Run r = run(Setup.standard());
        assertThat(model.steps.subList(0, 3))
                .containsExactly(List.of(0f, 1f, 2f, 3f), List.of(4f, 5f, 6f, 7f), List.of(8f, 9f));
        assertThat(r.values()).containsOnlyKeys("loss").containsEntry("loss", 4.5);
    }

    @Test
    void batchTensorsAreUsedAgain() throws InterruptedException {
        run(Setup.standard().epochs(5));
        // x and target, for four samples and for two.
        assertThat(model.tensors).hasSize(4);
    }

    @Test
    void validationIsHeldBackFromTheEndBeforeShuffling() throws InterruptedException {
        Run r = run(Setup.standard().shuffled().validation(0.3).metric(Map.of("type", "distance")));
        assertThat(model.evaluations).containsExactly(List.of(7f, 8f, 9f), List.of(7f, 8f, 9f));
        assertThat(model.steps).hasSize(4).allSatisfy(b -> assertThat(b).allMatch(x -> x < 7));
        assertThat(r.values())
                .containsExactly(
                        Map.entry("loss", 3.0),
                        Map.entry("distance", 3.0),
                        Map.entry("val_loss", 8.0),
                        Map.entry("val_distance", 8.0));
    }

    @Test
    void testDataIsMeasuredAtTheEnd() throws InterruptedException {
        Run r = run(Setup.standard().data(Counting.splits(10, 6)).metric(Map.of("type", "distance")));
        assertThat(model.evaluations).containsExactly(List.of(1000f, 1001f, 1002f, 1003f), List.of(1004f, 1005f));
        assertThat(r.values()).containsEntry("test_loss", 1002.5).containsEntry("test_distance", 1002.5);
        assertThat(events.get(events.size() - 1).values()).containsEntry("test_loss", 1002.5);
    }

    @Test
    void shufflingIsTheSameForTheSameSeedAndDiffersBetweenEpochs() throws InterruptedException {
        run(Setup.standard().shuffled().batch(10));
        List<List<Float>> first = List.copyOf(model.steps);
        model.steps.clear();
        run(Setup.standard().shuffled().batch(10));
        assertThat(model.steps).isEqualTo(first);
        assertThat(first.get(0)).isNotEqualTo(first.get(1)).containsExactlyInAnyOrderElementsOf(first.get(1));
    }

    @ParameterizedTest
    @CsvSource({"step, 0.5 0.25 0.125 0.0625", "epoch, 0.5 0.5 0.25 0.25"})
    void scheduleCountsStepsOrEpochs(String unit, String rates) throws InterruptedException {
        run(Setup.standard().batch(5).schedule(Map.of("type", "halving", "unit", unit)));
        assertThat(model.rates).map(String::valueOf).containsExactly(rates.split(" ", -1));
    }

    @Test
    void pauseTakesEffectBetweenStepsAndLosesNothing() throws InterruptedException {
        CountDownLatch paused = new CountDownLatch(1);
        Run r = start(Setup.standard(), signal(Type.PAUSED, paused), (run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 2) run.pause();
        });
        await(paused);
        assertThat(r.state()).isEqualTo(State.PAUSED);
        assertThat(r.step()).isEqualTo(2);
        assertThat(r.await(Duration.ZERO)).isFalse();
        r.resume();
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(types.subList(2, 6)).containsExactly(Type.BATCH, Type.PAUSED, Type.RESUMED, Type.BATCH);
        assertThat(model.steps).hasSize(6);
        assertThat(r.state()).isEqualTo(State.FINISHED);
    }

    @Test
    void stopEndsAfterTheStepAndPublishesWhatWasLearnt() throws InterruptedException {
        Run r = run(Setup.standard(), (run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 2) run.stop();
        });
        assertThat(r.state()).isEqualTo(State.STOPPED);
        assertThat(model.steps).hasSize(2);
        assertThat(model.published).hasValue(1);
        assertThat(model.closed).hasValue(1);
        assertThat(events.get(events.size() - 1).message()).contains("step 2");
        r.pause();
        r.resume();
        assertThat(r.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void pausedRunCanBeStopped() throws InterruptedException {
        CountDownLatch paused = new CountDownLatch(1);
        Run r = start(Setup.standard(), signal(Type.PAUSED, paused), (run, e) -> {
            if (e.type() == Type.BATCH) run.pause();
        });
        await(paused);
        r.stop();
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(r.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void stepIsRepeatedWithTheSameBatchWhenWhatWasMissingIsBack() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        Run r = start(Setup.standard(), signal(Type.WAITING, waiting), (run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 1) model.missing(true);
        });
        await(waiting);
        assertThat(r.state()).isEqualTo(State.WAITING);
        RuntimeDTO dto = new RuntimeDTO();
        trainer.fill(dto);
        assertThat(dto.runs.get(0).reason).contains("dense has left");
        model.missing(false);
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(types.subList(0, 5))
                .containsExactly(Type.STARTED, Type.BATCH, Type.WAITING, Type.RESUMED, Type.BATCH);
        assertThat(model.steps.subList(0, 2)).containsExactly(List.of(0f, 1f, 2f, 3f), List.of(4f, 5f, 6f, 7f));
        assertThat(model.steps).hasSize(6);
        assertThat(r.values()).containsEntry("loss", 4.5);
    }

    @Test
    void waitingRunCanBePausedAndResumedAndStopped() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1), paused = new CountDownLatch(1), again = new CountDownLatch(2);
        model.missing(true);
        Run r = start(
                Setup.standard(),
                signal(Type.WAITING, waiting),
                signal(Type.PAUSED, paused),
                signal(Type.WAITING, again));
        await(waiting);
        r.pause();
        await(paused);
        r.resume();
        await(again);
        r.stop();
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(r.state()).isEqualTo(State.STOPPED);
        assertThat(types)
                .containsExactly(Type.STARTED, Type.WAITING, Type.PAUSED, Type.RESUMED, Type.WAITING, Type.STOPPED);
        assertThat(model.published).hasValue(0);
    }

    @Test
    void metricThatLeavesMakesTheRunWaitUntilAnotherIsThere() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        Run r = start(Setup.standard().metric(Map.of("type", "distance")), signal(Type.WAITING, waiting), (run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 1) plugins.remove(Kind.METRIC, "distance");
        });
        await(waiting);
        assertThat(r.state()).isEqualTo(State.WAITING);
        plugins.put(Kind.METRIC, "distance", "b", o -> new Distance());
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(types.subList(0, 6))
                .containsExactly(Type.STARTED, Type.BATCH, Type.WAITING, Type.RESUMED, Type.SWAPPED, Type.BATCH);
        assertThat(events.get(4).message()).contains("begins anew");
        // The sum of the first epoch lost its first batch: it began anew, with 4, 5, 6, 7.
        assertThat(events.get(5).values()).containsEntry("distance", 5.5);
        assertThat(r.values()).containsEntry("distance", 4.5);
        assertThat(model.steps).hasSize(6);
    }

    @Test
    void pinnedRunWaitsForTheSameScheduleAndTakesNoOther() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicInteger others = new AtomicInteger();
        Run r = start(Setup.standard().schedule(Map.of("type", "halving")), signal(Type.WAITING, waiting), (run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 1) plugins.remove(Kind.SCHEDULE, "halving");
        });
        await(waiting);
        plugins.put(Kind.SCHEDULE, "halving", "other content", o -> {
            others.incrementAndGet();
            return (Schedule) (rate, t) -> 99;
        });
        assertThat(r.state()).isEqualTo(State.WAITING);
        plugins.put(Kind.SCHEDULE, "halving", "a", o -> (Schedule) (rate, t) -> rate / (1 << t));
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(others).hasValue(0);
        assertThat(model.rates).containsExactly(0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625);
    }

    @Test
    void otherCodeBetweenStepsIsTold() throws InterruptedException {
        run(Setup.standard(), (run, e) -> {
            if (e.type() == Type.BATCH && e.step() == 1) model.providers = List.of(FakeModel.SECOND);
        });
        RunEvent swap = events.stream()
                .filter(e -> e.type() == Type.SWAPPED)
                .findFirst()
                .orElseThrow();
        assertThat(swap.message()).isEqualTo("layer dense of test 1.0.0 replaced by layer dense of test 1.0.1");
        assertThat(types).filteredOn(t -> t == Type.SWAPPED).hasSize(1);
    }

    @Test
    void nonFiniteStepFailsTheRun() throws InterruptedException {
        model.before = n -> {
            if (n == 1) throw new NonFiniteException("step 2: loss is NaN");
        };
        Run r = run(Setup.standard());
        assertThat(r.state()).isEqualTo(State.FAILED);
        assertThat(r.failure())
                .get()
                .isInstanceOf(NonFiniteException.class)
                .hasToString("org.fascicle.model.NonFiniteException: step 2: loss is NaN");
        assertThat(types).containsExactly(Type.STARTED, Type.BATCH, Type.FAILED);
        assertThat(model.closed).hasValue(1);
        assertThat(model.published).hasValue(0);
    }

    @Test
    void failureIsKeptWithoutTheThrownObject() throws InterruptedException {
        final class Strange extends Error {
            private static final long serialVersionUID = 1L;

            Strange() {
                super("odd");
            }
        }
        model.before = n -> {
            throw new Strange();
        };
        Run r = run(Setup.standard());
        assertThat(r.failure().orElseThrow())
                .isExactlyInstanceOf(FascicleException.class)
                .hasMessageContaining("Strange: odd")
                .hasNoCause();
    }

    @Test
    void listenersMayThrow() throws InterruptedException {
        AtomicInteger heard = new AtomicInteger();
        trainer.addListener((r, e) -> heard.incrementAndGet());
        Run r = run(Setup.standard(), (run, e) -> {
            throw new AssertionError("deliberate");
        });
        assertThat(r.state()).isEqualTo(State.FINISHED);
        assertThat(heard).hasValue(events.size());
    }

    @Test
    void listenerMayAwaitItsOwnRunWithoutWaitingForever() throws InterruptedException {
        List<Boolean> ended = new ArrayList<>();
        run(Setup.standard(), (r, e) -> {
            try {
                ended.add(r.await(Duration.ofDays(1)));
            } catch (InterruptedException i) {
                throw new IllegalStateException(i);
            }
        });
        assertThat(ended).endsWith(false, true);
    }

    @Test
    void runsGoOnBesideEachOther() throws InterruptedException {
        CyclicBarrier all = new CyclicBarrier(3);
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FakeModel m = new FakeModel();
            // Nobody passes unless all three are in a step at once.
            m.before = n -> {
                try {
                    all.await(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            runs.add(trainer.start(m, Setup.standard().spec()));
        }
        for (Run r : runs) {
            assertThat(r.await(Duration.ofSeconds(10))).isTrue();
            assertThat(r.state()).isEqualTo(State.FINISHED);
        }
        assertThat(trainer.runs()).map(Run::id).containsExactly("3", "2", "1");
        assertThat(trainer.find("2")).contains(runs.get(1));
        assertThat(trainer.find("4")).isEmpty();
    }

    @Test
    void runHasADaemonThreadOfItsOwnWithTheBundlesClassLoader() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        Run r = run(Setup.standard(), (run, e) -> threads.add(Thread.currentThread()));
        assertThat(new HashSet<>(threads)).hasSize(1).allSatisfy(t -> {
            assertThat(t.isDaemon()).isTrue();
            assertThat(t.getName()).isEqualTo("fascicle-run-" + r.id());
            assertThat(t.getContextClassLoader()).isSameAs(Runs.class.getClassLoader());
        });
    }

    @Test
    void endOfTheTrainerStopsItsRunsAfterTheirSteps() throws InterruptedException {
        CountDownLatch paused = new CountDownLatch(1);
        Run r = start(Setup.standard(), signal(Type.PAUSED, paused), (run, e) -> {
            if (e.type() == Type.BATCH) run.pause();
        });
        await(paused);
        trainer.close();
        assertThat(r.state()).isEqualTo(State.STOPPED);
        assertThat(model.closed).hasValue(1);
        assertThat(events.get(events.size() - 1).message()).contains("the runtime was stopped");
        assertThatThrownBy(() -> trainer.start(model, Setup.standard().spec()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(model.closed).hasValue(2);
    }

    @Test
    void endedRunLetsGoOfItsData() throws InterruptedException {
        Run r = run(Setup.standard());
        assertThat(r.spec().data().train().size()).isEqualTo(10);
        assertThatThrownBy(() -> r.spec().data().train().read(0, 0, new float[1], 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("load the data set again");
    }

    @Test
    void changesAreCounted() throws InterruptedException {
        long before = trainer.changeCount();
        run(Setup.standard());
        assertThat(trainer.changeCount()).isGreaterThanOrEqualTo(before + 8);
    }

    private static Setup invalid(String what) {
        return switch (what) {
            case "epochs" -> Setup.standard().epochs(0);
            case "batch" -> Setup.standard().batch(0);
            case "validation" -> Setup.standard().validation(1);
            case "empty" -> Setup.standard().data(Counting.splits(0, 0));
            case "nothing left" -> Setup.standard().data(Counting.splits(1, 0)).validation(0.5);
            case "shape" ->
                Setup.standard()
                        .data(data(Column.feature("image", Column.Type.FLOAT32, 1, 28, 28), Column.target("y", 1)));
            case "input" ->
                Setup.standard()
                        .data(data(
                                Column.feature("a", Column.Type.FLOAT32, 1),
                                Column.feature("b", Column.Type.FLOAT32, 1),
                                Column.target("y", 1)));
            case "target" -> Setup.standard().data(data(Column.feature("x", Column.Type.FLOAT32, 1)));
            case "targets" ->
                Setup.standard()
                        .data(data(
                                Column.feature("x", Column.Type.FLOAT32, 1),
                                Column.target("y", 1),
                                Column.target("z", 1)));
            case "output" -> Setup.standard().metric(Map.of("type", "distance", "output", "none"));
            case "unit" -> Setup.standard().schedule(Map.of("type", "halving", "unit", "day"));
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Splits data(Column... columns) {
        return new Splits(new Counting(0, 4, List.of(columns)), new Counting(0, 0, List.of(columns)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            epochs       | epochs must be at least 1, got 0
            batch        | batch size must be at least 1, got 0
            validation   | validation must be from 0 to below 1, got 1.0
            empty        | leaves none to train on
            nothing left | leaves none to train on
            shape        | input x of fake takes [1], column image has [1, 28, 28]
            input        | no column feeds the input x of fake; the data has features a [1], b [1]
            target       | a loss of fake needs the target target; the data has no targets
            targets      | a loss of fake needs the target target; the data has targets y [1], z [1]
            output       | output must be one of [out], got none
            unit         | unit of the schedule must be step or epoch, got day
            """)
    void runThatCannotWorkIsRefused(String what, String message) {
        assertThatThrownBy(() -> start(invalid(what)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("run test: ")
                .hasMessageContaining(message);
        assertThat(trainer.runs()).isEmpty();
        assertThat(plugins.listeners).hasSize(1);
    }

    @Test
    void missingMetricIsToldAtOnce() {
        assertThatThrownBy(() -> start(Setup.standard().metric(Map.of("type", "none"))))
                .isInstanceOf(MissingPluginException.class);
        assertThat(plugins.listeners).hasSize(1);
    }

    @Test
    void evaluationMeasuresLossMetricsAndTables() {
        Trainer.Evaluation e = trainer.evaluate(
                model, Counting.of(0, 10), List.of(Map.of("type", "distance"), Map.of("type", "distance")), 4);
        assertThat(e.samples()).isEqualTo(10);
        assertThat(e.values())
                .containsExactly(Map.entry("loss", 4.5), Map.entry("distance", 4.5), Map.entry("distance_2", 4.5));
        assertThat(e.tables()).containsOnlyKeys("distance", "distance_2");
        assertThat(model.evaluations.get(2)).containsExactly(8f, 9f);
        assertThat(plugins.listeners).hasSize(1);
    }

    @Test
    void evaluationWithoutTargetsLeavesTheLossOut() {
        Counting table = new Counting(0, 3, List.of(Column.feature("x", Column.Type.FLOAT32, 1)));
        assertThat(trainer.evaluate(model, table, List.of(), 2).values()).isEmpty();
        assertThatThrownBy(() -> trainer.evaluate(model, table, List.of(Map.of("type", "distance")), 2))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("metric distance needs the target target");
    }

    @Test
    void onlyFeatureFeedsTheOnlyInputWhateverItsName() throws InterruptedException {
        run(Setup.standard()
                .data(data(
                        Column.feature("features", Column.Type.FLOAT32, 1), Column.label("label", List.of("a", "b")))));
        assertThat(model.steps.get(0))
                .isEqualTo(IntStream.range(0, 4).mapToObj(i -> (float) i).toList());
    }
}
