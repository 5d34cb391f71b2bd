package org.example.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Starts a framework with the bundles that the application needs, and the application last. */
class GateTest {
    private static final List<String> BUNDLES = List.of(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.scr",
            "jakarta.json",
            "org.fascicle.logging",
            "org.fascicle.api",
            "org.fascicle.registry",
            "org.fascicle.runtime",
            "org.fascicle.compute.ejml",
            "org.fascicle.layers",
            "org.fascicle.activations");

    @TempDir
    Path storage;

    @Test
    void theGatePredictsInsideAFramework() throws Exception {
        Framework framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
        try {
            BundleContext context = framework.getBundleContext();
            List<Bundle> bundles = new ArrayList<>();
            for (String name : BUNDLES) bundles.add(install(context, jar(name)));
            bundles.add(install(context, Path.of("target", "classes")));
            for (Bundle b : bundles) b.start();

            DoubleBinaryOperator gate =
                    context.getService(context.getServiceReferences(DoubleBinaryOperator.class, "(gate=xor)")
                            .iterator()
                            .next());
            assertThat(gate.applyAsDouble(0, 0)).isCloseTo(0, within(0.01));
            assertThat(gate.applyAsDouble(0, 1)).isCloseTo(1, within(0.01));
            assertThat(gate.applyAsDouble(1, 0)).isCloseTo(1, within(0.01));
            assertThat(gate.applyAsDouble(1, 1)).isCloseTo(0, within(0.01));
        } finally {
            framework.stop();
            framework.waitForStop(10_000);
        }
    }

    /** By reference: a jar, or a directory with the content of one. */
    private static Bundle install(BundleContext context, Path jarOrDirectory) throws Exception {
        return context.installBundle("reference:" + jarOrDirectory.toUri());
    }

    /** Maven puts the bundles onto the test's class path; the framework takes them from there. */
    private static Path jar(String artifact) {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path p = Path.of(entry).toAbsolutePath();
            if (p.getFileName().toString().startsWith(artifact + "-")) return p;
        }
        throw new IllegalStateException("there is no " + artifact + " on the class path");
    }
}
