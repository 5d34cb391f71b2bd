package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fascicle.it.payload.Doubled;
import org.fascicle.it.payload.Identity;
import org.fascicle.it.payload.Negated;
import org.fascicle.model.Model;
import org.fascicle.model.ModelEvent;
import org.fascicle.model.ModelListener;
import org.fascicle.model.Models;
import org.fascicle.model.Shadow;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Another version of a plug-in is looked at before it is trusted: beside the active one, and at a swap. */
class ShadowTest {
    private static final String ACTIVE = "org.example.shadow.active", OTHER = "org.example.shadow.other";
    private static final Tensor X = Cases.numbers(5, 4);

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    @InjectService(timeout = 30_000)
    ConfigurationAdmin configurations;

    private final List<ModelEvent> events = new CopyOnWriteArrayList<>();
    private final List<Bundle> installed = new ArrayList<>();
    private ServiceRegistration<ModelListener> listening;
    private Bundle active;
    private Model model;
    private float[] once;

    @BeforeEach
    void begin() throws Exception {
        listening = context.registerService(ModelListener.class, events::add, null);
        active = install(ACTIVE, Identity.class);
        model = models.create("shadowed", Cases.ending("shadowed"), 1);
        once = Cases.values(model.predict(X));
    }

    @AfterEach
    void end() throws Exception {
        model.close();
        for (Bundle b : installed) if (b.getState() != Bundle.UNINSTALLED) b.uninstall();
        listening.unregister();
    }

    private static byte[] jar(String name, Class<?> activation) {
        return PluginJar.of(name, "1.0.0").activation("shadowed", activation).bytes();
    }

    private Bundle install(String name, Class<?> activation) throws BundleException {
        Bundle b = context.installBundle("story:" + name, new ByteArrayInputStream(jar(name, activation)));
        installed.add(b);
        b.start();
        return b;
    }

    private static void update(Bundle b, Class<?> activation) throws BundleException {
        b.update(new ByteArrayInputStream(jar(b.getSymbolicName(), activation)));
    }

    private float[] answer() {
        return Cases.values(
                model.predict(Map.of("x", X), Await.LONGEST).values().iterator().next());
    }

    private float[] times(float factor) {
        float[] y = once.clone();
        for (int i = 0; i < y.length; i++) y[i] *= factor;
        return y;
    }

    /** Predicts until the shadow has compared so much. */
    private Shadow.Report compared(Shadow s, long atLeast) {
        Await.until(
                "the shadow has compared " + atLeast,
                () -> {
                    answer();
                    return s.report().compared() >= atLeast;
                },
                s::report);
        return s.report();
    }

    @Test
    void aShadowTellsAVersionThatDiffersFromOneThatDecidesOtherwise() throws Exception {
        install(OTHER, Doubled.class);
        install("org.example.shadow.third", Negated.class);
        try (Shadow doubled = model.shadow("shadowed1", OTHER);
                Shadow negated = model.shadow("shadowed1", "org.example.shadow.third@1.0.0")) {
            assertThat(answer()).containsExactly(once);
            Shadow.Report d = compared(doubled, 3), n = compared(negated, 3);
            assertThat(answer()).containsExactly(once);
            assertThat(d.difference().relative()).isEqualTo(0.5);
            assertThat(d.flips()).isZero();
            assertThat(n.difference().relative()).isEqualTo(2);
            assertThat(n.flips())
                    .isEqualTo(n.outputs().get("shadowed1").decisions())
                    .isEqualTo(5 * n.compared());
            assertThat(d.failed() + n.failed()).isZero();
            assertThat(runtime.getRuntimeDTO().models)
                    .filteredOn(m -> m.name.equals("shadowed"))
                    .singleElement()
                    .satisfies(m -> assertThat(m.shadows)
                            .extracting(s -> s.provider)
                            .containsExactly(OTHER, "org.example.shadow.third@1.0.0"));
        }
    }

    @Test
    void aShadowGoesOnWhenTheActiveProviderIsUpdated() throws Exception {
        install(OTHER, Doubled.class);
        try (Shadow s = model.shadow("shadowed1", OTHER)) {
            assertThat(compared(s, 3).difference().relative()).isEqualTo(0.5);
            update(active, Doubled.class);
            Await.until("the update answers", () -> answer()[0] == times(2)[0]);
            Await.until(
                    "the shadow compares with the update",
                    () -> {
                        answer();
                        return s.report().compared() > 0
                                && s.report().difference().absolute() == 0;
                    },
                    s::report);
            assertThat(s.report().failed()).isZero();
        }
    }

