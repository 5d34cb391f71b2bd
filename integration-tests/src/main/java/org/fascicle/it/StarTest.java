package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A star, not a chain: read from the wires of the running system. */
class StarTest {
    private static final String API = "org.fascicle.api";
    /** The packages of foreign libraries that a bundle may be wired to. */
    private static final Map<String, String> LIBRARIES = Map.of(
            "org.fascicle.runtime", "jakarta\\.json(\\..*)?",
            "org.fascicle.experiments", "jakarta\\.json(\\..*)?",
            "org.fascicle.shell", "jakarta\\.json(\\..*)?|picocli(\\..*)?");
    /** Those who export, and what. Logging stands in for slf4j where an embedder brings none. */
    private static final Map<String, String> EXPORTS = Map.of(
            API,
            "org\\.fascicle\\.(plugin|provision|tensor|nn|data|model|train|runtime|runtime\\.dto)",
            "org.fascicle.tck",
            "org\\.fascicle\\.tck(\\..*)?",
            "org.fascicle.logging",
            "org\\.slf4j(\\..*)?|org\\.osgi\\.service\\.log");

    private static final String NOTHING = "(?!)";
    private static final Pattern PLUGIN_KIND = Pattern.compile(
            "org\\.fascicle\\.(nn\\.(Layer|Activation|AffinePerChannel|Loss|ElementLoss|Metric|Initializer)"
                    + "|train\\.(Optimizer|ClosureOptimizer|UpdateRule|Schedule)|data\\.Dataset|tensor\\.(Ops|LinearAlgebra))(\\$Factory)?");

    @InjectBundleContext
    BundleContext context;

    private List<Bundle> bundles;

    @BeforeEach
    void findBundles() {
        bundles = Arrays.stream(context.getBundles())
                .filter(b -> b.getSymbolicName().startsWith("org.fascicle."))
                .toList();
        assertThat(bundles)
                .extracting(Bundle::getSymbolicName)
                .contains(API, "org.fascicle.registry", "org.fascicle.runtime", "org.fascicle.shell");
    }

    @Test
    void everyBundleRuns() {
        assertThat(bundles)
                .allSatisfy(b -> assertThat(b.getState()).as(b.toString()).isEqualTo(Bundle.ACTIVE));
    }

    @Test
    void nobodyButTheApiExportsPackages() {
        for (Bundle b : bundles) {
            String allowed = EXPORTS.getOrDefault(b.getSymbolicName(), NOTHING);
            List<String> exported = wiring(b).getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                    .map(StarTest::packageOf)
                    .toList();
            assertThat(exported).as("exports of %s", b).allMatch(p -> p.matches(allowed));
        }
    }

    @Test
    void packageWiresLeadToTheApiTheSystemAndListedLibrariesOnly() {
        for (Bundle b : bundles) {
            String libraries = LIBRARIES.getOrDefault(b.getSymbolicName(), NOTHING);
            List<String> strange = new ArrayList<>();
            for (BundleWire w : wiring(b).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
                String name = packageOf(w.getCapability());
                boolean star =
                        w.getProvider().getBundle().getSymbolicName().equals(API) == name.startsWith("org.fascicle.");
                if (!star || !(allowed(w) || name.matches(libraries))) strange.add(name + " of " + w.getProvider());
            }
            assertThat(strange).as("wires of %s", b).isEmpty();
        }
    }

    private static boolean allowed(BundleWire w) {
        Bundle provider = w.getProvider().getBundle();
        String name = packageOf(w.getCapability());
        return provider.getBundleId() == Constants.SYSTEM_BUNDLE_ID
                || provider.getSymbolicName().equals(API)
                || name.matches("org\\.slf4j(\\..*)?")
                || name.startsWith("org.osgi.");
    }

    @Test
    void allOtherWiresLeadToJavaAndToTheExtender() {
        Set<String> others = Set.of(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE, "osgi.extender");
        for (Bundle b : bundles) {
            List<BundleWire> wires = wiring(b).getRequiredWires(null).stream()
                    .filter(w -> !w.getCapability().getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE))
                    .toList();
            assertThat(wires)
                    .as("wires of %s", b)
                    .allMatch(w -> others.contains(w.getCapability().getNamespace()));
        }
    }

    @Test
    void nobodyRequiresABundleIsAFragmentOrImportsDynamically() {
        for (Bundle b : bundles) {
            BundleRevision revision = b.adapt(BundleRevision.class);
            assertThat(revision.getTypes() & BundleRevision.TYPE_FRAGMENT)
                    .as("%s is a fragment", b)
                    .isZero();
            assertThat(revision.getDeclaredRequirements(null))
                    .as("requirements of %s", b)
                    .noneMatch(StarTest::tiesTooMuch);
        }
    }

    private static boolean tiesTooMuch(BundleRequirement r) {
        Map<String, String> directives = r.getDirectives();
        String resolution = directives.getOrDefault(Constants.RESOLUTION_DIRECTIVE, "");
        boolean fascicle =
                directives.getOrDefault(Constants.FILTER_DIRECTIVE, "").contains("=org.fascicle.");
        return r.getNamespace().equals(BundleNamespace.BUNDLE_NAMESPACE)
                || r.getNamespace().equals(HostNamespace.HOST_NAMESPACE)
                || resolution.equals(PackageNamespace.RESOLUTION_DYNAMIC)
                || (resolution.equals(Constants.RESOLUTION_OPTIONAL)
                        && r.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)
                        && fascicle);
    }

    @Test
    void whoeverLogsWorksWithSlf4jOneAndTwo() {
        for (Bundle b : bundles) {
            List<String> imports =
                    b.adapt(BundleRevision.class).getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
                            .map(r -> r.getDirectives().get(Constants.FILTER_DIRECTIVE))
                            .filter(f -> f.contains("=org.slf4j"))
                            .toList();
            assertThat(imports).as("imports of %s", b).allMatch(f -> f.contains("(version>=1.7"));
        }
    }

    @Test
    void noComponentRefersToAKindOfPlugin() throws Exception {
        int components = 0;
        for (Bundle b : bundles) {
            if (b.getSymbolicName().equals("org.fascicle.registry")) continue;
            for (URL file : files(b)) {
                components++;
                for (Element reference : references(file)) {
                    String type = reference.getAttribute("interface");
                    assertThat(type)
                            .as("reference in %s of %s", file.getPath(), b)
                            .doesNotMatch(PLUGIN_KIND);
                    assertThat(reference.getAttribute("target"))
                            .as("target in %s of %s", file.getPath(), b)
                            .doesNotContain("fascicle.");
                }
            }
        }
        assertThat(components).as("components that were read").isGreaterThan(50);
    }

    private static List<URL> files(Bundle b) {
        Enumeration<URL> files = b.findEntries("OSGI-INF", "*.xml", true);
        return files == null ? List.of() : Collections.list(files);
    }

    private static List<Element> references(URL file) throws Exception {
        try (InputStream in = file.openStream()) {
            NodeList all = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getElementsByTagName("reference");
            return Stream.iterate(0, i -> i + 1)
                    .limit(all.getLength())
                    .map(i -> (Element) all.item(i))
                    .toList();
        }
    }

    private static String packageOf(BundleCapability c) {
        return (String) c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE);
    }

    private static BundleWiring wiring(Bundle b) {
        return b.adapt(BundleWiring.class);
    }
}
