package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.fascicle.it.payload.DoubleMish;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunListener;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** A third party's jar is dropped in, replaced and taken away while models use it. */
class HotDeployTest {
    private static final String JAR = "mish.jar";
    private static final String BUNDLE = "org.example.mish";

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Plugins plugins;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    Experiments experiments;

    @InjectService(timeout = 30_000)
    Trainer trainer;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    @InjectService(timeout = 30_000)
    ConfigurationAdmin configurations;

    private Deployment deployment;
    private byte[] mish;

    @BeforeEach
    void readTheJar() throws Exception {
        deployment = new Deployment(context);
        mish = Files.readAllBytes(Path.of(context.getProperty("fascicle.mish")));
        assertThat(plugins.names(Kind.ACTIVATION)).doesNotContain("mish");
    }

    @AfterEach
    void takeItAway() {
        deployment.close();
    }

    /** The same plug-in in the next version: its answers are twice the old ones, to the last bit. */
    private static byte[] doubled() {
        return PluginJar.of(BUNDLE, "1.1.0")
                .activation("mish", DoubleMish.class)
                .bytes();
    }

    private void dropMish() {
        deployment.drop(JAR, mish);
        awaitMish("1.0.0");
    }

    private void awaitMish(String version) {
        Await.until(
                "mish " + version + " is there",
                () -> plugins.providers(Kind.ACTIVATION, "mish").stream()
                        .anyMatch(p -> p.origin().version().equals(version)));
    }

    private void removeMish() {
        deployment.remove(JAR);
        Await.until("mish has left", () -> !isThere());
        Await.until(
                "its bundle is gone",
                () -> Arrays.stream(context.getBundles()).noneMatch(b -> BUNDLE.equals(b.getSymbolicName())));
    }

    private boolean isThere() {
        return plugins.names(Kind.ACTIVATION).contains("mish");
    }

