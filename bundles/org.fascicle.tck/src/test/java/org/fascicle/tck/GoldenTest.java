package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fascicle.tck.Case.options;
import static org.fascicle.tck.Samples.apart;
import static org.fascicle.tck.Samples.mask;
import static org.fascicle.tck.Samples.normal;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.fascicle.model.CorruptFileException;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Range;
import org.fascicle.tck.golden.Golden;
import org.fascicle.tck.golden.Recording;
import org.fascicle.tck.third.ThirdParty;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Version;

/** Golden outputs of a plug-in whose numbers drift from release to release. */
class GoldenTest {
    private static final Version ONE = new Version(1, 0, 0);

    /** y = x, and later a little more or less: the release before, and those that follow. */
    public static class Steady implements Activation {
        float factor() {
            return 1;
        }

        @Override
        public float apply(float x) {
            return factor() * x;
        }

        @Override
        public float slope(float x, float y) {
            return factor();
        }
    }

    /** Within the tolerance. */
    public static final class Slight extends Steady {
        @Override
        float factor() {
            return 1 + 1f / (1 << 18);
        }
    }

    /** Beyond it, in the value and in the slope. */
    public static final class Drifted extends Steady {
        @Override
        float factor() {
            return 1 + 1f / (1 << 8);
        }
    }

    /** Beyond it in the slope alone. */
    public static final class Steeper extends Steady {
        @Override
        public float slope(float x, float y) {
            return 1.5f;
        }
    }

    /** Not a number in one place. */
    public static final class Broken extends Steady {
        @Override
        public float apply(float x) {
            return x > 1 ? Float.NaN : x;
        }
    }

    /** Wants an option. */
    public static final class Optional implements Layer.Factory {
        @Override
        public Layer create(Config c) {
            c.integer("must", Range.POSITIVE);
            return new Steady();
        }
    }

    @TempDir
    Path folder;

    private final Map<String, Case> cases =
            Map.of("SteadyTest: rows", Case.of("rows").on(apart(4, 6)));