    @Test
    void aShadowWhoseProviderIsUpdatedOrUninstalledKeepsNothingOfIt() throws Exception {
        Bundle other = install(OTHER, Doubled.class);
        try (Shadow s = model.shadow("shadowed1", OTHER)) {
            compared(s, 3);
            WeakReference<ClassLoader> first = loader(other);
            update(other, Negated.class);
            Await.until(
                    "the shadow compares with its update",
                    () -> {
                        answer();
                        return s.report().difference().relative() == 2;
                    },
                    s::report);
            collected("the replaced revision", first);
            WeakReference<ClassLoader> second = loader(other);
            other.uninstall();
            Await.until("the shadow waits", () -> s.report().state() == Shadow.State.WAITING, s::report);
            assertThat(answer()).containsExactly(once);
            collected("the uninstalled revision", second);
            Await.until("why", () -> s.report().reason().contains("comes from " + OTHER), s::report);
            install(OTHER, Doubled.class);
            Await.until("the shadow goes on", () -> s.report().state() == Shadow.State.COMPARING, s::report);
            Await.until(
                    "it compares with what is there now",
                    () -> {
                        answer();
                        return s.report().difference().relative() == 0.5;
                    },
                    s::report);
        }
    }

    private static WeakReference<ClassLoader> loader(Bundle b) {
        return new WeakReference<>(b.adapt(BundleWiring.class).getClassLoader());
    }

    private static void collected(String what, WeakReference<ClassLoader> loader) {
        for (int i = 0; i < 20 && loader.get() != null; i++) {
            byte[][] pressure = new byte[16][];
            for (int k = 0; k < pressure.length; k++) pressure[k] = new byte[1 << 20];
            System.gc();
            assertThat(pressure[pressure.length - 1]).isNotNull();
        }
        assertThat(loader.get()).as("class loader of %s", what).isNull();
    }

    /** An update to this, and what is told of it. */
    private ModelEvent swap(Class<?> activation) throws BundleException {
        int before = taken().size();
        update(active, activation);
        Await.until("the swap is told", () -> taken().size() > before, () -> events);
        return taken().get(before);
    }

    private List<ModelEvent> taken() {
        return events.stream()
                .filter(e -> e.type() == ModelEvent.Type.SWAPPED || e.type() == ModelEvent.Type.SATISFIED)
                .toList();
    }

    private boolean refused() {
        return events.stream().anyMatch(e -> e.type() == ModelEvent.Type.REFUSED);
    }

    /** From then on it is known what the model answers: what has just been made may not have been asked yet. */
    private void probe() throws BundleException {
        while (swap(Identity.class).difference().isEmpty()) assertThat(events).hasSizeLessThan(100);
    }

    @Test
    void anUpdateThatAnswersOtherwiseSaysByHowMuch() throws Exception {
        probe();
        ModelEvent e = swap(Doubled.class);
        assertThat(e.type()).isEqualTo(ModelEvent.Type.SWAPPED);
        assertThat(e.message()).contains("outputs differ by up to ", "(relative 0.5, tolerance 1e-5)");
        assertThat(e.difference()).get().satisfies(d -> assertThat(d.relative()).isEqualTo(0.5));
        assertThat(answer()).containsExactly(times(2));
        assertThat(refused()).isFalse();
    }

    @Test
    void whereThePolicyIsRefuseOtherAnswersAreAcceptedOrDoNotCome() throws Exception {
        probe();
        Configuration policy = configurations.getConfiguration("org.fascicle.runtime", "?");
        try {
            policy.update(FrameworkUtil.asDictionary(Map.of("swap.policy", "refuse")));
            Await.until("the policy is known", () -> "refuse".equals(policyOfModels()));

            Bundle better = install("org.example.shadow.a", Doubled.class);
            Await.until("a better provider is refused", this::refused, () -> events);
            assertThat(answer()).containsExactly(once);
            better.uninstall();

            update(active, Doubled.class);
            Await.until("the model waits", () -> !model.satisfied() && waitsForEqualOutputs());
            assertThatThrownBy(() -> model.predict(Map.of("x", X), Duration.ofMillis(1)))
                    .isInstanceOf(MissingPluginException.class)
                    .hasMessageContainingAll(ACTIVE, "is not taken: outputs differ by up to", "swap shadowed --accept");

            update(active, Identity.class);
            Await.until("the same content is welcome", model::satisfied);
            assertThat(answer()).containsExactly(once);

            update(active, Doubled.class);
            Await.until("the model waits", () -> !model.satisfied() && waitsForEqualOutputs());
            model.acceptSwap();
            assertThat(answer()).as("accepted").containsExactly(times(2));
        } finally {
            policy.delete();
            Await.until("the policy is forgotten", () -> "report".equals(policyOfModels()));
        }
    }

    private boolean waitsForEqualOutputs() {
        return runtime.getRuntimeDTO().models.stream()
                .filter(m -> m.name.equals("shadowed"))
                .anyMatch(m -> m.reason.contains("swap.policy is refuse"));
    }

    private Object policyOfModels() {
        return context.getServiceReference(Models.class).getProperty("swap.policy");
    }
}