    @Test
    void aJarThatIsDroppedInBringsItsActivation() {
        dropMish();
        assertThat(Cases.activation(runtime, "mish", BUNDLE)).get().satisfies(p -> {
            assertThat(p.state).isEqualTo("active");
            assertThat(p.version).isEqualTo("1.0.0");
        });
        try (Model model = models.create("hot", Cases.ending("mish"), 1);
                Model linear = models.create("cold", Cases.ending("linear"), 1)) {
            Tensor x = Cases.numbers(5, 4), y = model.predict(x), z = linear.predict(x);
            for (int i = 0; i < y.size(); i++) {
                double v = z.data()[i];
                assertThat(y.data()[i]).isEqualTo((float)
                        (v * Math.tanh(Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))))));
            }
        }
    }

    @Test
    void anExperimentThatNamesItTrains() throws Exception {
        dropMish();
        Experiments.Prepared p = prepare("hot-experiment", 200);
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run());
            assertThat(run.await(Await.LONGEST)).isTrue();
            assertThat(run.state()).as("%s", run.failure()).isEqualTo(Run.State.FINISHED);
            assertThat(run.values().get("accuracy")).isEqualTo(1);
            assertThat(model.providers())
                    .extracting(Object::toString)
                    .contains("activation mish of org.example.mish 1.0.0");
        }
    }

    private Experiments.Prepared prepare(String name, int epochs) {
        return experiments.prepare(
                experiments.read("story", Cases.xor(name, "mish", epochs), List.of()), experiments.sources(List.of()));
    }

    @Test
    void aNewerJarInItsPlaceTakesEffectOnPredictions() {
        dropMish();
        try (Model model = models.create("hot", Cases.ending("mish"), 1)) {
            Tensor x = Cases.numbers(5, 4);
            float[] once = Cases.values(model.predict(x)), twice = once.clone();
            for (int i = 0; i < twice.length; i++) twice[i] = 2 * once[i];

            deployment.drop(JAR, doubled());

            Await.until("the newer version answers", () -> {
                float[] y = Cases.values(model.predict(Map.of("x", x), Await.LONGEST)
                        .values()
                        .iterator()
                        .next());
                assertThat(y)
                        .as("every answer is that of one version")
                        .satisfiesAnyOf(
                                v -> assertThat(v).containsExactly(once),
                                v -> assertThat(v).containsExactly(twice));
                return y[0] == twice[0];
            });
            assertThat(model.providers())
                    .extracting(Object::toString)
                    .contains("activation mish of org.example.mish 1.1.0");
        }
    }

    @Test
    void whatIsMadeWithoutItFailsAtOnceAndNamesWhoHadIt() {
        dropMish();
        models.create("hot", Cases.ending("mish"), 1).close();
        removeMish();
        long began = System.nanoTime();
        assertThatThrownBy(() -> models.create("late", Cases.ending("mish"), 1))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContainingAll("late", "mish", "org.example.mish 1.0.0 provided it last", "install it again");
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("it does not wait")
                .isLessThan(Duration.ofSeconds(5));
        assertThat(models.find("late")).isEmpty();
    }

    @Test
    void aModelThatLostItFailsAfterItsGraceTimeAndRecovers() throws Exception {
        Configuration grace = configurations.getConfiguration("org.fascicle.runtime", "?");
        grace.update(FrameworkUtil.asDictionary(Map.of("grace.millis", 300L)));
        dropMish();
        try (Model model = models.create("hot", Cases.ending("mish"), 1)) {
            Tensor x = Cases.numbers(5, 4);
            float[] before = Cases.values(model.predict(x));
            assertThat(isService("hot")).isTrue();
            removeMish();
            // The first attempts may still find the old grace time or the bundle just stopping.
            String[] complaint = {
                "hot", "mish", "org.example.mish 1.0.0 provided it last", "install it again", "(waited 0.3 s)"
            };
            Await.until(
                    "a prediction fails",
                    () -> Stream.of(complaint).allMatch(failure(model, x)::contains),
                    () -> failure(model, x));

            long began = System.nanoTime();
            assertThatThrownBy(() -> model.predict(x))
                    .isInstanceOf(MissingPluginException.class)
                    .hasMessageContainingAll(complaint);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            assertThat(model.satisfied()).isFalse();
            assertThat(runtime.getRuntimeDTO().models)
                    .filteredOn(m -> m.name.equals("hot"))
                    .singleElement()
                    .satisfies(m -> {
                        assertThat(m.satisfied).isFalse();
                        assertThat(m.missing)
                                .singleElement()
                                .asString()
                                .contains("mish", "org.example.mish 1.0.0 provided it last");
                    });
            Await.until("the model ceases to be a service", () -> !isService("hot"));

            dropMish();
            Await.until("the model is a service again", () -> isService("hot"));
            assertThat(Cases.values(model.predict(x))).containsExactly(before);
        } finally {
            grace.delete();
        }
    }

    private static String failure(Model model, Tensor x) {
        return String.valueOf(catchThrowable(() -> model.predict(x)));
    }

    private boolean isService(String model) {
        try {
            return !context.getServiceReferences(Model.class, "(fascicle.model=" + model + ")")
                    .isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes a run's steps slow enough to be caught by a removal, and holds it before its end until it was. */
    private RunListener lingering(int steps) {
        AtomicBoolean waited = new AtomicBoolean();
        return (run, e) -> {
            if (e.type() == RunEvent.Type.WAITING) waited.set(true);
            if (e.type() != RunEvent.Type.BATCH || waited.get()) return;
            LockSupport.parkNanos(300_000);
            if (e.step() == steps - 5) Await.until("mish has left", () -> !isThere());
        };
    }

    @Test
    void aRunThatLosesItWaitsAndEndsWithTheSameWeightsAsIfNothingHadHappened() throws Exception {
        int steps = 2_000;
        dropMish();
        Map<String, Tensor> undisturbed = undisturbed(steps);
        Experiments.Prepared p = prepare("disturbed", steps);
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run(), lingering(steps));
            Await.until("the run is under way", () -> run.step() > 20);

            deployment.remove(JAR);
            Await.until("the run waits", () -> run.state() == Run.State.WAITING, run::state);
            assertThat(run.step()).isBetween(21L, steps - 1L);
            assertThat(runtime.getRuntimeDTO().runs)
                    .filteredOn(r -> r.name.equals("disturbed"))
                    .singleElement()
                    .satisfies(r -> {
                        assertThat(r.state).isEqualTo("WAITING");
                        assertThat(r.reason).contains("mish", "org.example.mish 1.0.0");
                    });

            deployment.drop(JAR, doubled());
            awaitMish("1.1.0");
            Await.until("predictions take the newer version", model::satisfied);
            assertThat(run.state()).as("a run keeps to the code it began with").isEqualTo(Run.State.WAITING);

            deployment.drop(JAR, mish);
            assertThat(run.await(Await.LONGEST)).as("%s", run.state()).isTrue();
            assertThat(run.state()).as("%s", run.failure()).isEqualTo(Run.State.FINISHED);
            assertThat(run.step()).isEqualTo(steps);
            assertSame(model.weights(), undisturbed);
        }
    }

    private Map<String, Tensor> undisturbed(int steps) throws InterruptedException {
        Experiments.Prepared p = prepare("undisturbed", steps);
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run());
            assertThat(run.await(Await.LONGEST)).isTrue();
            assertThat(run.state()).as("%s", run.failure()).isEqualTo(Run.State.FINISHED);
            return model.weights();
        }
    }

    private static void assertSame(Map<String, Tensor> got, Map<String, Tensor> expected) {
        assertThat(got.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, t) -> assertThat(Cases.values(got.get(name))).as(name).containsExactly(Cases.values(t)));
    }
}