    /** The golden outputs of a class that a build has made the activation steady of a bundle. */
    private GoldenOutputs built(Class<?> type, String version) throws Exception {
        Path classes = Files.createTempDirectory(folder, "classes");
        write(
                classes.resolve("META-INF/MANIFEST.MF"),
                "Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: org.example.steady\nBundle-Version: "
                        + version + "\nService-Component: OSGI-INF/steady.xml\n");
        write(
                classes.resolve("OSGI-INF/steady.xml"),
                "<component><property name=\"fascicle.activation\" value=\"steady\"/><implementation class=\""
                        + type.getName() + "\"/></component>");
        if (Files.exists(sources().resolve(Golden.path(Kind.ACTIVATION, "steady"))))
            write(
                    classes.resolve(Golden.path(Kind.ACTIVATION, "steady")),
                    Files.readString(sources().resolve(Golden.path(Kind.ACTIVATION, "steady"))));
        for (Class<?> c : List.of(Steady.class, type)) {
            String file = c.getName().replace('.', '/') + ".class";
            Path to = classes.resolve(file);
            Files.createDirectories(to.getParent());
            try (InputStream in = c.getClassLoader().getResourceAsStream(file)) {
                Files.write(to, in.readAllBytes());
            }
        }
        Class<?> loaded = load(classes, type.getName());
        Object plugin = loaded.getConstructor().newInstance();
        List<GoldenOutputs> all = GoldenOutputs.of(loaded, (node, o) -> new Parts().child(node, node, plugin, o));
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static Class<?> load(Path classes, String name) throws Exception {
        // This test's classes first from the folder: its code source is what is looked at.
        ClassLoader own = new URLClassLoader(new URL[] {classes.toUri().toURL()}, GoldenTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String n, boolean resolve) throws ClassNotFoundException {
                if (!n.startsWith(GoldenTest.class.getName() + "$")) return super.loadClass(n, resolve);
                Class<?> c = findLoadedClass(n);
                return c == null ? findClass(n) : c;
            }
        };
        return own.loadClass(name);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Path sources() {
        return folder.resolve("src/main/resources");
    }

    private String file() throws IOException {
        return Files.readString(sources().resolve(Golden.path(Kind.ACTIVATION, "steady")));
    }

    private void release(Class<?> type, String version) throws Exception {
        assertThat(built(type, version).write(sources(), cases, 1e-5)).isEmpty();
    }

    private List<String> check(Class<?> type, String version) throws Exception {
        GoldenOutputs g = built(type, version);
        Golden shipped = g.shipped().orElseThrow();
        List<String> found = new java.util.ArrayList<>(g.complete(shipped, cases));
        shipped.recordings().forEach(r -> found.addAll(g.computesTheSame(r)));
        return found;
    }

    @Test
    void aPluginWithoutGoldenOutputsHasNone() throws Exception {
        assertThat(built(Steady.class, "1.0.0").shipped()).isEmpty();
        assertThat(GoldenOutputs.of(Steady.class, (n, o) -> Child.of(n, n, new Steady())))
                .as("a class of no bundle")
                .isEmpty();
    }

    @Test
    void theSameNumbersPassUnderAnyVersion() throws Exception {
        release(Steady.class, "1.0.0.SNAPSHOT");
        for (String v : List.of("1.0.0", "1.0.1", "1.7.0", "2.0.0"))
            assertThat(check(Steady.class, v)).as(v).isEmpty();
    }

    @Test
    void differencesWithinTheTolerancePass() throws Exception {
        release(Steady.class, "1.0.0");
        assertThat(check(Slight.class, "1.0.1")).isEmpty();
    }

    @Test
    void beyondTheToleranceAMinorVersionFailsAndSaysAll() throws Exception {
        release(Steady.class, "1.0.0");
        assertThat(check(Drifted.class, "1.1.0"))
                .singleElement()
                .satisfies(
                        m -> assertThat(m)
                                .startsWith(
                                        "activation steady 1.1.0: case SteadyTest: rows, output y (training) differs from 1.0.0 by 0.00390")
                                .contains(" of its largest value, tolerance 1.0E-5: at [", " expected ", ", got ")
                                .endsWith(
                                        "; compute the same again, or raise the major version and write the golden outputs again: mvn test -Dfascicle.golden=write"));
    }

    @Test
    void aGradientIsANumberToo() throws Exception {
        release(Steady.class, "1.0.0");
        assertThat(check(Steeper.class, "1.0.1"))
                .singleElement()
                .asString()
                .contains("gradient of x (training) differs from 1.0.0 by 0.5 of its largest value");
    }

    @Test
    void notANumberIsNeverWithinTheTolerance() throws Exception {
        release(Steady.class, "1.0.0");
        assertThat(check(Broken.class, "1.0.1"))
                .singleElement()
                .asString()
                .contains("output y (training) differs from 1.0.0 by Infinity", "got NaN");
    }

    @Test
    void aMajorVersionMayDifferAndMustWriteAgain() throws Exception {
        release(Steady.class, "1.0.0");
        assertThat(check(Drifted.class, "2.0.0"))
                .singleElement()
                .asString()
                .endsWith(
                        "; the new major version allows it, so write the golden outputs again: mvn test -Dfascicle.golden=write");
        release(Drifted.class, "2.0.0");
        assertThat(check(Drifted.class, "2.0.0")).isEmpty();
        assertThat(check(Steady.class, "2.0.1")).singleElement().asString().contains("differs from 2.0.0");
    }

    @Test
    void writingIsNoWayAroundTheMajorVersion() throws Exception {
        release(Steady.class, "1.0.0");
        String before = file();
        assertThat(built(Drifted.class, "1.1.0").write(sources(), cases, 1e-5))
                .singleElement()
                .asString()
                .contains("differs from 1.0.0", "raise the major version");
        assertThat(file()).isEqualTo(before);
    }

    @Test
    void smallDifferencesDoNotAddUp() throws Exception {
        release(Steady.class, "1.0.0");
        String before = file();
        release(Slight.class, "1.1.0");
        assertThat(file()).isEqualTo(before);
    }

    @Test
    void theToleranceOfTheFileCounts() throws Exception {
        assertThat(built(Steady.class, "1.0.0").write(sources(), cases, 0.01)).isEmpty();
        assertThat(check(Drifted.class, "1.1.0")).isEmpty();
        assertThat(check(Steeper.class, "1.1.0")).singleElement().asString().contains("tolerance 0.01");
    }

    @Test
    void aCaseThatWasNotRecordedIsMissed() throws Exception {
        release(Steady.class, "1.0.0");
        GoldenOutputs g = built(Steady.class, "1.0.1");
        Map<String, Case> more = Map.of("SteadyTest: more", Case.of("more").on(apart(2, 3)));
        assertThat(g.complete(g.shipped().orElseThrow(), more))
                .containsExactly(
                        "META-INF/fascicle/golden/activation.steady.json has no case SteadyTest: more, so its numbers could change unseen; add it: mvn test -Dfascicle.golden=write");
        assertThat(g.write(sources(), more, 1e-5)).isEmpty();
        assertThat(Golden.parse("file", file().getBytes(StandardCharsets.UTF_8)).recordings())
                .extracting(Recording::name, Recording::version)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("SteadyTest: rows", "1.0.0"),
                        org.assertj.core.groups.Tuple.tuple("SteadyTest: more", "1.0.1"));
    }

