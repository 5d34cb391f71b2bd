package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.fascicle.it.payload.DoubleMish;
import org.fascicle.it.payload.Identity;
import org.fascicle.it.payload.Marking;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.plugin.ContentHash;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Trust;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** A policy decides who may provide plug-ins; nothing of a refused one runs, and everybody is told why. */
class TrustTest {
    private static final String BUNDLE = "org.example.story";
    private static final String MARK = "fascicle.story.ran." + BUNDLE;

    @TempDir
    static Path directory;

    private static SignedJars signing;
    private static Path trusted;

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    ConfigurationAdmin configurations;

    @InjectService(timeout = 30_000)
    Trust trust;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    private Configuration configuration;
    private List<String> usual;

    @BeforeAll
    static void makeKeys() throws Exception {
        signing = new SignedJars(directory)
                .key("good")
                .key("stranger")
                .key("old", "-startdate", "-3y", "-validity", "365");
        trusted = signing.trusting("good", "old");
    }

    @BeforeEach
    void listWhatIsThere() throws Exception {
        configuration = configurations.getConfiguration("org.fascicle.registry", "?");
        usual = trust.verdicts().stream().map(v -> v.bundle() + "=" + v.hash()).toList();
        assertThat(usual).isNotEmpty().allMatch(s -> s.matches("org\\.fascicle\\.[a-z.]+=[0-9a-f]{64}"));
        System.clearProperty(MARK);
    }

    @AfterEach
    void trustAllAgain() throws Exception {
        configuration.delete();
        Await.until(
                "all of Fascicle's plug-ins are back",
                () -> trust.policy().startsWith("any")
                        && runtime.getRuntimeDTO().plugins.stream()
                                .noneMatch(p -> p.bundle.startsWith("org.fascicle.") && p.state.equals("failed")),
                () -> trust.policy() + " " + runtime.getRuntimeDTO().plugins);
    }

    private void configure(Map<String, ?> settings) throws IOException {
        configuration.update(FrameworkUtil.asDictionary(new HashMap<String, Object>(settings)));
    }

    /** Trusts what was there before the story, and these jars. */
    private void allow(String... more) throws IOException {
        List<String> all = new ArrayList<>(usual);
        all.addAll(Arrays.asList(more));
        configure(Map.of("trust", "allow_list", "trust.allow", all.toArray(String[]::new)));
        Await.until(
                "the list is taken",
                () -> trust.policy().startsWith("allow_list") && trust.policy().endsWith(" " + all.size() + " names"),
                trust::policy);
    }

    private static PluginJar story(String version, Class<?> type) {
        return PluginJar.of(BUNDLE, version)
                .header("Import-Package", "org.fascicle.nn;version=\"[1.0,2)\",org.osgi.framework")
                .header("Bundle-Activator", Marking.class.getName())
                .classes(Marking.class)
                .activation("told", type);
    }

    private Bundle install(byte[] jar) throws BundleException {
        return context.installBundle("story:" + BUNDLE, new ByteArrayInputStream(jar));
    }

