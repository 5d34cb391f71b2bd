package org.fascicle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.condition.Condition;

class LaunchTest {
    @TempDir
    Path directory;

    private Home home;

    @BeforeEach
    void begin() throws IOException {
        home = new Home(Files.createDirectories(directory.resolve("home")));
    }

    private void bundle(String group, String name, String imports) throws IOException {
        Manifest m = new Manifest();
        Attributes a = m.getMainAttributes();
        a.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        a.putValue("Bundle-ManifestVersion", "2");
        a.putValue("Bundle-SymbolicName", name);
        if (!imports.isEmpty()) a.putValue("Import-Package", imports);
        Path d = Files.createDirectories(home.directory().resolve("bundles").resolve(group));
        try (OutputStream out = Files.newOutputStream(d.resolve(name + "-1.0.0.jar"));
                JarOutputStream jar = new JarOutputStream(out, m)) {
            jar.flush();
        }
    }

    private Launch launch(Storage s) throws BundleException {
        return Launch.of(home, s, List.of(), Map.of());
    }

    @Test
    void bundlesStartInAFixedOrderAndThenTheFrameworkIsReady()
            throws IOException, BundleException, InvalidSyntaxException {
        for (String name :
                List.of("b", "a", "org.fascicle.registry", "org.apache.felix.configadmin", "org.fascicle.logging"))
            bundle("core", name, "");
        bundle("commands", "c", "");
        bundle("shell", "d", "");
        try (Storage s = Storage.temporary(directory);
                Launch l = launch(s)) {
            l.start(home, List.of("core", "commands"), false);
            assertThat(l.context().getBundles())
                    .extracting(Bundle::getSymbolicName)
                    .containsExactly(
                            "org.apache.felix.framework",
                            "org.fascicle.logging",
                            "org.apache.felix.configadmin",
                            "org.fascicle.registry",
                            "a",
                            "b",
                            "c");
            assertThat(l.context().getBundles()).allMatch(b -> b.getState() == Bundle.ACTIVE);
            assertThat(l.context().getServiceReferences(Condition.class, "(osgi.condition.id=fascicle.ready)"))
                    .hasSize(1);
        }
    }

    @Test
    void aTrustPolicyIsWaitedForOnlyIfAConfigurationHasOne() throws IOException, BundleException {
        Path threads = Files.writeString(directory.resolve("threads.json"), "{\"org.fascicle.compute.ejml\": {}}");
        Path trust = Files.writeString(directory.resolve("trust.json"), "{\"org.fascicle.registry\" : {}}");
        try (Storage s = Storage.temporary(directory);
                Launch l = Launch.of(home, s, List.of(threads), Map.of())) {
            assertThat(l.context().getProperty("fascicle.trust")).isNull();
        }
        try (Storage s = Storage.temporary(directory);
                Launch l = Launch.of(home, s, List.of(threads, trust), Map.of())) {
            assertThat(l.context().getProperty("fascicle.trust")).isEqualTo("configured");
        }
    }

    @Test
    void anOptionalBundleThatDoesNotResolveIsLeftOut() throws IOException, BundleException {
        bundle("core", "a", "");
        bundle("optional", "vector", "not.there");
        try (Storage s = Storage.temporary(directory);
                Launch l = launch(s)) {
            l.start(home, List.of("core", "optional"), false);
            assertThat(l.context().getBundle(1).getState()).isEqualTo(Bundle.ACTIVE);
            assertThat(l.context().getBundle(2).getState()).isEqualTo(Bundle.INSTALLED);
        }
    }

    @Test
    void anyOtherBundleThatDoesNotResolveIsAnError() throws IOException, BundleException {
        bundle("core", "a", "not.there");
        try (Storage s = Storage.temporary(directory);
                Launch l = launch(s)) {
            assertThatThrownBy(() -> l.start(home, List.of("core"), false))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("a does not start", "not.there");
        }
    }

    @Test
    void aCommandThatDoesNotComeIsExplained() throws IOException, BundleException, InterruptedException {
        bundle("core", "a", "");
        try (Storage s = Storage.temporary(directory);
                Launch l = launch(s)) {
            l.start(home, List.of("core"), false);
            assertThat(l.command(ToIntFunction.class, "main", 1)).isNull();
            l.context().getBundle(1).stop();
            assertThat(l.diagnosis()).containsExactly("bundle a 0.0.0 is resolved, but not started");
            ToIntFunction<Object[]> f = x -> 7;
            l.context()
                    .registerService(
                            ToIntFunction.class, f, FrameworkUtil.asDictionary(Map.of("fascicle.command", "main")));
            assertThat(l.command(ToIntFunction.class, "main", 1)).isSameAs(f);
        }
    }

    @Test
    void theHashFollowsTheContent() throws IOException {
        bundle("core", "a", "");
        String before = home.hash();
        assertThat(home.hash()).isEqualTo(before).hasSize(64);
        bundle("core", "a", "java.util");
        assertThat(home.hash()).isNotEqualTo(before);
    }
}
