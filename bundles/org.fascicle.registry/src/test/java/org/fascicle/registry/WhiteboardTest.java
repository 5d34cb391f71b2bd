package org.fascicle.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Plugins.Choice;
import org.fascicle.registry.Parts.Scaled;
import org.fascicle.registry.Samples.Mish;
import org.fascicle.registry.Samples.Throwing;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.util.promise.Promise;

/** The registry in a real framework; the api is given by the system bundle, so that tests and bundles share it. */
@Timeout(120)
class WhiteboardTest {
    private static final String PREFIX = "test:";

    @TempDir
    static Path storage;

    private static Framework framework;
    private static Bundle registry;
    private final Collection<ServiceRegistration<?>> registrations = new ConcurrentLinkedQueue<>();
    private Plugins plugins;
    private RuntimePart part;

    @BeforeAll
    static void start() throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        "felix.bootdelegation.implicit",
                        "false",
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "org.slf4j;version=2.0.0," + api()));
        framework.start();
        List<Bundle> services = new ArrayList<>();
        for (Class<?> c : List.of(
                org.osgi.util.function.Function.class,
                Promise.class,
                ServiceComponentRuntime.class,
                org.apache.felix.scr.info.ScrInfo.class)) {
            Path jar = path(c);
            services.add(framework.getBundleContext().installBundle(jar.toUri().toString()));
        }
        for (Bundle b : services) b.start();
        registry = framework.getBundleContext().installBundle("registry", registryJar());
        registry.start();
    }

    private static Path path(Class<?> c) throws Exception {
        return Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String api() {
        return Stream.of("data", "model", "nn", "plugin", "provision", "runtime", "runtime.dto", "tensor", "train")
                .map(p -> "org.fascicle." + p + ";version=1.0.0")
                .collect(Collectors.joining(","));
    }

    /** What the build made so far: the jar comes after the tests. */
    private static InputStream registryJar() throws Exception {
        Path classes = path(Whiteboard.class);
        Jar jar = new Jar("org.fascicle.registry", "0.1.0").content(classes);
        Manifest manifest = new Manifest();
        if (Files.isDirectory(classes)) {
            try (InputStream in = Files.newInputStream(classes.resolve(JarFile.MANIFEST_NAME))) {
                manifest.read(in);
            }
        } else {
            try (JarFile file = new JarFile(classes.toFile())) {
                manifest = file.getManifest();
            }
        }
        manifest.getMainAttributes().forEach((k, v) -> jar.header(k.toString(), v.toString()));
        return jar.open();
    }

    @AfterAll
    static void stop() throws Exception {
        framework.stop();
        framework.waitForStop(30_000);
    }

    @BeforeEach
    void find() {
        plugins = service(Plugins.class);
        part = service(RuntimePart.class);
    }

    @AfterEach
    void clean() throws Exception {
        for (ServiceRegistration<?> r : registrations) {
            try {
                r.unregister();
            } catch (IllegalStateException e) {
                assertThat(e).as("unregistered by the test").isNotNull();
            }
        }
        for (Bundle b : context().getBundles()) if (b.getLocation().startsWith(PREFIX)) b.uninstall();
        refresh();
        assertThat(dto()).isEmpty();
    }

    private static void refresh() throws InterruptedException {
        var done = new java.util.concurrent.CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(null, event -> done.countDown());
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static BundleContext context() {
        return framework.getBundleContext();
    }

    private static <T> T service(Class<T> type) {
        return context().getService(context().getServiceReference(type));
    }

    private static Bundle install(Jar jar) throws BundleException {
        return context().installBundle(PREFIX + System.identityHashCode(jar), jar.open());
    }

    private static Bundle start(Jar jar) throws BundleException {
        Bundle b = install(jar);
        b.start();
        return b;
    }

    private ServiceRegistration<?> register(Object service, Class<?> type, Object... properties) {
        ServiceRegistration<?> r = context().registerService(type.getName(), service, dictionary(properties));
        registrations.add(r);
        return r;
    }

    private static Dictionary<String, Object> dictionary(Object... keysAndValues) {
        Map<String, Object> map = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        return FrameworkUtil.asDictionary(map);
    }

    private List<PluginDTO> dto() {
        RuntimeDTO dto = new RuntimeDTO();
        part.fill(dto);
        return dto.plugins;
    }

    private PluginDTO only() {
        assertThat(dto()).hasSize(1);
        return dto().get(0);
    }

    private Object make(String name) {
        Map<String, ?> options = Map.of("type", name);
        return ((Child) plugins.create(Kind.ACTIVATION, "node of net", options, Choice.BEST)
                        .object())
                .layer();
    }

    private List<String> offered(String name) {
        return plugins.providers(Kind.ACTIVATION, name).stream()
                .map(p -> p.origin().bundle() + " " + p.origin().version())
                .toList();
    }

    private static boolean inUse(String component) {
        ServiceReference<?>[] used = registry.getServicesInUse();
        return used != null && Arrays.stream(used).anyMatch(r -> component.equals(r.getProperty("component.name")));
    }

    @Test
    void aPluginIsOfferedWhenItsBundleStartsAndMadeOnFirstUse() throws Exception {
        Bundle b = start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class));
        assertThat(only())
                .returns("activation", p -> p.kind)
                .returns("mish", p -> p.name)
                .returns("org.example.mish", p -> p.bundle)
                .returns("1.0.0", p -> p.version)
                .returns(b.getBundleId(), p -> p.bundleId)
                .returns("c", p -> p.component)
                .returns("active", p -> p.state)
                .returns("", p -> p.reason)
                .returns("", p -> p.hash);
        assertThat(inUse("c")).isFalse();
        assertThat(((Activation) make("mish")).apply(1)).isCloseTo(0.865f, org.assertj.core.data.Offset.offset(0.001f));
        assertThat(inUse("c")).isTrue();
        assertThat(only().hash).matches("[0-9a-f]{64}");
    }

    @Test
    void aConstructorThatThrowsIsReportedAndTheNextProviderServes() throws Exception {
        start(Jar.activation("org.example.bad", "1.0.0", "mish", Throwing.class));
        assertThatThrownBy(() -> make("mish"))
                .isInstanceOf(MissingPluginException.class)
                .hasMessage("node of net: no activation mish: that of org.example.bad 1.0.0 failed: constructor threw"
                        + " IllegalStateException: no table; mend that bundle or install another that provides it");
        assertThat(only().state).isEqualTo("failed");
        assertThat(only().reason).isEqualTo("constructor threw IllegalStateException: no table");
        start(Jar.activation("org.example.good", "1.0.0", "mish", Mish.class));
        assertThat(make("mish")).isInstanceOf(Activation.class);
    }

    @Test
    void aPluginOfAForeignApiIsReportedWithBothApis() throws Exception {
        Bundle api = start(new Jar("org.foreign.api", "3.0.0")
                .content(path(Layer.class))
                .header("Import-Package", "org.osgi.dto")
                .header("Export-Package", api()));
        String foreign = ";bundle-symbolic-name=org.foreign.api";
        Bundle b = start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class)
                .header("Import-Package", "org.fascicle.nn" + foreign + ",org.fascicle.tensor" + foreign));
        assertThat(only().state).isEqualTo("failed");
        assertThat(only().reason)
                .isEqualTo("wired to org.fascicle.nn of bundle org.foreign.api 3.0.0 (" + api.getBundleId()
                        + "), Fascicle uses that of " + framework.getSymbolicName() + " " + framework.getVersion()
                        + " (0); refresh bundle " + b.getBundleId()
                        + ", and uninstall the other api if that does not help");
        assertThatThrownBy(() -> make("mish")).hasMessageContaining("wired to org.fascicle.nn");
    }

    @Test
    void aPluginWithItsOwnCopyOfTheApiIsReported() throws Exception {
        start(Jar.activation("org.example.fat", "1.0.0", "mish", Mish.class)
                .content(path(Layer.class))
                .header("Import-Package", "org.osgi.dto"));
        assertThat(only().reason)
                .isEqualTo(
                        "it has its own copy of org.fascicle.nn; leave the api's packages out of the bundle and import them");
    }

    @Test
    void badServicesAreReportedWithoutTouchingThem() {
        PrototypeServiceFactory<Object> scoped = new PrototypeServiceFactory<>() {
            @Override
            public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
                throw new AssertionError("touched");
            }

            @Override
            public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object service) {}
        };
        register(new Scaled(1), Layer.class, "fascicle.activation", "Mish!");
        register(new Scaled(1), Layer.class, "fascicle.activation", new String[] {"a", "b"});
        register(scoped, Layer.class, "fascicle.activation", "scoped");
        register("x", CharSequence.class, "fascicle.metric", "text");
        assertThat(dto()).extracting(p -> p.state).containsOnly("failed");
        assertThat(dto())
                .extracting(p -> p.name, p -> p.reason)
                .containsExactly(
                        tuple("Mish!", "bad name: fascicle.activation must match [a-z][a-z0-9_]*, got \"Mish!\""),
                        tuple("[a, b]", "bad name: fascicle.activation must be one text, got String[]"),
                        tuple(
                                "scoped",
                                "its service has scope prototype; plug-ins are singletons, leave the scope out"),
                        tuple(
                                "text",
                                "registered as java.lang.CharSequence, but a metric is a service of type"
                                        + " org.fascicle.nn.Metric or org.fascicle.nn.Metric$Factory; state service = in @Component"));
    }

    @Test
    void aComponentOfBundleScopeIsReportedOnFirstUse() throws Exception {
        Jar jar = Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class);
        start(jar.entry("OSGI-INF/c.xml", jar.text("OSGI-INF/c.xml").replace("<service>", "<service scope='bundle'>")));
        assertThatThrownBy(() -> make("mish")).hasMessageContaining("its service has scope bundle");
        assertThat(inUse("c")).isFalse();
    }

    @Test
    void theSameNameTwiceInOneBundleIsADuplicate() throws Exception {
        start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class)
                .component("d", Mish.class, "", "mish", ""));
        assertThat(dto())
                .extracting(p -> p.component, p -> p.state)
                .containsExactly(tuple("c", "active"), tuple("d", "failed"));
        assertThat(dto().get(1).reason).startsWith("duplicate: ");
    }

    @Test
    void aStoppedBundleIsToldFromAMissingOne() throws Exception {
        Bundle b = install(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class));
        String reason = "bundle org.example.mish 1.0.0 is installed but stopped: start it";
        assertThat(only()).returns("stopped", p -> p.state).returns(reason, p -> p.reason);
        assertThatThrownBy(() -> make("mish"))
                .isInstanceOf(MissingPluginException.class)
                .hasMessage("node of net: no activation mish: " + reason);
        long before = part.changeCount();
        b.start();
        assertThat(only().state).isEqualTo("active");
        b.stop();
        assertThat(only()).returns("stopped", p -> p.state).returns(reason, p -> p.reason);
        assertThat(part.changeCount()).isGreaterThan(before);
    }

    @Test
    void aBundleThatCannotResolveSaysWhatItNeeds() throws Exception {
        Bundle b = install(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class)
                .header("Import-Package", "org.fascicle.nn,org.fascicle.tensor,org.gone;version=2"));
        assertThatThrownBy(b::start).isInstanceOf(BundleException.class);
        assertThat(only().reason)
                .isEqualTo("bundle org.example.mish 1.0.0 is not resolved: no bundle exports package org.gone");
        b.uninstall();
        install(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class)
                .header("Import-Package", "org.fascicle.nn;version=\"[2,3)\",org.fascicle.tensor"));
        assertThat(only().reason)
                .startsWith(
                        "bundle org.example.mish 1.0.0 is not resolved: package org.fascicle.nn is there in version 1.0.0, needed is (");
    }

    @Test
    void aComponentThatIsNotSatisfiedSaysWhatItWaitsFor() throws Exception {
        start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class)
                .component(
                        "c",
                        Mish.class,
                        "",
                        "mish",
                        "<reference name='table' interface='java.util.Map' bind='x' unbind='y'/>"));
        assertThat(only())
                .returns("failed", p -> p.state)
                .returns(
                        "bundle org.example.mish 1.0.0 is active, but component c waits for its reference table",
                        p -> p.reason);
        start(Jar.activation("org.example.relu", "1.0.0", "relu", Mish.class)
                .component("c", Mish.class, "configuration-policy='require'", "relu", ""));
        assertThat(dto().get(1).reason)
                .isEqualTo("bundle org.example.relu 1.0.0 is active, but component c needs a configuration c");
        start(Jar.activation("org.example.selu", "1.0.0", "selu", Mish.class)
                .component("c", Mish.class, "", "other", ""));
        assertThat(dto().stream().filter(p -> p.name.equals("selu")).findFirst().orElseThrow().reason)
                .isEqualTo(
                        "bundle org.example.selu 1.0.0 is active, but registers no service with fascicle.activation=selu");
    }

    @Test
    void aChangedRankingElectsAgainAndAChangedNameIsLeavingAndArriving() {
        List<String> heard = new ArrayList<>();
        ServiceRegistration<?> one = register(new Scaled(1), Layer.class, "fascicle.activation", "mish");
        register(new Scaled(2), Layer.class, "fascicle.activation", "mish", Constants.SERVICE_RANKING, 5);
        assertThat(make("mish")).isEqualTo(new Scaled(2));
        Plugins.Watch watch = plugins.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                heard.add("changed " + name);
            }

            @Override
            public void leaving(Plugin plugin) {
                heard.add("leaving " + plugin.origin().name());
            }
        });
        one.setProperties(dictionary("fascicle.activation", "mish", Constants.SERVICE_RANKING, 9));
        assertThat(make("mish")).isEqualTo(new Scaled(1));
        assertThat(heard).containsExactly("changed mish");
        one.setProperties(dictionary("fascicle.activation", "mish", Constants.SERVICE_RANKING, 9, "other", 1));
        assertThat(heard).containsExactly("changed mish");
        one.setProperties(dictionary("fascicle.activation", "softmish"));
        assertThat(make("mish")).isEqualTo(new Scaled(2));
        assertThat(make("softmish")).isEqualTo(new Scaled(1));
        assertThat(heard).containsExactly("changed mish", "leaving mish", "changed mish", "changed softmish");
        one.setProperties(dictionary());
        assertThat(plugins.names(Kind.ACTIVATION)).containsExactly("mish");
        one.setProperties(dictionary("fascicle.activation", "again"));
        assertThat(plugins.names(Kind.ACTIVATION)).containsExactly("again", "mish");
        watch.close();
    }

    @Test
    void oneServiceMayHaveANameInTwoKinds() {
        register(new Scaled(1), Layer.class, "fascicle.activation", "softmax", "fascicle.layer", "softmax");
        assertThat(dto()).extracting(p -> p.kind + " " + p.state).containsExactly("activation active", "layer active");
    }

    @Test
    void anUpdateInPlaceIsLeavingAndArrivingWithAnotherHash() throws Exception {
        Bundle b = start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class));
        Object old = make("mish");
        Origin first = plugins.providers(Kind.ACTIVATION, "mish").get(0).origin();
        List<Plugin> left = new ArrayList<>();
        try (Plugins.Watch watch = plugins.listen(new Plugins.Listener() {
            @Override
            public void leaving(Plugin plugin) {
                left.add(plugin);
            }
        })) {
            assertThat(watch).isNotNull();
            b.update(Jar.activation("org.example.mish", "1.1.0", "mish", Mish.class)
                    .open());
        }
        assertThat(left).extracting(Plugin::origin).containsExactly(first);
        assertThat(offered("mish")).containsExactly("org.example.mish 1.1.0");
        assertThat(make("mish").getClass()).isNotSameAs(old.getClass());
        Origin second = plugins.providers(Kind.ACTIVATION, "mish").get(0).origin();
        assertThat(second.hash()).isNotEqualTo(first.hash());
        b.update(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class).open());
        assertThat(plugins.providers(Kind.ACTIVATION, "mish").get(0).origin().sameContent(first))
                .isTrue();
    }

    @Test
    void afterUninstallingThePluginIsGoneAndItsLastProviderKnown() throws Exception {
        Bundle b = start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class));
        make("mish");
        b.uninstall();
        assertThat(dto()).isEmpty();
        assertThat(plugins.last(Kind.ACTIVATION, "mish"))
                .map(Origin::toString)
                .contains("activation mish of org.example.mish 1.0.0");
        assertThatThrownBy(() -> make("mish"))
                .hasMessage("node of net: no activation mish; org.example.mish 1.0.0 provided it last and has left:"
                        + " start or install it again");
    }

    @Test
    void whoMissesAPluginHearsAgainWhenItsBundleIsGone() throws Exception {
        Bundle b = start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class));
        make("mish");
        List<String> heard = new ArrayList<>();
        try (Plugins.Watch watch = plugins.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                heard.add(catchThrowable(() -> make(name)).getMessage());
            }
        })) {
            assertThat(watch).isNotNull();
            b.uninstall();
        }
        assertThat(heard).first().asString().contains("just stopping");
        assertThat(heard).last().asString().contains("org.example.mish 1.0.0 provided it last and has left");
    }

    @Test
    void nothingKeepsTheClassLoaderOfADepartedPlugin() throws Exception {
        Bundle b = start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class));
        Plugin kept = plugins.providers(Kind.ACTIVATION, "mish").get(0);
        make("mish");
        WeakReference<ClassLoader> loader =
                new WeakReference<>(b.adapt(BundleWiring.class).getClassLoader());
        b.uninstall();
        refresh();
        for (int i = 0; i < 20 && loader.get() != null; i++) System.gc();
        assertThat(loader.get()).isNull();
        assertThat(kept.origin().bundle()).isEqualTo("org.example.mish");
    }

    @Test
    void theRegistryGivesEverythingBackWhenItStopsAndFindsItAgain() throws Exception {
        start(Jar.activation("org.example.mish", "1.0.0", "mish", Mish.class));
        make("mish");
        List<String> heard = new ArrayList<>();
        plugins.listen(new Plugins.Listener() {
            @Override
            public void leaving(Plugin plugin) {
                heard.add(plugin.origin().name());
            }
        });
        registry.stop();
        assertThat(heard).containsExactly("mish");
        assertThat(inUse("c")).isFalse();
        assertThat(registry.getServicesInUse()).isNull();
        assertThat(context().getServiceReference(Plugins.class)).isNull();
        assertThat(plugins.names(Kind.ACTIVATION)).isEmpty();
        registry.start();
        find();
        assertThat(make("mish")).isInstanceOf(Activation.class);
    }

    @Test
    void whateverComesAndGoesAtOnceTheCatalogueAgreesWithTheServicesInTheEnd() throws Exception {
        long seed = 7;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<ServiceRegistration<?>>> tasks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(seed + t);
            float factor = t;
            tasks.add(() -> {
                ServiceRegistration<?> r = null;
                for (int i = 0; i < 400; i++) {
                    if (r == null) {
                        r = register(new Scaled(factor), Layer.class, "fascicle.activation", "n" + random.nextInt(3));
                    } else if (random.nextInt(3) == 0) {
                        r.unregister();
                        r = null;
                    } else {
                        r.setProperties(dictionary(
                                "fascicle.activation",
                                "n" + random.nextInt(3),
                                Constants.SERVICE_RANKING,
                                random.nextInt(1000)));
                    }
                    for (Plugin p : plugins.providers(Kind.ACTIVATION, "n0")) {
                        try {
                            p.instance();
                        } catch (MissingPluginException left) {
                            assertThat(left).hasMessageContaining("has left");
                        }
                    }
                }
                return r;
            });
        }
        List<String> expected = new ArrayList<>();
        for (Future<ServiceRegistration<?>> f : threads.invokeAll(tasks)) {
            ServiceRegistration<?> r = f.get(60, TimeUnit.SECONDS);
            if (r == null) continue;
            Object ranking = r.getReference().getProperty(Constants.SERVICE_RANKING);
            expected.add(r.getReference().getProperty("fascicle.activation") + " " + (ranking == null ? 0 : ranking)
                    + " " + r.getReference().getProperty(Constants.SERVICE_ID));
        }
        threads.shutdown();
        assertThat(dto())
                .as("seed %d", seed)
                .extracting(p -> p.name + " " + p.ranking + " " + p.serviceId)
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}
