package org.fascicle.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Plan;
import org.fascicle.provision.Provisioning;
import org.fascicle.provision.ProvisioningException;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunListener;
import org.fascicle.train.RunSpec;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ConfiguredRunsTest {
    private static final String PID = "org.fascicle.experiment~a";

    private final Given given = new Given();
    private final FakeTrainer trainer = new FakeTrainer();
    private final ConfiguredRuns runs = new ConfiguredRuns(new JsonExperiments(given, given), given, given);

    /** Runs that end when a test says so. */
    private static final class FakeTrainer implements Trainer {
        final List<FakeRun> started = new CopyOnWriteArrayList<>();

        @Override
        public Run start(Model model, RunSpec spec, RunListener... listeners) {
            FakeRun r = new FakeRun(Integer.toString(started.size() + 1), model, spec, listeners[0]);
            started.add(r);
            return r;
        }

        @Override
        public Evaluation evaluate(Model model, Table table, List<Map<String, Object>> metrics, int batchSize) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Run> runs() {
            return List.copyOf(started);
        }

        @Override
        public Optional<Run> find(String id) {
            return Optional.empty();
        }
    }

    private record FakeRun(String id, Model model, RunSpec spec, RunListener listener, List<State> states)
            implements Run {
        FakeRun(String id, Model model, RunSpec spec, RunListener listener) {
            this(id, model, spec, listener, Collections.synchronizedList(new ArrayList<>(List.of(State.RUNNING))));
        }

        void finish() {
            states.add(State.FINISHED);
            listener.event(
                    this, new RunEvent(id, RunEvent.Type.FINISHED, 1, 1, 0, 1, 1, 0, 1, Map.of("loss", 0.5), ""));
        }

        @Override
        public State state() {
            return states.get(states.size() - 1);
        }

        @Override
        public long step() {
            return 0;
        }

        @Override
        public int epoch() {
            return 0;
        }

        @Override
        public Map<String, Double> values() {
            return Map.of();
        }

        @Override
        public Optional<RuntimeException> failure() {
            return Optional.empty();
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void stop() {
            if (!state().ended()) states.add(State.STOPPED);
        }

        @Override
        public boolean await(Duration longest) {
            return state().ended();
        }
    }

    @BeforeEach
    void trainerIsThere() {
        runs.setTrainer(trainer);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    private static Map<String, Object> settings(Object... more) {
        Map<String, Object> m = new LinkedHashMap<>(Map.of(
                "service.pid", PID,
                "service.factoryPid", "org.fascicle.experiment",
                "component.id", 7L,
                "felix.fileinstall.filename", "file:/etc/a.cfg",
                "dataset", "points",
                "model", "{\"layers\": [{\"id\": \"hidden\", \"type\": \"dense\", \"units\": 1}]}",
                "loss", "mean_squared_error",
                "training.epochs", "2"));
        for (int i = 0; i < more.length; i += 2) m.put((String) more[i], more[i + 1]);
        return m;
    }

    /** All work that was submitted before is done: the worker does one thing after another. */
    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) throw new IllegalStateException("it took too long");
            Thread.onSpinWait();
        }
    }

    private String reason() {
        RuntimeDTO dto = new RuntimeDTO();
        runs.fill(dto);
        return dto.runs.isEmpty() ? "" : dto.runs.get(0).state + " " + dto.runs.get(0).reason;
    }

    private int reasons() {
        RuntimeDTO dto = new RuntimeDTO();
        runs.fill(dto);
        return dto.runs.size();
    }

    @Test
    void configurationStartsARunAndRedeliveryNothing() {
        runs.updated(PID, settings());
        runs.updated(PID, settings("component.id", 8L, "training.epochs", 2, "training.batch_size", 32.0f));
        runs.updated("org.fascicle.experiment~b", settings());
        until(() -> trainer.started.size() == 2);
        assertThat(trainer.started).map(r -> r.spec().name()).containsExactly("a", "b");
        assertThat(trainer.started.get(0).spec().epochs()).isEqualTo(2);
        assertThat(reason()).isEmpty();
    }

    @Test
    void dottedKeysReachInto() {
        runs.updated(
                PID,
                settings(
                        "model.layers.hidden.units",
                        5,
                        "parameters.s",
                        3,
                        "training.seed",
                        "${s}",
                        "metrics",
                        new String[] {"accuracy"},
                        "name",
                        "1998",
                        "training.optimizer.learning_rate",
                        0.1f));
        until(() -> trainer.started.size() == 1);
        RunSpec spec = trainer.started.get(0).spec();
        assertThat(spec.name()).isEqualTo("1998");
        assertThat(given.specs.get(0).nodes().get(0).options()).containsEntry("units", 5);
        assertThat(spec.learner().seed()).isEqualTo(3);
        assertThat(spec.learner().optimizer()).isEqualTo(Map.of("type", "adam", "learning_rate", 0.1));
        assertThat(spec.metrics()).containsExactly(Map.of("type", "accuracy"));
    }

    @Test
    void changedSettingsStopTheRunAndStartAnother() {
        runs.updated(PID, settings());
        runs.updated(PID, settings("training.epochs", 3));
        until(() -> trainer.started.size() == 2);
        assertThat(trainer.started.get(0).state()).isEqualTo(Run.State.STOPPED);
        assertThat(trainer.started.get(1).spec().epochs()).isEqualTo(3);
        assertThat(given.models).hasSize(1);
    }

    @Test
    void deletionStopsTheRunAndClosesTheModel() {
        runs.updated(PID, settings());
        runs.deleted(PID);
        until(() -> trainer.started.size() == 1 && given.models.isEmpty());
        assertThat(trainer.started.get(0).state()).isEqualTo(Run.State.STOPPED);
    }

    @Test
    void endOfTheComponentStopsEverything() {
        runs.updated(PID, settings());
        until(() -> trainer.started.size() == 1);
        runs.close();
        assertThat(trainer.started.get(0).state()).isEqualTo(Run.State.STOPPED);
        assertThat(given.models).isEmpty();
        assertThat(given.listeners).isEmpty();
        runs.updated(PID, settings());
    }

    @Test
    void missingPlugInIsWaitedFor() {
        given.missing = true;
        runs.updated(PID, settings());
        until(() -> reason().startsWith("WAITING"));
        assertThat(reason()).contains("there is no dataset points");
        given.come();
        until(() -> trainer.started.size() == 1);
        until(() -> reason().isEmpty());
    }

    /** Installs what is missing, or fails. */
    private final class Installer implements Provisioning {
        final AtomicInteger calls = new AtomicInteger();
        Policy policy = Policy.INSTALL;
        String failure = "";

        @Override
        public Policy policy() {
            return policy;
        }

        @Override
        public Plan plan(Set<Want> wants) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Plan.Item> install(Supplier<Set<Want>> missing) {
            calls.incrementAndGet();
            assertThat(missing.get()).containsExactly(new Want(Kind.DATASET, "points"));
            if (!failure.isEmpty()) throw new ProvisioningException(failure);
            given.absent.clear();
            given.missing = false;
            return List.of();
        }
    }

    @Test
    void whatIsMissingIsInstalledWhereThePolicyIsSo() {
        given.missing = true;
        given.absent.add("points");
        Installer installer = new Installer();
        installer.policy = Provisioning.Policy.ASK;
        runs.setProvisioning(installer);
        runs.updated(PID, settings());
        until(() -> reason().startsWith("WAITING"));
        assertThat(installer.calls).hasValue(0);
        installer.policy = Provisioning.Policy.INSTALL;
        runs.setProvisioning(installer);
        until(() -> trainer.started.size() == 1);
        assertThat(installer.calls).hasValue(1);
    }

    @Test
    void anInstallationThatFailsIsToldAndNotTriedAgainAndAgain() {
        given.missing = true;
        given.absent.add("points");
        Installer installer = new Installer();
        installer.failure = "no repository has it";
        runs.setProvisioning(installer);
        runs.updated(PID, settings());
        until(() -> reason().contains("no repository has it"));
        assertThat(reason()).startsWith("WAITING");
        given.listeners.forEach(l -> l.changed(Kind.DATASET, "other"));
        until(() -> reason().contains("there is no dataset points"));
        assertThat(installer.calls).hasValue(1);
        given.come();
        given.absent.clear();
        until(() -> trainer.started.size() == 1);
    }

    @Test
    void missingTrainerIsWaitedForAndItsUnfinishedRunsAreStartedOver() {
        runs.unsetTrainer(trainer);
        runs.updated(PID, settings());
        runs.updated("org.fascicle.experiment~b", settings());
        until(() -> reasons() == 2);
        assertThat(reason()).contains("there is no trainer");
        runs.setTrainer(trainer);
        until(() -> trainer.started.size() == 2);
        trainer.started.get(0).finish();
        runs.unsetTrainer(trainer);
        runs.setTrainer(trainer);
        until(() -> trainer.started.size() == 3);
        assertThat(trainer.started.get(2).spec().name()).isEqualTo("b");
        assertThat(trainer.started.get(1).state()).isEqualTo(Run.State.STOPPED);
        assertThat(given.models).containsOnlyKeys("a", "b");
    }

    @Test
    void aTrainerThatComesBeforeTheOldOneGoesTakesItsRunsOver() {
        runs.updated(PID, settings());
        until(() -> trainer.started.size() == 1);
        FakeTrainer next = new FakeTrainer();
        runs.setTrainer(next);
        runs.unsetTrainer(trainer);
        until(() -> next.started.size() == 1);
        assertThat(trainer.started.get(0).state()).isEqualTo(Run.State.STOPPED);
        assertThat(reasons()).isZero();
    }

    @Test
    void aRunThatSomebodyStoppedStaysStoppedWhenTheTrainerIsReplaced() {
        runs.updated(PID, settings());
        runs.updated("org.fascicle.experiment~b", settings());
        until(() -> trainer.started.size() == 2);
        trainer.started.get(0).stop();
        runs.unsetTrainer(trainer);
        runs.setTrainer(trainer);
        until(() -> trainer.started.size() == 3);
        assertThat(trainer.started.get(2).spec().name()).isEqualTo("b");
    }

    @Test
    void wrongConfigurationIsToldAndMended() {
        runs.updated(PID, settings("training.epoch", 2));
        until(() -> reason().startsWith("FAILED"));
        assertThat(reason()).contains("training.epoch").contains("did you mean training.epochs");
        runs.updated(PID, settings());
        until(() -> trainer.started.size() == 1);
        until(() -> reason().isEmpty());
    }

    @Test
    void wrongChangeLeavesWhatThereIs() {
        runs.updated(PID, settings());
        runs.updated(PID, settings("training.epoch", 2));
        until(() -> reason().startsWith("FAILED"));
        assertThat(reason()).contains("what it said before stays in force");
        assertThat(trainer.started.get(0).state()).isEqualTo(Run.State.RUNNING);
        runs.updated(PID, settings());
        until(() -> reason().isEmpty());
        assertThat(trainer.started).hasSize(1);
        assertThat(given.models).hasSize(1);
    }

    @Test
    void outputIsSavedAndLoadedInsteadOfTrainingAgain(@TempDir Path dir) {
        Path file = dir.resolve("a.safetensors");
        runs.updated(PID, settings("output", file.toString()));
        until(() -> trainer.started.size() == 1);
        trainer.started.get(0).finish();
        until(() -> given.files.containsKey(file));
        assertThat(given.files.get(file))
                .containsKeys("experiment", "settings")
                .containsEntry("values", Map.of("loss", 0.5));
        runs.deleted(PID);
        until(() -> given.models.isEmpty());
        runs.updated(PID, settings("output", file.toString()));
        until(() -> given.models.containsKey("a"));
        runs.updated(PID, settings("output", file.toString(), "training.epochs", 3));
        until(() -> trainer.started.size() == 2);
        assertThat(trainer.started.get(1).spec().epochs()).isEqualTo(3);
    }
}
