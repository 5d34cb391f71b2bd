package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;

/** Parts of Fascicle itself go and come back: what hung on them ends and says so, and then all works again. */
class RestartTest {
    @InjectBundleContext
    BundleContext context;

    private Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(b -> b.getSymbolicName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The service there is now; not an injected one, for that may be one that has gone. */
    private <T> T service(Class<T> type) {
        return Await.present("a service " + type.getName(), () -> {
            ServiceReference<T> r = context.getServiceReference(type);
            return java.util.Optional.ofNullable(r == null ? null : context.getService(r));
        });
    }

    private Experiments.Prepared prepare(String name, int epochs) {
        Experiments experiments = service(Experiments.class);
        return experiments.prepare(
                experiments.read("story", Cases.xor(name, "tanh", epochs), List.of()), experiments.sources(List.of()));
    }

    private void trains() throws Exception {
        Experiments.Prepared p = prepare("after", 2);
        try (Model model = p.model()) {
            Run run = service(Trainer.class).start(model, p.run());
            assertThat(run.await(Await.LONGEST)).isTrue();
            assertThat(run.state()).as("%s", run.failure()).isEqualTo(Run.State.FINISHED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry", "runtime"})
    void aRunEndsWithThePartItNeedsAndAnotherCanBegin(String part) throws Exception {
        Bundle bundle = bundle("org.fascicle." + part);
        Experiments.Prepared p = prepare("before", 100_000_000);
        Model model = p.model();
        Run run = service(Trainer.class).start(model, p.run());
        Await.until("the run is under way", () -> run.step() > 10);
        bundle.stop();
        try {
            assertThat(run.await(Await.LONGEST))
                    .as("the run ends; it is %s", run.state())
                    .isTrue();
            assertThat(run.state()).isIn(Run.State.STOPPED, Run.State.FAILED);
        } finally {
            bundle.start();
        }
        model.close();
        trains();
    }

    private Map<String, Tensor> learnt(String name, Disturbance disturb) throws Exception {
        Experiments.Prepared p = prepare(name, 5_000);
        try (Model model = p.model()) {
            Run run = service(Trainer.class).start(model, p.run());
            disturb.act(run);
            assertThat(run.await(Await.LONGEST))
                    .as("the run ends; it is %s", run.state())
                    .isTrue();
            assertThat(run.state()).as("%s", run.failure()).isEqualTo(Run.State.FINISHED);
            return model.weights();
        }
    }

    /** Updates a bundle, and nobody else notices; gives what must be collected. Whatever refers to it ends with this method. */
    private WeakReference<ClassLoader> update(Bundle b, byte[] content) throws Exception {
        WeakReference<ClassLoader> old =
                new WeakReference<>(b.adapt(BundleWiring.class).getClassLoader());
        ServiceComponentRuntime components = service(ServiceComponentRuntime.class);
        Isolation before = Isolation.of(context, components);
        b.update(new ByteArrayInputStream(content));
        Isolation.of(context, components).unchanged(before, Set.of(b));
        return old;
    }

    private interface Disturbance {
        void act(Run run) throws Exception;
    }

    private static Map<String, float[]> numbers(Map<String, Tensor> weights) {
        Map<String, float[]> all = new TreeMap<>();
        weights.forEach((name, w) -> all.put(name, Cases.values(w)));
        return all;
    }

    @Test
    void aPausedRunOutlivesAnUpdateOfTheTrainer() throws Exception {
        Bundle trainer = bundle("org.fascicle.trainer");
        byte[] content = PluginJar.of(trainer);
        var calm = numbers(learnt("calm", run -> {}));
        var updated = numbers(learnt("updated", run -> {
            Await.until("the run is under way", () -> run.step() > 10);
            run.pause();
            Await.until("the run is paused", () -> run.state() == Run.State.PAUSED, run::state);
            WeakReference<ClassLoader> old = update(trainer, content);
            Await.until("the old trainer is collected", () -> {
                System.gc();
                return old.get() == null;
            });
            assertThat(run.state()).isEqualTo(Run.State.PAUSED);
            run.resume();
        }));
        assertThat(updated).usingRecursiveComparison().isEqualTo(calm);
    }

    @Test
    void aRunWaitsForTheTrainerAndGoesOn() throws Exception {
        Bundle trainer = bundle("org.fascicle.trainer");
        var calm = numbers(learnt("calm", run -> {}));
        var interrupted = numbers(learnt("interrupted", run -> {
            Await.until("the run is under way", () -> run.step() > 10);
            trainer.stop();
            try {
                Await.until("the run waits", () -> run.state() == Run.State.WAITING, run::state);
            } finally {
                trainer.start();
            }
        }));
        assertThat(interrupted).usingRecursiveComparison().isEqualTo(calm);
    }

    @Test
    void aRunThatWaitsEndsWhenItsModelIsClosed() throws Exception {
        Bundle losses = bundle("org.fascicle.losses");
        Experiments.Prepared p = prepare("waiting", 100_000_000);
        Run run = service(Trainer.class).start(p.model(), p.run());
        Await.until("the run is under way", () -> run.step() > 10);
        losses.stop();
        try {
            Await.until("the run waits", () -> run.state() == Run.State.WAITING, run::state);
            p.model().close();
            assertThat(run.await(Await.LONGEST))
                    .as("the run ends; it is %s", run.state())
                    .isTrue();
            assertThat(run.failure())
                    .get()
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.THROWABLE)
                    .isInstanceOf(FascicleException.class)
                    .hasMessageContaining("closed");
        } finally {
            losses.start();
        }
        trains();
    }

    @Test
    void aPausedRunEndsWhenItsModelIsClosed() throws Exception {
        Experiments.Prepared p = prepare("paused", 100_000_000);
        Run run = service(Trainer.class).start(p.model(), p.run());
        Await.until("the run is under way", () -> run.step() > 10);
        run.pause();
        Await.until("the run is paused", () -> run.state() == Run.State.PAUSED, run::state);
        p.model().close();
        assertThat(run.await(Await.LONGEST))
                .as("the run ends; it is %s", run.state())
                .isTrue();
        assertThat(run.failure().map(Throwable::getMessage)).get().asString().contains("closed");
        trains();
    }

    /** Puts nothing together on the thread that listeners are called on, else they would wait for themselves. */
    @Test
    void aListenerMayPredictWhileItsModelIsBeingPutTogether() throws Exception {
        Bundle activations = bundle("org.fascicle.activations");
        Models models = service(Models.class);
        List<String> answers = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (Model model = models.create("asked-by-listener", Cases.ending("softmax"), 1)) {
            var listening = context.registerService(
                    org.fascicle.model.ModelListener.class,
                    e -> {
                        if (e.model().equals(model.name()) && !e.type().name().equals("CLOSED"))
                            answers.add(e.type() + " "
                                    + model.predict(Map.of("x", Cases.numbers(1, 4)), Await.LONGEST)
                                            .size());
                    },
                    null);
            try {
                activations.stop();
                Await.until("the model is not satisfied", () -> !model.satisfied());
                activations.start();
                Await.until(
                        "the listener has its answer",
                        () -> answers.stream().anyMatch(a -> a.startsWith("SATISFIED")),
                        () -> answers);
                assertThat(answers).allSatisfy(a -> assertThat(a).endsWith(" 1"));
            } finally {
                listening.unregister();
            }
        }
    }
}