    @Test
    void aCaseThatChangedUnderItsNameIsTold() throws Exception {
        release(Steady.class, "1.0.0");
        GoldenOutputs g = built(Steady.class, "1.0.1");
        Golden shipped = g.shipped().orElseThrow();
        for (Case other : List.of(
                Case.of("rows").on(apart(4, 7)), Case.of("rows", "units", 3).on(apart(4, 6))))
            assertThat(g.complete(shipped, Map.of("SteadyTest: rows", other)))
                    .singleElement()
                    .asString()
                    .contains("case SteadyTest: rows has other options or shapes than were recorded");
    }

    @Test
    void whatRunsNoLongerIsAChangeToo() throws Exception {
        release(Steady.class, "1.0.0");
        assertThat(check(Optional.class, "1.1.0"))
                .singleElement()
                .asString()
                .contains(
                        "case SteadyTest: rows, runs no longer: ",
                        "option must must be given",
                        "raise the major version");
        assertThat(built(Optional.class, "2.0.0")
                        .write(
                                sources(),
                                Map.of(
                                        "SteadyTest: rows",
                                        Case.of("rows", "must", 1).on(apart(4, 6))),
                                1e-5))
                .isEmpty();
        assertThat(file()).contains("\"must\":1").contains("2.0.0").doesNotContain("1.0.0");
    }

    static Stream<Arguments> spoilt() {
        return Stream.of(
                corrupt("nothing", s -> "", "are no golden outputs"),
                corrupt("no JSON", s -> s.substring(0, s.length() / 2), "are no golden outputs"),
                corrupt("a list", s -> "[]", "are no golden outputs"),
                corrupt(
                        "a key twice",
                        s -> s.replace("\"stateful\": false", "\"stateful\": false, \"stateful\": true"),
                        "are no golden outputs"),
                corrupt(
                        "another kind",
                        s -> s.replace("activation.steady", "soup.steady"),
                        "no such kind of plug-in: soup"),
                corrupt(
                        "no kind",
                        s -> s.replace("activation.steady", "steady"),
                        "plugin must be kind.name, got steady"),
                corrupt("no cases", s -> "{\"plugin\": \"activation.steady\", \"cases\": []}", "has no cases"),
                corrupt(
                        "cases that are none",
                        s -> "{\"plugin\": \"activation.steady\", \"cases\": [1]}",
                        "cases must be a json object, got 1"),
                corrupt("no version", s -> s.replace("\"version\"", "\"edition\""), "\"version\" is missing"),
                corrupt("a version that is none", s -> s.replace("\"1.0.0\"", "\"one\""), "version is none: one"),
                corrupt(
                        "a tolerance of all",
                        s -> s.replace("1.0E-5", "1.0"),
                        "tolerance must be from 0 to below 1, got 1.0"),
                corrupt(
                        "a text for a number",
                        s -> s.replace("1.0E-5", "\"small\""),
                        "tolerance must be a json number, got \"small\""),
                corrupt(
                        "another size",
                        s -> s.replaceFirst("\\[4,6\\]", "[4,7]"),
                        "has shape [4, 7] and 24 numbers, expected 28"),
                corrupt("a negative size", s -> s.replaceFirst("\\[4,6\\]", "[-4,-6]"), "must not be negative"),
                corrupt(
                        "a huge size",
                        s -> s.replaceFirst("\\[4,6\\]", "[2000000000,2000000000]"),
                        "more than 2^31 - 1 elements"),
                corrupt("half a size", s -> s.replaceFirst("\\[4,6\\]", "[4.5,6]"), "are no golden outputs"),
                corrupt(
                        "an infinite number",
                        s -> s.replaceFirst("\"data\":\\[[^,]*", "\"data\":[1e99"),
                        "has a number that is too large"),
                corrupt("an absurd number", s -> s.replaceFirst("\"data\":\\[[^,]*", "\"data\":[1e999999999"), ""));
    }

