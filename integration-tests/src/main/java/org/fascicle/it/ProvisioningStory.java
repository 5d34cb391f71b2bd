package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.fascicle.it.payload.Identity;
import org.fascicle.model.Models;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugins;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Provisioning;
import org.fascicle.runtime.FascicleRuntime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** What stories about missing plug-ins share: a repository, its configuration, and that nothing remains which was not there before. */
abstract class ProvisioningStory {
    private static final String PID = "org.fascicle.provisioning";
    private static final AtomicInteger STORIES = new AtomicInteger();

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 30_000)
    Plugins plugins;

    @InjectService(timeout = 30_000)
    Models models;

    @InjectService(timeout = 30_000)
    FascicleRuntime runtime;

    @InjectService(timeout = 30_000)
    Provisioning provisioning;

    @InjectService(timeout = 30_000)
    ConfigurationAdmin configurations;

    @TempDir
    Path directory;

    Shop shop;
    private Set<String> before;

    @BeforeEach
    void begin() {
        shop = new Shop(directory.resolve("shop"));
        before = bundles();
    }

    @AfterEach
    void end() throws Exception {
        shop.close();
        for (Bundle b : context.getBundles()) if (b.getLocation().startsWith("fascicle-provisioned:")) b.uninstall();
        configurations.getConfiguration(PID, "?").delete();
        Await.until(
                "there are no repositories",
                () -> runtime.getRuntimeDTO().repositories.isEmpty());
    }

    /** All bundles and their states. */
    final Set<String> bundles() {
        Set<String> all = new TreeSet<>();
        for (Bundle b : context.getBundles()) all.add(b.getBundleId() + " " + b + " " + b.getState());
        return all;
    }

    final void assertNothingRemains() {
        assertThat(bundles()).isEqualTo(before);
        assertThat(plugins.names(Kind.ACTIVATION)).doesNotContain("wanted");
    }

    /** Names the index of the shop as a repository, and allows its directory. */
    final void configure(URI index, String... more) {
        List<String> all = new ArrayList<>(List.of("allow", shop.place()));
        all.addAll(List.of(more));
        configure("explain", index + "", all);
    }

    /** Waits until the configuration is in force; {@code keys} are keys and values, of which those of one key make a list. */
    final void configure(String policy, String index, List<String> keys) {
        String name = "shop-" + STORIES.incrementAndGet();
        Hashtable<String, Object> p = new Hashtable<>();
        p.put("policy", policy);
        p.put("repositories", new String[] {name + "=" + index});
        p.put("start.millis", 1_000);
        p.put("read.millis", 3_000);
        List<String> allow = new ArrayList<>();
        for (int i = 0; i < keys.size(); i += 2) {
            if (keys.get(i).equals("allow")) allow.add(keys.get(i + 1));
            else p.put(keys.get(i), keys.get(i + 1));
        }
        p.put("allow", allow.toArray(String[]::new));
        try {
            configurations.getConfiguration(PID, "?").update(p);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Await.until(
                "the repository is configured",
                () -> runtime.getRuntimeDTO().repositories.stream().anyMatch(r -> r.name.equals(name)));
    }

    static Set<Want> wanted(String... activations) {
        Set<Want> all = new java.util.LinkedHashSet<>();
        for (String a : activations) all.add(new Want(Kind.ACTIVATION, a));
        return all;
    }

    /** What of these is not there now. */
    final Set<Want> missing(String... activations) {
        Set<Want> all = wanted(activations);
        all.removeIf(w -> !plugins.providers(w.kind(), w.name()).isEmpty());
        return all;
    }

    final Bundle bundle(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(b -> symbolicName.equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    /** A bundle with the activation {@code wanted}. */
    static PluginJar good() {
        return PluginJar.of("org.example.wanted", "1.0.0").activation("wanted", Identity.class);
    }

    final Shop sellsGood() {
        return shop.sell(
                "org.example.wanted",
                "1.0.0",
                good().bytes(),
                Shop.activation("wanted"),
                Shop.imports("org.fascicle.nn"));
    }

    final byte[] file(String name) {
        try {
            return Files.readAllBytes(directory.resolve("shop").resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
