package org.fascicle.registry.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.fascicle.plugin.ContentHash;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Trust.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** The policy at work in a framework, without Declarative Services. */
@Timeout(120)
class AdmissionTest {
    private static final Map<String, ?> ANY = Map.of();
    private static final Map<String, ?> NONE = Map.of("trust", "allow_list", "trust.allow", List.of());

    @TempDir
    Path directory;

    private Framework framework;
    private Admission admission;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, directory.toString(), "felix.log.level", "0"));
        framework.start();
        admission = new Admission(framework.getBundleContext(), ANY);
    }

    @AfterEach
    void stop() throws Exception {
        admission.close();
        framework.stop();
        framework.waitForStop(30_000);
        System.getProperties().keySet().removeIf(k -> k.toString().startsWith("fascicle.mark."));
    }

    private static Map<String, byte[]> plugin(String name, String... headers) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Manifest-Version", "1.0");
        all.put("Bundle-ManifestVersion", "2");
        all.put("Bundle-SymbolicName", name);
        all.put("Bundle-Version", "1.0.0");
        all.put("Bundle-Activator", Marking.class.getName());
        all.put("Import-Package", "org.osgi.framework");
        all.put("Provide-Capability", "fascicle.activation;fascicle.activation=mish;effective:=active");
        for (int i = 0; i < headers.length; i += 2) all.put(headers[i], headers[i + 1]);
        all.values().removeIf(String::isEmpty);
        StringBuilder manifest = new StringBuilder();
        all.forEach((k, v) -> manifest.append(k).append(": ").append(v).append("\r\n"));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/MANIFEST.MF", (manifest + "\r\n").getBytes(StandardCharsets.UTF_8));
        String path = Marking.class.getName().replace('.', '/') + ".class";
        try (InputStream in = Marking.class.getClassLoader().getResourceAsStream(path)) {
            entries.put(path, in.readAllBytes());
        }
        return entries;
    }

    private Bundle install(Map<String, byte[]> entries) throws Exception {
        return framework.getBundleContext().installBundle("test:" + System.identityHashCode(entries), stream(entries));
    }

    private static InputStream stream(Map<String, byte[]> entries) throws IOException {
        return new ByteArrayInputStream(Signing.jar(entries));
    }

    private static String hash(Map<String, byte[]> entries) throws IOException {
        ContentHash hash = new ContentHash();
        for (var e : entries.entrySet()) hash.entry(e.getKey(), new ByteArrayInputStream(e.getValue()));
        return hash.hex();
    }

    private static Map<String, ?> allowing(String... items) {
        return Map.of("trust", "allow_list", "trust.allow", items);
    }

    private static boolean ran(String name) {
        return System.getProperty("fascicle.mark." + name) != null;
    }

    private Verdict only() {
        assertThat(admission.verdicts()).hasSize(1);
        return admission.verdicts().get(0);
    }

    @Test
    void theHashOfABundleIsThatOfItsJarAndTakingItResolvesNothing() throws Exception {
        Map<String, byte[]> jar = plugin("a");
        jar.put("a name with a space and an ü", new byte[] {1});
        Bundle b = install(jar);
        assertThat(admission.hashes().of(b)).isEqualTo(hash(jar));
        assertThat(only()).isEqualTo(new Verdict("a", "1.0.0", b.getBundleId(), hash(jar), ""));
        assertThat(b.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    void aRefusedBundleStaysInstalledAndNoneOfItsCodeRunsUntilItIsTrusted() throws Exception {
        admission.configure(NONE);
        Map<String, byte[]> jar = plugin("a");
        Bundle b = install(jar);
        assertThatThrownBy(b::start).isInstanceOf(BundleException.class);
        assertThat(b.getState()).isEqualTo(Bundle.INSTALLED);
        assertThat(ran("a")).isFalse();
        assertThat(only().refusal())
                .isEqualTo("refused by trust policy allow_list: it is not listed; if you trust it, add a=" + hash(jar)
                        + " to trust.allow of org.fascicle.registry");
        admission.configure(allowing("a=" + hash(jar)));
        assertThat(only().accepted()).isTrue();
        b.start();
        assertThat(ran("a")).isTrue();
    }

    /** Together with one that is trusted; and beside one that requires nothing, which can be kept back in one way only. */
    @Test
    void refusedBundlesDoNotKeepOthersFromResolving() throws Exception {
        install(plugin("api", "Provide-Capability", "", "Export-Package", "org.example.api"))
                .start();
        Map<String, byte[]> good = plugin("good", "Import-Package", "org.osgi.framework,org.example.api");
        admission.configure(allowing("good=" + hash(good)));
        Bundle bad = install(plugin("bad"));
        Bundle free = install(plugin("free", "Import-Package", "", "Bundle-Activator", ""));
        Bundle maybe = install(plugin("maybe", "Import-Package", "org.osgi.framework;resolution:=optional"));
        Bundle g = install(good);
        List<Bundle> all = List.of(bad, free, maybe, g);
        framework.adapt(FrameworkWiring.class).resolveBundles(all);
        g.start();
        framework.adapt(FrameworkWiring.class).resolveBundles(all);
        for (Bundle b : all) {
            assertThat(b.getState()).as(b.getSymbolicName()).isEqualTo(b == g ? Bundle.ACTIVE : Bundle.INSTALLED);
            if (b != g) assertThatThrownBy(b::start).isInstanceOf(BundleException.class);
            assertThat(ran(b.getSymbolicName())).isEqualTo(b == g);
        }
        install(plugin("late", "Provide-Capability", "", "Import-Package", "org.osgi.framework,org.example.api"))
                .start();
        assertThat(ran("late")).isTrue();
    }

    @Test
    void whatProvidesNoPluginsIsNotJudged() throws Exception {
        admission.configure(Map.of("trust", "nonsense"));
        install(plugin("library", "Provide-Capability", "")).start();
        assertThat(ran("library")).isTrue();
        assertThat(admission.verdicts()).isEmpty();
    }

    @Test
    void aTrustedBundleThatIsUpdatedToOtherContentDoesNotResolve() throws Exception {
        Map<String, byte[]> first = plugin("a"), second = plugin("a", "Bundle-Version", "1.1.0");
        admission.configure(allowing("a=" + hash(first)));
        Bundle b = install(first);
        b.start();
        System.clearProperty("fascicle.mark.a");
        assertThatThrownBy(() -> {
                    b.update(stream(second));
                    b.start();
                })
                .isInstanceOf(BundleException.class);
        assertThat(b.getState()).isEqualTo(Bundle.INSTALLED);
        assertThat(ran("a")).isFalse();
        assertThat(only().refusal())
                .contains("its content is not that of the listed " + hash(first), "add a=" + hash(second));
        b.update(stream(first));
        b.start();
        assertThat(ran("a")).isTrue();
    }

    @Test
    void aFragmentIsJudgedAsItsPluginIs() throws Exception {
        Map<String, byte[]> host = plugin("a");
        Map<String, byte[]> fragment =
                plugin("f", "Fragment-Host", "a", "Bundle-Activator", "", "Provide-Capability", "");
        fragment.put("org/evil/Evil.class", new byte[] {1});
        Bundle a = install(host), f = install(fragment);
        admission.configure(allowing("a=" + hash(host)));
        a.start();
        assertThat(a.getResource("org/evil/Evil.class")).isNull();
        assertThat(f.getState()).isEqualTo(Bundle.INSTALLED);
        assertThat(admission.objection(a)).isEmpty();
        refresh(a, ANY);
        assertThat(a.getResource("org/evil/Evil.class")).isNotNull();
        admission.configure(allowing("a=" + hash(host)));
        assertThat(admission.objection(a))
                .startsWith("its fragment f 1.0.0 is refused by trust policy allow_list: it is not listed");
        refresh(a, allowing("a=" + hash(host), "f=" + hash(fragment)));
        assertThat(a.getResource("org/evil/Evil.class")).isNotNull();
        assertThat(admission.objection(a)).isEmpty();
    }

    private void refresh(Bundle b, Map<String, ?> policy) throws Exception {
        admission.configure(policy);
        CountDownLatch done = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(List.of(b), e -> done.countDown());
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void contentThatOneCannotBeSureOfIsRefused() throws Exception {
        for (String name : List.of("org/Hidden.class/", "org/A.class#b", "org/A.class?b")) {
            Map<String, byte[]> jar = plugin("a");
            jar.put(name, new byte[] {1});
            Bundle b = install(jar);
            admission.configure(allowing("a=" + "0".repeat(64)));
            assertThat(only().refusal())
                    .startsWith("refused by trust policy: the content cannot be read: ")
                    .contains("entry " + name);
            assertThat(only().hash()).isEmpty();
            assertThatThrownBy(b::start).isInstanceOf(BundleException.class);
            b.uninstall();
            admission.configure(ANY);
        }
    }

    @Test
    void aChangeOfThePolicyIsToldAndTheSamePolicyAgainIsNot() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        admission.configure(ANY);
        try (Plugins.Watch watch = admission.watch(() -> {
            assertThat(Thread.currentThread().getName()).isEqualTo("fascicle-trust");
            told.countDown();
        })) {
            assertThat(watch).isNotNull();
            admission.configure(ANY);
            assertThat(told.getCount()).isEqualTo(1);
            admission.configure(NONE);
            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(admission.policy()).startsWith("allow_list: ");
    }

    @Test
    void aHookIsNotEvenMadeWhenAllAreTrusted() {
        Gate gate = new Gate(() -> new Verdicts(new Policy.Any(), admission.hashes()), (r, why) -> {}, true);
        assertThat(gate.begin(List.of())).isNull();
    }
}
