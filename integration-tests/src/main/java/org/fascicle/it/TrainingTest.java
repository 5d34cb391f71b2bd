package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunListener;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Experiments learn, are kept in files, and can be watched, paused and stopped. */
class TrainingTest {
    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    Experiments experiments;

    @InjectService(timeout = 30_000)
    Trainer trainer;

    private Experiments.Prepared prepare(String example, String... settings) {
        return experiments.prepare(
                experiments.read(Cases.example(context, example), List.of(settings)), experiments.sources(List.of()));
    }

    private static void awaitEnd(Run run, Run.State expected) throws InterruptedException {
        assertThat(run.await(Await.LONGEST))
                .as("the run ends; it is %s", run.state())
                .isTrue();
        assertThat(run.state()).as("%s", run.failure()).isEqualTo(expected);
    }

    @Test
    void xorIsLearntSavedAndLoaded(@TempDir Path directory) throws Exception {
        Experiments.Prepared p = prepare("xor.json");
        Tensor corners = Tensor.of(Shape.of(4, 2), 0, 0, 0, 1, 1, 0, 1, 1);
        Path file = directory.resolve("xor.fascicle");
        float[] learnt;
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run());
            awaitEnd(run, Run.State.FINISHED);
            assertThat(run.values()).containsEntry("accuracy", 1.0);
            learnt = Cases.values(model.predict(corners));
            model.save(file, Map.of("experiment", p.experiment().tree()));
        }
        assertThat(learnt[0]).isLessThan(0.5f);
        assertThat(learnt[1]).isGreaterThan(0.5f);
        assertThat(learnt[2]).isGreaterThan(0.5f);
        assertThat(learnt[3]).isLessThan(0.5f);
        try (Model loaded = models.load("xor-loaded", file)) {
            assertThat(Cases.values(loaded.predict(corners))).containsExactly(learnt);
            assertThat(loaded.provenance()).containsKeys("experiment", "providers");
        }
    }

    @Test
    void digitsAreReadAfterAFewEpochs(@TempDir Path directory) throws Exception {
        Experiments.Prepared p = prepare("digits-mlp.json", "training.epochs=5");
        Path file = directory.resolve("digits.fascicle");
        Trainer.Evaluation before;
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run());
            awaitEnd(run, Run.State.FINISHED);
            before = trainer.evaluate(model, p.run().data().test(), p.run().metrics(), 64);
            model.save(file, Map.of());
        }
        assertThat(before.values().get("accuracy")).isGreaterThan(0.85);
        try (Model loaded = models.load("digits-loaded", file)) {
            assertThat(trainer.evaluate(loaded, p.run().data().test(), p.run().metrics(), 64)
                            .values())
                    .isEqualTo(before.values());
        }
    }

    @Test
    void eventsComeInOrder() throws Exception {
        Experiments.Prepared p = prepare("digits-mlp.json", "training.epochs=2", "training.batch_size=500");
        List<RunEvent> events = new CopyOnWriteArrayList<>();
        List<RunEvent> heard = new CopyOnWriteArrayList<>();
        var listening = context.registerService(RunListener.class, (run, e) -> heard.add(e), null);
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run(), (r, e) -> events.add(e));
            awaitEnd(run, Run.State.FINISHED);
            String id = run.id();
            assertThat(heard)
                    .as("a listener that is a service")
                    .filteredOn(e -> e.run().equals(id))
                    .isEqualTo(events);
        } finally {
            listening.unregister();
        }
        int batches = events.get(0).batches();
        String epoch = "BATCH ".repeat(batches) + "EPOCH ";
        assertThat(batches).isGreaterThan(1);
        assertThat(events.stream().map(e -> e.type().name()).collect(Collectors.joining(" ")))
                .isEqualTo("STARTED " + epoch + epoch + "FINISHED");
        assertThat(events).extracting(RunEvent::step).isSorted();
        assertThat(events).extracting(RunEvent::epoch).isSorted();
        assertThat(events)
                .filteredOn(e -> e.type() == RunEvent.Type.EPOCH)
                .allSatisfy(e -> assertThat(e.values()).containsKeys("loss", "accuracy"));
        assertThat(events.get(events.size() - 1).step()).isEqualTo(2L * batches);
    }

    @Test
    void aRunIsPausedResumedAndStopped() throws Exception {
        Experiments.Prepared p = prepare("xor.json", "training.epochs=100000000");
        List<RunEvent> events = new CopyOnWriteArrayList<>();
        RunListener listener = (r, e) -> {
            if (e.type() != RunEvent.Type.BATCH && e.type() != RunEvent.Type.EPOCH) events.add(e);
        };
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run(), listener);
            Await.until("the run is under way", () -> run.step() > 10);
            run.pause();
            Await.until("the run is paused", () -> run.state() == Run.State.PAUSED, run::state);
            long paused = run.step();
            assertThat(model.predict(Cases.numbers(3, 2)).size())
                    .as("predictions go on")
                    .isEqualTo(3);
            run.resume();
            Await.until("the run goes on", () -> run.step() > paused, run::state);
            run.stop();
            awaitEnd(run, Run.State.STOPPED);
            assertThat(events)
                    .extracting(RunEvent::type)
                    .containsExactly(
                            RunEvent.Type.STARTED, RunEvent.Type.PAUSED, RunEvent.Type.RESUMED, RunEvent.Type.STOPPED);
            assertThat(events.get(1).step()).isEqualTo(paused);
            assertThat(events.get(2).step()).as("no step while paused").isEqualTo(paused);
            assertThat(events.get(3).message()).contains("step " + run.step());
        }
    }
}
