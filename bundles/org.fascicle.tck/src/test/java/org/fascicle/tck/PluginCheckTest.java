package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fascicle.model.CorruptFileException;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.golden.Golden;
import org.fascicle.tck.golden.Recording;
import org.fascicle.tck.jar.BundleFile;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of jars finds what is wrong, says what it is, and finds nothing else. */
class PluginCheckTest {
    private static final String COMPONENT = "OSGI-INF/org.example.mish.Mish.xml";

    /** A plug-in's jar as bnd writes it, to be spoilt in one place. */
    record Jar(Map<String, String> headers, Map<String, byte[]> entries) {
        static Jar good() {
            Map<String, String> h = new LinkedHashMap<>();
            h.put("Manifest-Version", "1.0");
            h.put("Bundle-ManifestVersion", "2");
            h.put("Bundle-SymbolicName", "org.example.mish;singleton:=false");
            h.put("Bundle-Version", "1.2.0");
            h.put(
                    "Import-Package",
                    "org.fascicle.nn;version=\"[1.0,2)\",org.fascicle.plugin;version=\"[1.3,2)\",org.slf4j;version=\"[1.7,3)\",org.osgi.framework,javax.xml.parsers");
            h.put(
                    "Provide-Capability",
                    "osgi.service;objectClass:List<String>=\"org.fascicle.nn.Activation\";uses:=\"org.fascicle.nn,org.fascicle.plugin\",fascicle.activation;fascicle.activation=mish;effective:=active");
            h.put(
                    "Require-Capability",
                    "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.5.0)(!(version>=2.0.0)))\",osgi.implementation;effective:=active;filter:=\"(&(osgi.implementation=fascicle.plugins)(version>=1.0.0)(!(version>=2.0.0)))\"");
            h.put("Service-Component", COMPONENT);
            Jar jar = new Jar(h, new LinkedHashMap<>());
            return jar.entry(COMPONENT, component("", "", "mish")).entry("org/example/mish/Mish.class", "");
        }

        static String component(String attributes, String service, String name) {
            return "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\"org.example.mish.Mish\" "
                    + attributes + "><property name=\"fascicle.activation\" value=\"" + name + "\"/><service " + service
                    + "><provide interface=\"org.fascicle.nn.Activation\"/></service>"
                    + "<implementation class=\"org.example.mish.Mish\"/></scr:component>";
        }

        Jar header(String name, String value) {
            if (value.isEmpty()) headers.remove(name);
            else headers.put(name, value);
            return this;
        }

        Jar replace(String header, String what, String by) {
            assertThat(headers.get(header)).contains(what);
            return header(header, headers.get(header).replace(what, by));
        }

        Jar entry(String path, String text) {
            return entry(path, text.getBytes(StandardCharsets.UTF_8));
        }

        Jar entry(String path, byte[] content) {
            entries.put(path, content);
            return this;
        }

        byte[] bytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            write(bytes);
            return bytes.toByteArray();
        }

