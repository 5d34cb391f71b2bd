package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.fascicle.it.payload.Exploding;
import org.fascicle.it.payload.Identity;
import org.fascicle.it.payload.Unmakeable;
import org.fascicle.provision.ProvisioningException;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/** Whatever goes wrong while plug-ins are installed says what and why in one line, and leaves nothing half-installed. */
class ProvisioningFailuresTest extends ProvisioningStory {
    private void assertFails(String... words) {
        Throwable t = catchThrowable(() -> provisioning.install(() -> missing("wanted")));
        assertThat(t).isInstanceOf(ProvisioningException.class).hasMessageContainingAll(words);
        assertThat(t.getMessage()).doesNotContain("\n");
        assertNothingRemains();
    }

    private void assertFailsWith(byte[] jar, String... words) {
        shop.sell("org.example.wanted", "1.0.0", jar, Shop.activation("wanted"));
        configure(shop.index());
        assertFails(words);
    }

    private byte[] bytes(String xml) {
        return xml.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aJarThatIsNotTheOneOfTheIndex() {
        sellsGood();
        URI index = shop.index();
        byte[] other = good().header("Bundle-Name", "another").bytes();
        shop.put("org.example.wanted.jar", other);
        configure(index);
        assertFails("org.example.wanted 1.0.0", "hash mismatch", Shop.sha256(good().bytes()), Shop.sha256(other));
    }

    @Test
    void aJarThatIsNotThere() throws IOException {
        sellsGood();
        configure(shop.index());
        Files.delete(directory.resolve("shop/org.example.wanted.jar"));
        assertFails("org.example.wanted 1.0.0", "there is no such file");
    }

    @Test
    void aJarWithoutAHashOrLargerThanAllowed() {
        shop.claim(
                "org.example.wanted",
                "1.0.0",
                good().bytes(),
                "unknown",
                "org.example.wanted.jar",
                Shop.activation("wanted"));
        configure(shop.index());
        assertFails("org.example.wanted 1.0.0", "tells no SHA-256");
        shop = new Shop(directory.resolve("shop"));
        sellsGood();
        configure(shop.index(), "bundle.bytes", "100");
        assertFails("is larger than 100 bytes");
    }

    @Test
    void aRepositoryThatIsNotOnTheAllowList() {
        sellsGood();
        URI index = shop.index();
        configure("explain", index.toString(), List.of());
        assertFails("forbidden", "allow list", index.toString());
        configure("explain", index.toString(), List.of("allow", shop.place() + "deeper/"));
        assertFails("forbidden", shop.place() + "deeper/");
        configure("explain", index.toString(), List.of("allow", shop.place().replaceFirst("/$", "") + "-other/"));
        assertFails("forbidden");
        configure("explain", "ftp://example.org/index.xml", List.of("allow", "ftp://example.org/"));
        assertFails("the network needs the hash");
    }

    @Test
    void contentThatLiesElsewhere() {
        byte[] jar = good().bytes();
        for (String url : List.of(
                "../outside.jar",
                "file:///etc/passwd",
                "http://127.0.0.1:1/x.jar",
                "jar:file:/x.jar!/y",
                "%2e%2e/outside.jar")) {
            shop.close();
            shop = new Shop(directory.resolve("shop"));
            shop.claim("org.example.wanted", "1.0.0", jar, Shop.sha256(jar), url, Shop.activation("wanted"));
            configure(shop.index());
            assertFails(
                    "org.example.wanted 1.0.0",
                    "cannot be had",
                    url.contains("passwd") || url.startsWith("..") || url.startsWith("http") ? "forbidden" : "refused");
        }
    }

    @Test
    void aRedirectToAForbiddenPlace() {
        URI at = shop.open();
        shop.claim(
                "org.example.wanted",
                "1.0.0",
                good().bytes(),
                Shop.sha256(good().bytes()),
                "moved.jar",
                Shop.activation("wanted"));
        shop.index();
        shop.redirect("moved.jar", "http://localhost:" + at.getPort() + "/org.example.wanted.jar");
        configure(
                "explain", at + "index.xml#sha256=" + Shop.sha256(file("index.xml")), List.of("allow", at.toString()));
        assertFails("moved.jar redirects", "http://localhost", "forbidden");
        shop.redirect("moved.jar", "/moved.jar");
        assertFails("redirects more than 5 times");
        shop.redirect("moved.jar", "file:///etc/passwd");
        assertFails("redirects", "forbidden");
    }

    @Test
    void aNetworkThatDoesNotGive() throws IOException {
        URI at = shop.open();
        sellsGood();
        shop.index();
        String hash = "#sha256=" + Shop.sha256(file("index.xml"));
        configure("explain", at + "index.xml", List.of("allow", at.toString()));
        assertFails("the network needs the hash of its index");
        configure("explain", at + "index.xml#sha256=" + "0".repeat(64), List.of("allow", at.toString()));
        assertFails("hash mismatch", "if it was changed on purpose");
        configure("explain", at + "nowhere.xml" + hash, List.of("allow", at.toString()));
        assertFails("nowhere.xml cannot be read: the server answers 404");
        int free;
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            free = s.getLocalPort();
        }
        String gone = "http://127.0.0.1:" + free + "/";
        configure("explain", gone + "index.xml" + hash, List.of("allow", gone));
        assertFails("index.xml cannot be read", "Connection refused");
        assertThat(runtime.getRuntimeDTO().repositories).singleElement().satisfies(r -> {
            assertThat(r.state).isEqualTo("failed");
            assertThat(r.reason).contains("Connection refused");
        });
    }

