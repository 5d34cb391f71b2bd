package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.fascicle.it.payload.Identity;
import org.fascicle.it.payload.Unmakeable;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.runtime.dto.PluginDTO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** Every failure is visible, says what to do, and stays its own. */
class FailuresTest {
    private static final String BROKEN = "org.example.broken";

    /** Uninstalls what was installed by it when a test ends. */
    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    @AfterEach
    void allOthersGoOnWorking() throws Exception {
        Bundle good = context.installBundle(
                "story:good", PluginJar.of("org.example.good", "1.0.0").activation("good", Identity.class).stream());
        good.start();
        awaitState("good", "org.example.good", "active");
        predicts("good");
        predicts("relu");
    }

    private void predicts(String activation) {
        try (Model model = models.create("still-" + activation, Cases.ending(activation), 1)) {
            assertThat(model.predict(Cases.numbers(2, 4)).size()).isEqualTo(6);
        }
    }

    private Bundle install(PluginJar jar) throws Exception {
        return context.installBundle("story:broken", jar.stream());
    }

    private PluginDTO awaitState(String activation, String bundle, String state) {
        return Await.present(
                activation + " of " + bundle + " is " + state,
                () -> Cases.activation(runtime, activation, bundle).filter(p -> p.state.equals(state)));
    }

    @Test
    void aConstructorThatThrows() throws Exception {
        install(PluginJar.of(BROKEN, "1.0.0").activation("unmakeable", Unmakeable.class))
                .start();
        awaitState("unmakeable", BROKEN, "active");
        assertThatThrownBy(() -> models.create("unmade", Cases.ending("unmakeable"), 1))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContainingAll("unmakeable", "org.example.broken 1.0.0", "the table of slopes is missing");
        assertThat(awaitState("unmakeable", BROKEN, "failed").reason)
                .isEqualTo("constructor threw IllegalStateException: the table of slopes is missing");
        assertThatThrownBy(() -> models.create("unmade", Cases.ending("unmakeable"), 1))
                .hasMessageContainingAll("failed", "mend that bundle or install another");
    }

    @Test
    void aPluginWiredToAnotherApi() throws Exception {
        Bundle api = Arrays.stream(context.getBundles())
                .filter(b -> b.getSymbolicName().equals("org.fascicle.api"))
                .findFirst()
                .orElseThrow();
        PluginJar second = PluginJar.of("org.example.api", "0.9.0")
                .header("Import-Package", "org.osgi.framework")
                .header(
                        "Export-Package",
                        "org.fascicle.nn;version=0.9,org.fascicle.plugin;version=0.9,org.fascicle.tensor;version=0.9");
        for (String name : new String[] {"nn", "plugin", "tensor"}) {
            for (Map.Entry<String, byte[]> e :
                    PluginJar.entries(api, "org/fascicle/" + name).entrySet()) second.entry(e.getKey(), e.getValue());
        }
        context.installBundle("story:api", second.stream()).start();
        install(PluginJar.of(BROKEN, "1.0.0")
                        .header("Import-Package", "org.fascicle.nn;version=\"[0.9,1)\"")
                        .activation("foreign", Identity.class))
                .start();
        PluginDTO dto = awaitState("foreign", BROKEN, "failed");
        assertThat(dto.reason)
                .contains(
                        "wired to org.fascicle.nn of bundle org.example.api 0.9.0",
                        "Fascicle uses that of org.fascicle.api",
                        "refresh bundle " + dto.bundleId);
        assertThatThrownBy(() -> models.create("strange", Cases.ending("foreign"), 1))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContaining("org.example.api 0.9.0");
    }

    @Test
    void oneNameTwiceInABundle() throws Exception {
        install(PluginJar.of(BROKEN, "1.0.0").activation("twin", Identity.class).activation("twin", Identity.class))
                .start();
        assertThat(awaitState("twin", BROKEN, "active").reason).isEmpty();
        PluginDTO second = Await.present(
                "the second twin",
                () -> runtime.getRuntimeDTO().plugins.stream()
                        .filter(p -> p.name.equals("twin") && p.state.equals("failed"))
                        .findFirst());
        assertThat(second.reason).contains("duplicate", "ranking 0", "rename one");
        predicts("twin");
    }

    @Test
    void aNameThatIsNone() throws Exception {
        install(PluginJar.of(BROKEN, "1.0.0").activation("Not-A-Name", Identity.class))
                .start();
        assertThat(awaitState("Not-A-Name", BROKEN, "failed").reason)
                .contains("bad name", "must match [a-z][a-z0-9_]*", "Not-A-Name");
    }

    @Test
    void aBundleThatWasNotStarted() throws Exception {
        Bundle bundle = install(PluginJar.of(BROKEN, "1.0.0").activation("asleep", Identity.class));
        assertThat(awaitState("asleep", BROKEN, "stopped").reason)
                .contains("org.example.broken 1.0.0", "installed but stopped: start it");
        assertThatThrownBy(() -> models.create("early", Cases.ending("asleep"), 1))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContaining("start it");
        bundle.start();
        awaitState("asleep", BROKEN, "active");
        predicts("asleep");
        bundle.stop();
        assertThat(awaitState("asleep", BROKEN, "stopped").reason).contains("start it");
    }

    @Test
    void aBundleThatDoesNotResolve() throws Exception {
        install(PluginJar.of(BROKEN, "1.0.0")
                .header("Import-Package", "org.fascicle.nn;version=\"[1.0,2)\",org.example.nowhere")
                .activation("lost", Identity.class));
        assertThat(awaitState("lost", BROKEN, "stopped").reason)
                .contains("not resolved: no bundle exports package org.example.nowhere");
    }
}