    private static Arguments corrupt(String what, UnaryOperator<String> spoil, String expected) {
        return arguments(what, spoil, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoilt")
    void aCorruptFileIsToldInOneLine(String what, UnaryOperator<String> spoil, String expected) throws Exception {
        release(Steady.class, "1.0.0");
        Path file = sources().resolve(Golden.path(Kind.ACTIVATION, "steady"));
        String bad = spoil.apply(file());
        assertThat(bad).as(what).isNotEqualTo(file());
        Files.writeString(file, bad);
        assertThatThrownBy(() -> built(Steady.class, "1.0.0").shipped())
                .isInstanceOf(CorruptFileException.class)
                .hasMessageStartingWith("META-INF/fascicle/golden/activation.steady.json of org.example.steady: ")
                .hasMessageContaining(expected)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aCaseThatStandsTwiceIsCorrupt() throws Exception {
        release(Steady.class, "1.0.0");
        Golden g = Golden.parse("file", file().getBytes(StandardCharsets.UTF_8));
        Recording r = g.recordings().get(0);
        byte[] twice =
                new Golden(Kind.ACTIVATION, "steady", List.of(r, r)).text().getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Golden.parse("file", twice))
                .isInstanceOf(CorruptFileException.class)
                .hasMessage("file: the case \"SteadyTest: rows\" stands twice");
    }

    static Stream<Arguments> sorts() {
        Map<String, Object> lstm = options("type", "lstm", "units", 3);
        return Stream.of(
                arguments(
                        "dense",
                        Case.of("weights, tanh", "units", 3, "activation", "tanh")
                                .on(normal(4, 5))),
                arguments("batch_norm", Case.of("statistics").on(normal(6, 3))),
                arguments("rrelu", Case.of("draws").on(apart(4, 6))),
                arguments(
                        "lstm",
                        Case.of("states, mask", "units", 3, "stateful", true)
                                .on(normal(4, 5, 2), mask(4, 5))
                                .inSession()),
                arguments(
                        "bidirectional",
                        Case.of("children, no mask", "layer", lstm).on(normal(4, 5, 2), Tensor.ABSENT)),
                arguments("triplet", Case.of("loss", "margin", 2.5).on(normal(4, 3), normal(4, 3), normal(4, 3))));
    }

    /** Whatever the numbers depend on is in the file. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("sorts")
    void recordingsOfAllSortsAreReplayedAndGuardEveryTensor(String type, Case c) {
        BiFunction<String, Map<String, ?>, Child> make = (node, o) -> {
            Map<String, Object> described = options("type", type);
            described.putAll(o);
            Parts parts = ThirdParty.addTo(new Parts());
            return type.equals("triplet")
                    ? parts.loss(node, described)
                    : parts.child(node, type.equals("rrelu") ? Kind.ACTIVATION : Kind.LAYER, described);
        };
        Recording recorded = GoldenCheck.record("case", ONE, 1e-6, make.apply("node", c.options()), c);
        String text = new Golden(Kind.LAYER, type, List.of(recorded)).text();
        Golden read = Golden.parse("file", text.getBytes(StandardCharsets.UTF_8));
        assertThat(read.text()).isEqualTo(text);
        Recording r = read.recordings().get(0);
        assertThat(r.hasOptions(c.options())).isTrue();
        GoldenCheck check = new GoldenCheck("layer " + type, ONE, x -> make.apply(x.node(), x.options()));
        assertThat(check.computesTheSame(r)).isEmpty();
        for (Map<String, Tensor> outputs : List.of(r.training(), r.inference())) {
            for (Map.Entry<String, Tensor> e : outputs.entrySet()) {
                float[] data = e.getValue().data();
                float old = data[data.length - 1];
                data[data.length - 1] = old + 1;
                assertThat(check.computesTheSame(r)).singleElement().asString().contains(", " + e.getKey() + " (");
                data[data.length - 1] = old;
            }
        }
        r.given().forEach((name, t) -> {
            float[] old = t.data().clone();
            for (int i = 0; i < t.size(); i++) t.data()[i] = 2 * old[i] + 0.25f;
            assertThat(check.computesTheSame(r)).as(name + " is used").hasSize(1);
            System.arraycopy(old, 0, t.data(), 0, old.length);
        });
    }

    @Test
    void otherParametersThanBeforeAreTold() {
        Case c = Case.of("rows", "units", 3).on(normal(4, 5));
        BiFunction<String, Integer, Child> dense =
                (node, units) -> ThirdParty.addTo(new Parts()).layer(node, options("type", "dense", "units", units));
        Recording r = GoldenCheck.record("case", ONE, 1e-6, dense.apply("node", 3), c);
        GoldenCheck check = new GoldenCheck("layer dense", ONE, x -> dense.apply(x.node(), 4));
        assertThat(check.computesTheSame(r))
                .singleElement()
                .asString()
                .contains("takes [", "parameter kernel [4, 5]", " where it was [", "parameter kernel [3, 5]");
    }
}
