package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.plugin.Kind;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Updating a plug-in changes that plug-in and nothing else. */
class UpdateTest {
    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    Experiments experiments;

    @InjectService(timeout = 30_000)
    Trainer trainer;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    /** How a bundle is wired; a wiring is the same as long as nobody refreshed the bundle. */
    private record Wired(BundleWiring wiring, List<BundleWire> wires) {}

    /** The bundles of Fascicle that provide plug-ins. */
    static Stream<String> plugins() {
        return Arrays.stream(FrameworkUtil.getBundle(UpdateTest.class)
                        .getBundleContext()
                        .getBundles())
                .filter(b -> b.getSymbolicName().startsWith("org.fascicle."))
                .filter(UpdateTest::providesPlugins)
                .map(Bundle::getSymbolicName)
                .sorted();
    }

    private static boolean providesPlugins(Bundle b) {
        BundleRevision revision = b.adapt(BundleRevision.class);
        return Arrays.stream(Kind.values())
                .anyMatch(k -> !revision.getDeclaredCapabilities(k.property()).isEmpty());
    }

    @Test
    void allBundlesOfPluginsAreUpdated() {
        assertThat(plugins())
                .contains(
                        "org.fascicle.activations",
                        "org.fascicle.augmentation",
                        "org.fascicle.compute.ejml",
                        "org.fascicle.datasets",
                        "org.fascicle.datasets.idx",
                        "org.fascicle.layers",
                        "org.fascicle.layers.convolution",
                        "org.fascicle.losses",
                        "org.fascicle.metrics",
                        "org.fascicle.optimizers");
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void updatingAndRefreshingAPluginLeavesEveryOtherBundleAlone(String name) throws Exception {
        Bundle plugin = Arrays.stream(context.getBundles())
                .filter(b -> b.getSymbolicName().equals(name))
                .findFirst()
                .orElseThrow();
        Set<String> provided = provided(plugin);
        BundleWiring old = plugin.adapt(BundleWiring.class);
        Tensor x = Cases.numbers(2, 1, 4, 4);
        try (Model model = models.create("update-" + name, Cases.convolution(), 3)) {
            float[] before = Cases.values(model.predict(x));
            Map<Bundle, Wired> others = others(plugin);

            plugin.update(new ByteArrayInputStream(PluginJar.of(plugin)));
            refresh(plugin);

            Await.until(
                    name + " provides what it did", () -> provided(plugin).equals(provided), () -> provided(plugin));
            assertThat(plugin.getState()).isEqualTo(Bundle.ACTIVE);
            assertThat(plugin.adapt(BundleWiring.class)).isNotSameAs(old);
            Map<Bundle, Wired> now = others(plugin);
            assertThat(now.keySet()).isEqualTo(others.keySet());
            others.forEach((bundle, wired) -> {
                assertThat(now.get(bundle).wiring()).as("wiring of %s", bundle).isSameAs(wired.wiring());
                assertThat(now.get(bundle).wires()).as("wires of %s", bundle).isEqualTo(wired.wires());
            });
            float[] after = Cases.values(model.predict(Map.of("x", x), Await.LONGEST)
                    .values()
                    .iterator()
                    .next());
            assertThat(after).as("a model that was there before").containsExactly(before);
        }
        try (Model fresh = models.create("fresh-" + name, Cases.convolution(), 3)) {
            assertThat(fresh.predict(x).shape().dims()).containsExactly(2, 3);
        }
        trains("trains-" + name);
    }

    private void trains(String name) throws InterruptedException {
        Experiments.Prepared p = experiments.prepare(
                experiments.read("story", Cases.xor(name, "tanh", 2), List.of()), experiments.sources(List.of()));
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run());
            assertThat(run.await(Duration.ofSeconds(30))).isTrue();
            assertThat(run.state()).as("%s", run.failure()).isEqualTo(Run.State.FINISHED);
        }
    }

    private Set<String> provided(Bundle b) {
        return runtime.getRuntimeDTO().plugins.stream()
                .filter(p -> p.bundleId == b.getBundleId() && p.state.equals("active"))
                .map((PluginDTO p) -> p.kind + " " + p.name)
                .collect(Collectors.toSet());
    }

    private Map<Bundle, Wired> others(Bundle plugin) {
        Map<Bundle, Wired> all = new LinkedHashMap<>();
        for (Bundle b : context.getBundles()) {
            BundleWiring w = b.adapt(BundleWiring.class);
            if (!b.equals(plugin) && w != null) all.put(b, new Wired(w, w.getRequiredWires(null)));
        }
        return all;
    }

    private void refresh(Bundle b) throws InterruptedException {
        FrameworkWiring framework =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        assertThat(framework.getDependencyClosure(List.of(b)))
                .as("what a refresh of %s reaches", b)
                .containsExactly(b);
        CountDownLatch done = new CountDownLatch(1);
        framework.refreshBundles(List.of(b), e -> {
            if (e.getType() == FrameworkEvent.PACKAGES_REFRESHED) done.countDown();
        });
        assertThat(done.await(Await.LONGEST.toSeconds(), TimeUnit.SECONDS))
                .as("refreshed")
                .isTrue();
    }
}