    @Test
    void aServerThatIsSilent() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String at = "http://127.0.0.1:" + silent.getLocalPort() + "/";
            configure("explain", at + "index.xml#sha256=" + "0".repeat(64), List.of("allow", at));
            assertFails("does not answer in time");
        }
    }

    @Test
    void anIndexThatIsMalformed() {
        sellsGood();
        String xml = shop.xml();
        Map<String, byte[]> indexes = Map.of(
                "is malformed", bytes(xml.substring(0, xml.length() / 2)),
                "no osgi.identity|must have one osgi.identity", bytes(xml.replace("osgi.identity", "osgi.nothing")),
                "is no Version", bytes(xml.replace(">1.0.0<", "").replace("value='1.0.0'", "value='one'")),
                "must begin with", bytes("<html/>"),
                "document type",
                        bytes(xml.replace(
                                "<repository",
                                "<!DOCTYPE repository [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><repository")),
                "cut short", Arrays.copyOf(Shop.gzip(bytes(xml)), 200));
        indexes.forEach((words, content) -> {
            configure(shop.index("bad.xml", content));
            Throwable t = catchThrowable(() -> provisioning.install(() -> missing("wanted")));
            assertThat(t).isInstanceOf(ProvisioningException.class);
            assertThat(t.getMessage())
                    .contains("bad.xml")
                    .matches("(?s).*(" + words + ").*")
                    .doesNotContain("\n");
            assertNothingRemains();
        });
    }

    @Test
    void anIndexThatSwellsWhenItIsUnpacked() {
        configure(shop.index("bomb.xml", Shop.gzip(new byte[3_000_000])), "index.bytes", "1000000");
        assertFails("bomb.xml", "is larger than 1000000 bytes");
    }

    @Test
    void aReferralThatLeadsElsewhere() {
        configure(shop.index("index.xml", bytes(shop.xml("<referral url='../other/index.xml'/>"))));
        assertFails("referral", "other/index.xml", "forbidden");
        configure(shop.index("index.xml", bytes(shop.xml("<referral url='http://127.0.0.1/index.xml'/>"))));
        assertFails("the network needs the hash");
    }

    @Test
    void anIndexThatLies() {
        byte[] other = PluginJar.of("org.example.wanted", "1.0.0")
                .activation("other", Identity.class)
                .bytes();
        assertFailsWith(other, "does not provide activation wanted, though the index says so");
        shop = new Shop(directory.resolve("shop"));
        assertFailsWith(
                PluginJar.of("org.example.stranger", "2.0.0")
                        .activation("wanted", Identity.class)
                        .bytes(),
                "something else than the index says",
                "org.example.stranger 2.0.0");
        shop = new Shop(directory.resolve("shop"));
        assertFailsWith(
                good().header("Import-Package", "org.fascicle.nn,org.example.nowhere")
                        .bytes(),
                "cannot be resolved");
        shop = new Shop(directory.resolve("shop"));
        assertFailsWith(new byte[] {1, 2, 3}, "org.example.wanted 1.0.0");
    }

    @Test
    void aNeedThatNobodyMeets() {
        shop.sell(
                "org.example.wanted",
                "1.0.0",
                good().bytes(),
                Shop.activation("wanted"),
                Shop.imports("org.example.nowhere"));
        configure(shop.index());
        assertFails("org.example.wanted 1.0.0 needs osgi.wiring.package", "org.example.nowhere", "no repository has");
    }

    @Test
    void theSecondBundleDoesNotStart() {
        byte[] library = PluginJar.of("org.example.library", "1.0.0")
                .header("Export-Package", "org.example.library")
                .bytes();
        byte[] exploding = good().header("Import-Package", "org.fascicle.nn,org.osgi.framework,org.example.library")
                .header("Bundle-Activator", Exploding.class.getName())
                .classes(Exploding.class)
                .bytes();
        shop.sell(
                        "org.example.wanted",
                        "1.0.0",
                        exploding,
                        Shop.activation("wanted"),
                        Shop.imports("org.example.library"))
                .sell("org.example.library", "1.0.0", library, Shop.exports("org.example.library"));
        configure(shop.index());
        assertFails("org.example.wanted 1.0.0 does not start", "the licence has expired");
    }

    @Test
    void aPluginThatDoesNotCome() {
        byte[] waiting = PluginJar.of("org.example.wanted", "1.0.0")
                .plugin(
                        "activation",
                        "wanted",
                        "org.fascicle.nn.Activation",
                        Identity.class,
                        "<reference name='x' interface='org.example.Nobody'/>")
                .bytes();
        assertFailsWith(
                waiting,
                "activation wanted does not come after org.example.wanted 1.0.0",
                "waited 1.0 s",
                "waits for its reference x");
    }

    @Test
    void aPluginThatCannotBeMade() {
        byte[] jar = PluginJar.of("org.example.wanted", "1.0.0")
                .activation("wanted", Unmakeable.class)
                .bytes();
        shop.sell("org.example.wanted", "1.0.0", jar, Shop.activation("wanted"));
        configure(shop.index());
        assertThatThrownBy(() -> provisioning.install(() -> {
                    var all = new java.util.LinkedHashSet<org.fascicle.plugin.Want>();
                    models.missing(Cases.ending("wanted")).forEach(l -> all.add(l.want()));
                    return all;
                }))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContainingAll(
                        "still missing after", "org.example.wanted 1.0.0", "the table of slopes is missing");
        assertNothingRemains();
    }

    @Test
    void whatWouldChangeOthers() {
        byte[] fragment = PluginJar.of("org.example.wanted", "1.0.0")
                .header("Fragment-Host", "org.fascicle.activations")
                .bytes();
        shop.sell(
                "org.example.wanted",
                "1.0.0",
                fragment,
                Shop.activation("wanted"),
                Shop.requirement("osgi.wiring.host", "(osgi.wiring.host=org.fascicle.activations)"));
        configure(shop.index());
        assertFails("is no bundle of its own");
        shop = new Shop(directory.resolve("shop"));
        assertFailsWith(fragment, "is a fragment, which the index does not say");
        shop = new Shop(directory.resolve("shop"));
        shop.sell(
                "org.example.wanted",
                "1.0.0",
                good().bytes(),
                Shop.activation("wanted"),
                Shop.exports("org.fascicle.nn"));
        configure(shop.index());
        assertFails("brings packages of Fascicle itself");
    }

    @Test
    void somebodyElseWouldDependOnIt() throws Exception {
        byte[] library = good().header("Export-Package", "org.example.library")
                .entry("org/example/library/text.txt", new byte[1])
                .bytes();
        Bundle curious = context.installBundle(
                "story:curious",
                PluginJar.of("org.example.curious", "1.0.0")
                        .header("DynamicImport-Package", "org.example.library")
                        .stream());
        curious.start();
        SynchronousBundleListener looks = e -> {
            if (e.getType() == BundleEvent.RESOLVED
                    && "org.example.wanted".equals(e.getBundle().getSymbolicName()))
                curious.getResource("org/example/library/text.txt");
        };
        context.addBundleListener(looks);
        try {
            shop.sell("org.example.wanted", "1.0.0", library, Shop.activation("wanted"));
            configure(shop.index());
            assertThatThrownBy(() -> provisioning.install(() -> missing("wanted")))
                    .isInstanceOf(ProvisioningException.class)
                    .hasMessageContainingAll("reaches beyond what it installs", "org.example.curious");
        } finally {
            context.removeBundleListener(looks);
        }
        assertThat(curious.getState()).isEqualTo(Bundle.ACTIVE);
        curious.uninstall();
        assertNothingRemains();
    }

    @Test
    void whatIsInstalledAlreadyIsNotInstalledAgain() throws Exception {
        sellsGood();
        configure(shop.index());
        Bundle stopped = context.installBundle("story:stopped", good().stream());
        assertThatThrownBy(() -> provisioning.install(() -> missing("wanted")))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContainingAll("org.example.wanted 1.0.0", "is installed already", "start it");
        stopped.uninstall();
        assertNothingRemains();
    }

    @Test
    void theProcessIsKilledInTheMiddle() throws Exception {
        Bundle self = bundle("org.fascicle.provisioning");
        String location = "fascicle-provisioned:shop/org.example.wanted/1.0.0";
        // What a process that is killed leaves behind: the note of the plan, and what it had installed by then.
        Files.write(self.getBundleContext().getDataFile("plan").toPath(), List.of(location, location + "/never"));
        context.installBundle(location, good().stream());
        self.stop();
        self.start();
        assertNothingRemains();
        assertThat(self.getBundleContext().getDataFile("plan")).doesNotExist();
    }

    @Test
    void provisioningIsStoppedInTheMiddle() throws Exception {
        byte[] waiting = PluginJar.of("org.example.wanted", "1.0.0")
                .plugin(
                        "activation",
                        "wanted",
                        "org.fascicle.nn.Activation",
                        Identity.class,
                        "<reference name='x' interface='org.example.Nobody'/>")
                .bytes();
        shop.sell("org.example.wanted", "1.0.0", waiting, Shop.activation("wanted"));
        configure("explain", shop.index().toString(), List.of("allow", shop.place(), "start.millis", "30000"));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread t = new Thread(() -> failure.set(catchThrowable(() -> provisioning.install(() -> missing("wanted")))));
        t.start();
        Await.until(
                "it is started",
                () -> Arrays.stream(context.getBundles())
                        .anyMatch(b ->
                                "org.example.wanted".equals(b.getSymbolicName()) && b.getState() == Bundle.ACTIVE));
        Bundle self = bundle("org.fascicle.provisioning");
        self.stop();
        t.join(TimeUnit.SECONDS.toMillis(30));
        self.start();
        assertThat(failure.get()).isInstanceOf(ProvisioningException.class).hasMessageContaining("interrupted");
        Await.until(
                "all is as before",
                () -> Arrays.stream(context.getBundles())
                        .noneMatch(b -> "org.example.wanted".equals(b.getSymbolicName())));
        assertNothingRemains();
    }
}
