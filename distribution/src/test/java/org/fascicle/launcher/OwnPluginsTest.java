package org.fascicle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fascicle.tck.PluginCheck;
import org.fascicle.tck.jar.BundleFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plug-ins of the distribution keep the contract that those of others keep. */
class OwnPluginsTest {
    static List<BundleFile> bundles() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(p -> p.toString().contains("org.fascicle."))
                .filter(p -> Files.isRegularFile(p) || Files.exists(p.resolve("META-INF/MANIFEST.MF")))
                .map(BundleFile::read)
                .filter(b ->
                        b.components().stream().anyMatch(c -> !c.published().isEmpty()))
                .toList();
    }

    @Test
    void allOfThemAreLookedAt() {
        assertThat(bundles())
                .extracting(BundleFile::name)
                .contains(
                        "org.fascicle.activations",
                        "org.fascicle.compute.ejml",
                        "org.fascicle.datasets",
                        "org.fascicle.datasets.idx",
                        "org.fascicle.layers",
                        "org.fascicle.layers.convolution",
                        "org.fascicle.losses",
                        "org.fascicle.metrics",
                        "org.fascicle.optimizers");
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void everyPluginOfOursKeepsTheContract(BundleFile bundle) {
        assertThat(new PluginCheck(bundle).findings()).as(bundle.name()).isEmpty();
    }
}
