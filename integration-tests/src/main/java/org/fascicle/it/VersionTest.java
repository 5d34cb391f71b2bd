package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.fascicle.it.payload.Identity;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.runtime.FascicleRuntime;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** What was compiled against version 1.0 of the api runs on every 1.x, and on no other. */
class VersionTest {
    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    private Bundle install(String range) throws BundleException {
        PluginJar jar = PluginJar.of("org.example.compiled", "1.0.0")
                .header("Import-Package", "org.fascicle.nn;version=\"" + range + "\"");
        return context.installBundle("story:compiled", jar.activation("compiled", Identity.class).stream());
    }

    @Test
    void aPluginForVersionOneRuns() throws Exception {
        install("[1.0,2)").start();
        Await.until(
                "it is there",
                () -> Cases.activation(runtime, "compiled", "org.example.compiled")
                        .filter(p -> p.state.equals("active"))
                        .isPresent());
        try (Model model = models.create("compiled", Cases.ending("compiled"), 1)) {
            assertThat(model.predict(Cases.numbers(2, 4)).size()).isEqualTo(6);
        }
    }

    @Test
    void aPluginForVersionTwoDoesNotResolveAndSaysWhy() throws Exception {
        Bundle bundle = install("[2.0,3)");
        assertThatThrownBy(bundle::start).isInstanceOf(BundleException.class);
        assertThat(Cases.activation(runtime, "compiled", "org.example.compiled"))
                .get()
                .satisfies(p -> {
                    assertThat(p.state).isEqualTo("stopped");
                    assertThat(p.reason).contains("package org.fascicle.nn is there in version 1.", "(version>=2.0");
                });
    }
}