    private static String hash(byte[] jar) throws IOException {
        ContentHash hash = new ContentHash();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) hash.entry(e.getName(), zip);
        }
        return hash.hex();
    }

    private Optional<PluginDTO> told() {
        return Cases.activation(runtime, "told", BUNDLE);
    }

    private void awaitTold(String state, String reason) {
        Await.until(
                "it is " + state + " for " + reason,
                () -> told().filter(p -> p.state.equals(state) && p.reason.contains(reason))
                        .isPresent(),
                this::told);
    }

    private void isRefused(Bundle b, String why) {
        assertThatThrownBy(b::start).isInstanceOf(BundleException.class);
        assertThat(b.getState()).isEqualTo(Bundle.INSTALLED);
        assertThat(System.getProperty(MARK)).as("code of it ran").isNull();
        awaitTold("failed", why);
        assertThat(told().orElseThrow().reason)
                .startsWith("bundle " + BUNDLE + " ")
                .contains(" is not resolved: refused by trust policy")
                .doesNotContain("\n");
    }

    private void runs(Bundle b) throws BundleException {
        b.start();
        awaitTold("active", "");
        assertThat(System.getProperty(MARK)).isEqualTo("yes");
        try (Model model = models.create("told", Cases.ending("told"), 1)) {
            assertThat(model.predict(Cases.numbers(2, 4)).size()).isEqualTo(6);
        }
    }

    @Test
    void aListTrustsNamesWithTheirContent() throws Exception {
        byte[] jar = story("1.0.0", Identity.class).bytes();
        String item = BUNDLE + "=" + hash(jar);
        allow();
        Bundle b = install(jar);
        isRefused(b, "allow_list: it is not listed; if you trust it, add " + item + " to trust.allow of org.fascicle");
        allow(BUNDLE + "=" + "0".repeat(64));
        isRefused(b, "allow_list: its content is not that of the listed 00000000");
        assertThatThrownBy(() -> models.create("told", Cases.ending("told"), 1))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContaining("its content is not that of the listed 00000000");
        allow(item);
        awaitTold("stopped", "installed but stopped: start it");
        runs(b);
        assertThat(told().orElseThrow().hash).isEqualTo(hash(jar));
    }

    @Test
    void anUpdateToOtherContentIsRefused() throws Exception {
        byte[] first = story("1.0.0", Identity.class).bytes();
        byte[] second = story("1.1.0", Identity.class).bytes();
        allow(BUNDLE + "=" + hash(first));
        Bundle b = install(first);
        runs(b);
        System.clearProperty(MARK);
        // Whether an update fails whose bundle cannot be started again differs between frameworks.
        assertThat(catchThrowable(() -> b.update(new ByteArrayInputStream(second))))
                .matches(e -> e == null || e instanceof BundleException);
        isRefused(b, "its content is not that of the listed " + hash(first));
        b.update(new ByteArrayInputStream(first));
        runs(b);
    }

    @Test
    void aRefusedBundleDoesNotKeepOthersFromResolving() throws Exception {
        allow();
        install(story("1.0.0", Identity.class).bytes());
        byte[] free = PluginJar.of("org.example.free", "1.0.0")
                .header("Import-Package", "org.osgi.framework;resolution:=optional")
                .activation("free", Identity.class)
                .bytes();
        Bundle f = context.installBundle("story:free", new ByteArrayInputStream(free));
        Bundle library = context.installBundle(
                "story:library",
                PluginJar.of("org.example.library", "1.0.0")
                        .header("Import-Package", "org.fascicle.nn,org.osgi.framework")
                        .stream());
        library.start();
        assertThat(library.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(f.getState()).isEqualTo(Bundle.INSTALLED);
        assertThatThrownBy(f::start).isInstanceOf(BundleException.class);
    }

    @Test
    void aFragmentThatIsNotTrustedIsNotAttachedToAPlugin() throws Exception {
        byte[] jar = story("1.0.0", Identity.class).bytes();
        allow(BUNDLE + "=" + hash(jar));
        Bundle fragment = context.installBundle(
                "story:fragment",
                PluginJar.of("org.example.fragment", "1.0.0")
                        .header("Fragment-Host", BUNDLE)
                        .header("Import-Package", "org.fascicle.nn")
                        .entry("org/evil/Evil.class", new byte[] {1})
                        .stream());
        Bundle b = install(jar);
        runs(b);
        assertThat(b.getResource("org/evil/Evil.class")).isNull();
        assertThat(fragment.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    void whatMakesNoSenseTrustsNobodyUntilItIsMended() throws Exception {
        configure(Map.of("trust", "sgned"));
        Await.until(
                "relu is refused",
                () -> Cases.activation(runtime, "relu", "org.fascicle.activations")
                        .filter(p -> p.state.equals("failed")
                                && p.reason.contains("trust must be any, allow_list or signed, got \"sgned\""))
                        .isPresent());
        assertThatThrownBy(() -> models.create("closed", Cases.ending("relu"), 1))
                .isInstanceOf(MissingPluginException.class);
        isRefused(install(story("1.0.0", Identity.class).bytes()), "got \"sgned\"");
        configure(Map.of("trust", "any"));
        Await.until(
                "relu is back",
                () -> Cases.activation(runtime, "relu", "org.fascicle.activations")
                        .filter(p -> p.state.equals("active"))
                        .isPresent());
    }

    @Test
    void predictionsGoOnWithTheNextProviderWhenTheirsIsTrustedNoMore() throws Exception {
        byte[] best = story("1.0.0", Identity.class).bytes();
        byte[] next = PluginJar.of("org.example.tale", "1.0.0")
                .activation("told", DoubleMish.class)
                .bytes();
        String other = "org.example.tale=" + hash(next);
        install(best).start();
        Bundle n = context.installBundle("story:next", new ByteArrayInputStream(next));
        n.start();
        awaitTold("active", "");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        Tensor x = Cases.numbers(2, 4);
        try (Model model = models.create("told", Cases.ending("told"), 1)) {
            float[] first = Cases.values(model.predict(x));
            List<CompletableFuture<Void>> predicting = Stream.of(1, 2)
                    .map(i -> CompletableFuture.runAsync(
                            () -> {
                                while (!enough.get()) {
                                    model.predict(x);
                                    answers.incrementAndGet();
                                }
                            },
                            threads))
                    .toList();
            allow(other);
            Await.until(
                    "the next one is taken",
                    () -> !Arrays.equals(Cases.values(model.predict(x)), first),
                    model::providers);
            allow(other, BUNDLE + "=" + hash(best));
            Await.until(
                    "the best one is back",
                    () -> Arrays.equals(Cases.values(model.predict(x)), first),
                    model::providers);
            enough.set(true);
            for (CompletableFuture<Void> p : predicting) p.get(Await.LONGEST.toSeconds(), TimeUnit.SECONDS);
            assertThat(answers.get()).isPositive();
        } finally {
            enough.set(true);
            threads.shutdown();
        }
    }

    @Test
    void predictionsWaitForAPluginThatIsTrustedNoMoreAndSayWhatTheyLack() throws Exception {
        byte[] only = story("1.0.0", Identity.class).bytes();
        install(only).start();
        awaitTold("active", "");
        Tensor x = Cases.numbers(2, 4);
        try (Model model = models.create("told", Cases.ending("told"), 1)) {
            float[] first = Cases.values(model.predict(x));
            allow();
            Await.until(
                    "the model says what it lacks",
                    () -> runtime.getRuntimeDTO().models.stream()
                            .anyMatch(m -> m.name.equals("told")
                                    && Arrays.stream(m.missing)
                                            .anyMatch(s -> s.reason.contains("refused by trust policy"))),
                    () -> runtime.getRuntimeDTO().models);
            CompletableFuture<Map<String, Tensor>> waiting =
                    CompletableFuture.supplyAsync(() -> model.predict(Map.of("x", x), Await.LONGEST), task -> {
                        Thread t = new Thread(task, "story");
                        t.setDaemon(true);
                        t.start();
                    });
            allow(BUNDLE + "=" + hash(only));
            Tensor y = waiting.get(Await.LONGEST.toSeconds(), TimeUnit.SECONDS)
                    .values()
                    .iterator()
                    .next();
            assertThat(Cases.values(y)).containsExactly(first);
        }
    }

    /** Makes a jar of the one that is not signed. */
    private interface Making {
        byte[] make(byte[] plain) throws Exception;
    }

    private static Arguments of(String what, String why, Making making) {
        return arguments(what, why, making);
    }

    static Stream<Arguments> jars() {
        byte[] evil = {1, 2, 3};
        return Stream.of(
                of("signed", "", j -> signing.sign(j, "good")),
                of("not signed", "signed: it is not signed; sign the whole jar with jarsigner", j -> j),
                of(
                        "partly signed",
                        "signed: entry org/example/Late.class is not signed",
                        j -> SignedJars.with(signing.sign(j, "good"), "org/example/Late.class", evil)),
                of(
                        "a directory with content added",
                        "refused by trust policy: the content cannot be read: entry org/example/Late.class/ is a directory with content",
                        j -> SignedJars.with(signing.sign(j, "good"), "org/example/Late.class/", evil)),
                of(
                        "signed by a stranger",
                        "signed: it is signed by CN=stranger, for whom no certificate in ",
                        j -> signing.sign(j, "stranger")),
                of("expired", "signed: the certificate of CN=old expired on ", j -> signing.sign(j, "old")),
                of(
                        "weak",
                        "signed: no signature of it counts: ",
                        j -> signing.sign(j, "good", "-digestalg", "MD5", "-sigalg", "MD5withRSA")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jars")
    void signaturesAreChecked(String what, String why, Making making) throws Exception {
        byte[] jar = making.make(story("1.0.0", Identity.class).bytes());
        configure(Map.of(
                "trust",
                "signed",
                "trust.keystore",
                trusted.toString(),
                ".trust.keystore.password",
                SignedJars.PASSWORD));
        Await.until("signatures are asked for", () -> trust.policy().startsWith("signed"), trust::policy);
        Bundle b = install(jar);
        if (!why.isEmpty()) {
            isRefused(b, why);
            return;
        }
        b.start();
        awaitTold("active", "");
        assertThat(System.getProperty(MARK)).isEqualTo("yes");
        Await.until(
                "what is not signed is refused, though it runs",
                () -> Cases.activation(runtime, "relu", "org.fascicle.activations")
                        .filter(p -> p.state.equals("failed") && p.reason.startsWith("refused by trust policy signed"))
                        .isPresent());
    }
}