        void write(OutputStream to) {
            Manifest m = new Manifest();
            headers.forEach((k, v) -> m.getMainAttributes().put(new Attributes.Name(k), v));
            try (JarOutputStream jar = new JarOutputStream(to, m)) {
                for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                    jar.putNextEntry(new JarEntry(e.getKey()));
                    jar.write(e.getValue());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @TempDir
    Path folder;

    private BundleFile read(Jar jar) throws IOException {
        Path file = folder.resolve("plugin.jar");
        Files.write(file, jar.bytes());
        return BundleFile.read(file);
    }

    private static List<String> findings(BundleFile bundle) {
        return new PluginCheck(bundle).findings();
    }

    /** Nothing that can be found is left out of the contract or of the sum. */
    @Test
    void theContractAsksForEveryPromise() {
        List<String> promises = Stream.of(PluginCheck.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.getName().equals("findings"))
                .map(Method::getName)
                .sorted()
                .toList();
        assertThat(Stream.of(PluginContract.class.getDeclaredMethods())
                        .filter(m -> m.isAnnotationPresent(Test.class))
                        .map(Method::getName)
                        .sorted()
                        .toList())
                .isEqualTo(promises)
                .hasSize(11);
    }

    @Test
    void aGoodJarKeepsThemAll() throws IOException {
        assertThat(findings(read(Jar.good()))).isEmpty();
        assertThat(findings(read(
                        Jar.good().entry("META-INF/fascicle/golden/activation.mish.json", golden("mish", "1.0.0")))))
                .isEmpty();
    }

    @Test
    void aFolderOfClassesIsReadAsTheJarIs() throws IOException {
        Jar jar = Jar.good();
        for (Map.Entry<String, byte[]> e : jar.entries().entrySet()) {
            Path file = folder.resolve("classes").resolve(e.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, e.getValue());
        }
        Manifest m = new Manifest();
        jar.headers().forEach((k, v) -> m.getMainAttributes().put(new Attributes.Name(k), v));
        Files.createDirectories(folder.resolve("classes/META-INF"));
        try (OutputStream out = Files.newOutputStream(folder.resolve("classes/META-INF/MANIFEST.MF"))) {
            m.write(out);
        }
        BundleFile classes = BundleFile.read(folder.resolve("classes")), file = read(jar);
        assertThat(findings(classes)).isEmpty();
        assertThat(classes.name()).isEqualTo(file.name()).isEqualTo("org.example.mish");
        assertThat(classes.version()).isEqualTo(file.version()).hasToString("1.2.0");
        assertThat(classes.components()).isEqualTo(file.components());
    }

    private static Arguments wrong(String what, UnaryOperator<Jar> spoilt, String... expected) {
        return arguments(what, spoilt, List.of(expected));
    }

    private static UnaryOperator<Jar> header(String name, String value) {
        return j -> j.header(name, value);
    }

    private static String golden(String name, String version) {
        Tensor one = Tensor.of(Shape.of(1), 1);
        Recording r = new Recording(
                "rows",
                version,
                1e-5,
                name,
                Map.of(),
                false,
                List.of(one),
                Map.of(),
                Map.of("output y", one),
                Map.of());
        return new Golden(Kind.ACTIVATION, name, List.of(r)).text();
    }

    static Stream<Arguments> wrongJars() {
        Jar inner = new Jar(new LinkedHashMap<>(Map.of("Manifest-Version", "1.0")), new LinkedHashMap<>())
                .entry("org/fascicle/nn/Layer.class", "");
        return Stream.of(
                wrong("no bundle", header("Bundle-ManifestVersion", ""), "is no OSGi bundle"),
                wrong(
                        "no component",
                        j -> j.header("Service-Component", ""),
                        COMPONENT + " is not named by Service-Component",
                        "publishes no plug-in",
                        "capability fascicle.activation=mish without a component that publishes it: put @Component beside"),
                wrong(
                        "no capability",
                        j -> j.replace(
                                "Provide-Capability",
                                ",fascicle.activation;fascicle.activation=mish;effective:=active",
                                ""),
                        "publishes fascicle.activation=mish without a capability"),
                wrong(
                        "another name in the capability",
                        j -> j.replace("Provide-Capability", "activation=mish", "activation=swish"),
                        "publishes fascicle.activation=mish without a capability",
                        "capability fascicle.activation=swish without a component"),
                wrong(
                        "another kind in the capability",
                        j -> j.replace(
                                "Provide-Capability",
                                "fascicle.activation;fascicle.activation",
                                "fascicle.layer;fascicle.layer"),
                        "publishes fascicle.activation=mish without a capability",
                        "capability fascicle.layer=mish without a component"),
                wrong(
                        "a capability to wire",
                        j -> j.replace("Provide-Capability", ";effective:=active", ""),
                        "capability fascicle.activation=mish is not effective:=active"),
                wrong(
                        "a capability of no kind",
                        j -> j.header(
                                "Provide-Capability",
                                j.headers().get("Provide-Capability") + ",fascicle.soup;fascicle.soup=x"),
                        "capability fascicle.soup {fascicle.soup=x} is none of a plug-in"),
                wrong(
                        "a property of no kind",
                        j -> j.entry(
                                COMPONENT,
                                Jar.component("", "", "mish")
                                        .replace("<service", "<property name=\"fascicle.soup\" value=\"x\"/><service")),
                        "has the property fascicle.soup, which is no kind of plug-in"),
                wrong(
                        "two names in one component",
                        j -> j.entry(
                                        COMPONENT,
                                        Jar.component("", "", "mish")
                                                .replace(" value=\"mish\"/>", ">mish\nswish</property>"))
                                .replace(
                                        "Provide-Capability",
                                        "fascicle.activation;",
                                        "fascicle.activation;fascicle.activation=swish;effective:=active,fascicle.activation;"),
                        "has fascicle.activation [mish, swish]: expected one name"),
                wrong(
                        "one name in two components",
                        j -> j.entry(
                                        "OSGI-INF/second.xml",
                                        Jar.component("", "", "mish").replace("mish.Mish\"", "mish.Second\""))
                                .header("Service-Component", COMPONENT + ", OSGI-INF/second.xml"),
                        "both publish the activation mish"),
                wrong(
                        "a name with capitals",
                        j -> j.entry(COMPONENT, Jar.component("", "", "Mish"))
                                .replace("Provide-Capability", "=mish", "=Mish"),
                        "fascicle.activation must match [a-z][a-z0-9_]*, got \"Mish\""),
                wrong(
                        "an implementation of Fascicle imported",
                        j -> j.header("Import-Package", "org.fascicle.runtime.graph"),
                        "imports org.fascicle.runtime.graph, which is not of org.fascicle.api"),
                wrong(
                        "the api imported optionally",
                        j -> j.header("Import-Package", "org.fascicle.nn;version=\"[1.0,2)\";resolution:=optional"),
                        "imports org.fascicle.nn optionally"),
                wrong(
                        "a library imported",
                        j -> j.header("Import-Package", "com.google.common.collect;version=\"[33,34)\""),
                        "imports com.google.common.collect, which few frameworks have: take the library along inside"),
                wrong(
                        "an api of one minor version",
                        header("Import-Package", "org.fascicle.nn;version=\"[1.0,1.1)\""),
                        "imports org.fascicle.nn [1.0,1.1): must accept every version below 2"),
                wrong(
                        "an api of any version",
                        header("Import-Package", "org.fascicle.nn"),
                        "imports org.fascicle.nn 0: must end before the next major version, [1.0,2)"),
                wrong(
                        "an api without an end",
                        header("Import-Package", "org.fascicle.nn;version=\"1.0\""),
                        "imports org.fascicle.nn 1.0: must end before"),
                wrong(
                        "an api of versions that are none",
                        header("Import-Package", "org.fascicle.nn;version=\"[one,two)\""),
                        "imports org.fascicle.nn with version [one,two), which is no range"),
                wrong(
                        "an export",
                        header("Export-Package", "org.example.mish;version=\"1.0\""),
                        "exports org.example.mish"),
                wrong("an activator", header("Bundle-Activator", "org.example.mish.Activator"), "has Bundle-Activator"),
                wrong("a required bundle", header("Require-Bundle", "org.fascicle.api"), "has Require-Bundle"),
                wrong("a fragment", header("Fragment-Host", "org.fascicle.layers"), "has Fragment-Host"),
                wrong("dynamic imports", header("DynamicImport-Package", "*"), "has DynamicImport-Package"),
                wrong(
                        "the api inside",
                        j -> j.entry("org/fascicle/nn/Layer.class", ""),
                        "contains org.fascicle.nn of the api"),
                wrong(
                        "the api in a library inside",
                        j -> j.entry("lib/api.jar", inner.bytes()),
                        "contains org.fascicle.nn in lib/api.jar of the api"),
                wrong(
                        "prototype scope",
                        j -> j.entry(COMPONENT, Jar.component("", "scope=\"prototype\"", "mish")),
                        "has the service scope prototype"),
                wrong(
                        "bundle scope of old",
                        j -> j.entry(COMPONENT, Jar.component("", "servicefactory=\"true\"", "mish")),
                        "has the service scope bundle"),
                wrong(
                        "a component factory",
                        j -> j.entry(COMPONENT, Jar.component("factory=\"mishes\"", "", "mish")),
                        "is a component factory (mishes)"),
                wrong(
                        "no whiteboard",
                        header("Require-Capability", ""),
                        "does not require osgi.implementation fascicle.plugins 1.0"),
                wrong(
                        "golden outputs of another plug-in",
                        j -> j.entry("META-INF/fascicle/golden/activation.swish.json", golden("swish", "1.0.0")),
                        "activation.swish.json is of no plug-in of this bundle"),
                wrong(
                        "golden outputs under another name",
                        j -> j.entry("META-INF/fascicle/golden/activation.swish.json", golden("mish", "1.0.0")),
                        "activation.swish.json is of activation mish: expected META-INF/fascicle/golden/activation.mish.json"),
                wrong(
                        "golden outputs of a later version",
                        j -> j.entry("META-INF/fascicle/golden/activation.mish.json", golden("mish", "2.0.0")),
                        "case rows was computed by 2.0.0, and this is 1.2.0: the version must not go back"),
                wrong(
                        "another whiteboard",
                        j -> j.replace("Require-Capability", "=fascicle.plugins", "=osgi.http"),
                        "does not require osgi.implementation fascicle.plugins 1.0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongJars")
    void whatIsWrongIsFoundAndNothingElse(String what, UnaryOperator<Jar> spoilt, List<String> expected)
            throws IOException {
        List<String> found = findings(read(spoilt.apply(Jar.good())));
        assertThat(found).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) assertThat(found.get(i)).contains(expected.get(i));
    }

    @Test
    void aBackendMovesWithTheApi() throws IOException {
        Jar jar = Jar.good().header("Import-Package", "org.fascicle.tensor;version=\"[1.0,1.1)\"");
        jar.entry(COMPONENT, Jar.component("", "", "own").replace("fascicle.activation", "fascicle.backend"));
        jar.header("Provide-Capability", "fascicle.backend;fascicle.backend=own;effective:=active");
        assertThat(findings(read(jar))).isEmpty();
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                wrong(
                        "no such component",
                        header("Service-Component", "OSGI-INF/x.xml"),
                        "names OSGI-INF/x.xml, which is not there"),
                wrong("no XML", j -> j.entry(COMPONENT, "<component"), "no valid XML"),
                wrong(
                        "a document type",
                        j -> j.entry(
                                COMPONENT,
                                "<!DOCTYPE c [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><component>&e;</component>"),
                        "no valid XML: DOCTYPE is disallowed"),
                wrong(
                        "an open quotation",
                        header("Import-Package", "org.fascicle.nn;version=\"[1.0,2)"),
                        "a quotation mark is not closed"),
                wrong(
                        "a clause without a name",
                        header("Import-Package", "version=1"),
                        "a clause must begin with a name"),
                wrong(
                        "a huge description",
                        j -> j.entry(COMPONENT, " ".repeat((8 << 20) + 1)),
                        "must be at most 8388608 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whatCannotBeReadIsToldInOneLine(String what, UnaryOperator<Jar> spoilt, List<String> expected) {
        assertThatThrownBy(() -> findings(read(spoilt.apply(Jar.good()))))
                .as(what)
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("plugin.jar")
                .hasMessageContaining(expected.get(0))
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aJarThatIsNoneIsToldInOneLine() throws IOException {
        Path file = folder.resolve("text.jar");
        Files.writeString(file, "hello");
        assertThatThrownBy(() -> BundleFile.read(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("text.jar: cannot be read as a jar");
        assertThatThrownBy(() -> BundleFile.read(folder.resolve("none.jar")))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("none.jar: cannot be read as a jar: there is no such file");
        Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> BundleFile.read(folder.resolve("empty")))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("has no META-INF/MANIFEST.MF");
    }

    /** The list of what may be imported is what the api exports. */
    @Test
    void theApiIsWhatItsManifestExports() throws Exception {
        BundleFile api = BundleFile.read(Path.of(
                Layer.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
        Set<String> exported = api.clauses("Export-Package").stream()
                .flatMap(c -> c.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new ArrayList<>(new TreeSet<>(PluginCheck.API))).isEqualTo(new ArrayList<>(exported));
    }
}
