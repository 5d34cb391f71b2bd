package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.model.SpecReader;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/**
 * A plug-in is installed, used in a model that predicts and learns, updated, used again, and uninstalled, over and over; nothing
 * of it stays. {@code fascicle.prove.cycles} says how often. From {@value #WARM} cycles on all that the JVM and the framework
 * make once has been made, and what is measured must not grow.
 */
class CyclesTest {
    private static final System.Logger LOG = System.getLogger(CyclesTest.class.getName());
    private static final String PLUGIN = "org.example.cycled";
    private static final int WARM = 200;
    private static final int BETWEEN_SAMPLES = 20;

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    ServiceComponentRuntime declarativeServices;

    /** @param classes that are loaded beside another of the same name */
    private record Sample(int cycle, long classes, long metaspace) {}

    @Test
    void nothingStaysOfAPluginThatWasInstalledUsedUpdatedAndUninstalled() throws Exception {
        int cycles = Cases.setting(context, "cycles", 20);
        cycle(0, new Leaks());
        Leaks leaks = new Leaks();
        Isolation before = Isolation.of(context, declarativeServices);
        List<Sample> samples = new ArrayList<>();
        for (int i = 1; i <= cycles; i++) {
            cycle(i, leaks);
            before.unchanged(Isolation.of(context, declarativeServices), Set.of());
            if (i % BETWEEN_SAMPLES != 0) continue;
            leaks.none();
            samples.add(sample(i));
            if (i % 100 == 0) LOG.log(System.Logger.Level.INFO, "{0} of {1} cycles", i, cycles);
        }
        leaks.none();
        Isolation.of(context, declarativeServices).tidy();
        assertThat(framework().getRemovalPendingBundles()).as("removal pending").isEmpty();
        List<Sample> warm = samples.stream().filter(s -> s.cycle >= WARM).toList();
        double classes = slope(warm, s -> s.classes), metaspace = slope(warm, s -> s.metaspace);
        LOG.log(
                System.Logger.Level.INFO,
                "{0} cycles, {1} class loaders collected; from {2} on {3} classes loaded again and {4} bytes of metaspace a cycle",
                cycles,
                leaks.expected(),
                WARM,
                classes,
                metaspace);
        if (warm.size() < 2) return;
        assertThat(classes).as("classes loaded again a cycle, from %s", samples).isZero();
        assertThat(metaspace).as("bytes of metaspace a cycle, from %s", samples).isLessThan(1024);
    }

    private interface Measure {
        double of(Sample s);
    }

    /** The median of the slopes between all pairs of samples: what happens once is no slope. */
    private static double slope(List<Sample> samples, Measure y) {
        double[] all = samples.stream()
                .flatMap(a -> samples.stream()
                        .filter(b -> b.cycle > a.cycle)
                        .map(b -> (y.of(b) - y.of(a)) / (b.cycle - a.cycle)))
                .mapToDouble(d -> d)
                .sorted()
                .toArray();
        return all.length == 0 ? 0 : all[all.length / 2];
    }

    private static Sample sample(int cycle) {
        System.gc();
        long metaspace = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(p -> p.getName().matches("Metaspace|Compressed Class Space"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(u -> u.getUsed())
                .sum();
        return new Sample(cycle, Leaks.loadedAgain(), metaspace);
    }

    private FrameworkWiring framework() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    private void cycle(int number, Leaks leaks) throws BundleException {
        Bundle plugin = context.installBundle(
                "story:cycled", new ByteArrayInputStream(Versions.activation(PLUGIN, "cycled", 0)));
        plugin.start();
        expect(leaks, plugin, number + " installed");
        try (Model model = models.create("cycled", spec(), number)) {
            Tensor x = Cases.numbers(2, 4);
            float[] once = Cases.values(model.predict(x));
            learn(model);
            float[] before = Cases.values(model.predict(x));
            plugin.update(new ByteArrayInputStream(Versions.activation(PLUGIN, "cycled", 1)));
            expect(leaks, plugin, number + " updated");
            float[] after = Cases.values(model.predict(x));
            for (int i = 0; i < before.length; i++) assertThat(after[i]).isEqualTo(2 * before[i]);
            assertThat(Arrays.equals(once, before)).as("it has learnt nothing").isFalse();
            learn(model);
            // Every other time the model is still there when the plug-in goes.
            if (number % 2 == 0) plugin.uninstall();
        }
        if (number % 2 != 0) plugin.uninstall();
    }

    private static void expect(Leaks leaks, Bundle plugin, String what) {
        leaks.expect(
                "class loader of cycle " + what,
                new WeakReference<>(plugin.adapt(BundleWiring.class).getClassLoader()));
    }

    private static ModelSpec spec() {
        return SpecReader.read(
                "model of a cycle",
                Map.of(
                        "inputs",
                        Map.of("x", List.of(4)),
                        "layers",
                        List.of(Map.of("type", "dense", "units", 3), "cycled"),
                        "losses",
                        List.of("mean_squared_error")));
    }

    private static void learn(Model model) {
        try (Learner learner = model.learner(
                new LearnerSpec(Map.of("type", "sgd"), 1, Double.POSITIVE_INFINITY, LearnerSpec.Providers.PINNED))) {
            for (int i = 0; i < 3; i++)
                learner.step(Map.of("x", Cases.numbers(5, 4), "target", Cases.numbers(5, 3)), 0.01);
            learner.publish();
        }
    }
}
