package org.fascicle.tck;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.fascicle.tck.jar.BundleFile;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What the jar of every plug-in must keep, read from the jar itself and so after it was built. {@code org.fascicle.plugin.parent}
 * runs it on every plug-in in Maven's phase {@code integration-test}, without a class of the author's.
 */
public abstract class PluginContract {
    /** The jar; that of the system property {@code fascicle.plugin.jar} unless overridden. */
    protected Path jar() {
        String jar = System.getProperty("fascicle.plugin.jar");
        Assertions.assertNotNull(
                jar, "the system property fascicle.plugin.jar must name the jar; org.fascicle.plugin.parent sets it");
        return Path.of(jar);
    }

    private void check(Function<PluginCheck, List<String>> promise) {
        List<String> found = promise.apply(new PluginCheck(BundleFile.read(jar())));
        if (!found.isEmpty()) Assertions.fail(String.join(System.lineSeparator(), found));
    }

    @Test
    @DisplayName("is a bundle with plug-ins")
    public final void isABundleWithPlugins() {
        check(PluginCheck::isABundleWithPlugins);
    }

    @Test
    @DisplayName("capabilities and service properties are the same")
    public final void capabilitiesAreServiceProperties() {
        check(PluginCheck::capabilitiesAreServiceProperties);
    }

    @Test
    @DisplayName("names are words of small letters, digits and underscores")
    public final void namesAreWords() {
        check(PluginCheck::namesAreWords);
    }

    @Test
    @DisplayName("imports the api of Fascicle and nothing unusual")
    public final void importsOnlyTheApi() {
        check(PluginCheck::importsOnlyTheApi);
    }

    @Test
    @DisplayName("accepts later versions of the api")
    public final void acceptsLaterApis() {
        check(PluginCheck::acceptsLaterApis);
    }

    @Test
    @DisplayName("exports nothing")
    public final void exportsNothing() {
        check(PluginCheck::exportsNothing);
    }

    @Test
    @DisplayName("is tied to no other bundle")
    public final void tiesToNoOther() {
        check(PluginCheck::tiesToNoOther);
    }

    @Test
    @DisplayName("contains no copy of the api")
    public final void containsNoApi() {
        check(PluginCheck::containsNoApi);
    }

    @Test
    @DisplayName("is one object for all")
    public final void isASingleton() {
        check(PluginCheck::isASingleton);
    }

    @Test
    @DisplayName("requires the whiteboard")
    public final void requiresTheWhiteboard() {
        check(PluginCheck::requiresTheWhiteboard);
    }

    @Test
    @DisplayName("ships golden outputs of its own")
    public final void goldenOutputsAreItsOwn() {
        check(PluginCheck::goldenOutputsAreItsOwn);
    }
}
