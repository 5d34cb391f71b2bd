package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.fascicle.it.orders.Launched;
import org.fascicle.it.orders.Probe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;

/**
 * The bundles of the distribution are started in random orders, each time in a fresh framework, and always end as the same
 * system, which predicts the same. {@code fascicle.prove.orders} says in how many.
 */
class OrdersTest {
    private static final System.Logger LOG = System.getLogger(OrdersTest.class.getName());

    @InjectBundleContext
    BundleContext context;

    @TempDir
    Path directory;

    /** A world of its own: the JDK, a framework, and what launches it. */
    private static final class World extends URLClassLoader {
        World(URL framework) {
            super(new URL[] {framework}, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.startsWith(Launched.class.getPackageName() + ".")) return super.findClass(name);
            try (InputStream in =
                    OrdersTest.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] b = in.readAllBytes();
                return defineClass(name, b, 0, b.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void theOrderInWhichBundlesStartMakesNoDifference() throws Exception {
        int orders = Cases.setting(context, "orders", 5), seed = Cases.setting(context, "seed", 1);
        Random random = new Random(seed);
        List<String> jars = new ArrayList<>(distribution());
        jars.add(probe());
        try (World world = new World(
                Path.of(context.getProperty("fascicle.framework")).toUri().toURL())) {
            @SuppressWarnings("unchecked")
            var launched = (BiFunction<List<String>, Map<String, String>, String>)
                    world.loadClass(Launched.class.getName()).getConstructor().newInstance();
            String expected = launched.apply(jars, properties(0, ""));
            assertThat(expected)
                    .as("the system as its launcher starts it")
                    .contains("\"name\":\"probe\"", "conv2d")
                    .doesNotContain("\"failed\"", "\"stopped\"");
            for (int i = 1; i <= orders; i++) {
                Collections.shuffle(jars, random);
                assertThat(launched.apply(List.copyOf(jars), properties(i, expected)))
                        .as("order %s of seed %s: %s", i, seed, jars)
                        .isEqualTo(expected);
                if (i % 20 == 0) LOG.log(System.Logger.Level.INFO, "{0} of {1} orders", i, orders);
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} orders of {1} bundles, seed {2}: the same {3} characters",
                    orders,
                    jars.size(),
                    seed,
                    expected.length());
        }
    }

    /** Its jars in the order of their names. */
    private List<String> distribution() throws IOException {
        Path bundles = Path.of(context.getProperty("fascicle.distribution")).resolve("bundles");
        assertThat(bundles)
                .as("the distribution, which mvn -pl distribution package makes")
                .isDirectory();
        try (Stream<Path> all = Files.walk(bundles)) {
            return all.filter(f -> f.toString().endsWith(".jar"))
                    .sorted()
                    .map(f -> f.toUri().toString())
                    .toList();
        }
    }

    private String probe() throws IOException {
        String imports = Stream.of("model", "runtime", "runtime.dto", "tensor")
                .map(p -> "org.fascicle." + p)
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
        byte[] jar = PluginJar.of("org.example.probe", "1.0.0")
                .header("Import-Package", imports)
                .component(Probe.class, Supplier.class.getName(), """
                        <property name="story" value="probe"/>
                        <reference name="models" interface="org.fascicle.model.Models" parameter="0"/>
                        <reference name="runtime" interface="org.fascicle.runtime.FascicleRuntime" parameter="1"/>
                        """)
                .bytes();
        return Files.write(directory.resolve("probe.jar"), jar).toUri().toString();
    }

    private Map<String, String> properties(int order, String expected) throws IOException {
        Path own = Files.createDirectories(directory.resolve("order-" + order));
        // No terminal, so nothing to set up.
        Files.writeString(Files.createDirectories(own.resolve("etc")).resolve("gosh_profile"), "");
        return Map.of(
                "org.osgi.framework.storage",
                own.resolve("framework").toString(),
                "felix.fileinstall.dir",
                Files.createDirectories(own.resolve("deploy")).toString(),
                "felix.fileinstall.tmpdir",
                own.resolve("fileinstall").toString(),
                "felix.fileinstall.log.level",
                "1",
                "felix.log.level",
                "1",
                "gosh.home",
                own.toString(),
                "gosh.args",
                "--nointeractive",
                "org.slf4j.simpleLogger.defaultLogLevel",
                "warn",
                "expected",
                expected);
    }
}
