package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.fascicle.it.payload.Identity;
import org.fascicle.it.payload.Nested;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.Models;
import org.fascicle.model.SpecReader;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Plan;
import org.fascicle.provision.Provisioning;
import org.fascicle.provision.ProvisioningException;
import org.fascicle.runtime.dto.MissingDTO;
import org.fascicle.runtime.dto.ModelDTO;
import org.fascicle.train.Experiments;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.osgi.service.repository.ExpressionCombiner;
import org.osgi.service.repository.Repository;
import org.osgi.service.repository.RepositoryContent;
import org.osgi.service.repository.RequirementBuilder;
import org.osgi.service.repository.RequirementExpression;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.util.promise.Promise;

/** Plug-ins that are missing are found in repositories, explained and installed. */
class ProvisioningTest extends ProvisioningStory {
    @InjectService(timeout = 30_000)
    Experiments experiments;

    private static List<Want> wants(List<Lack> lacks) {
        return lacks.stream().map(Lack::want).toList();
    }

    @Test
    void whatIsMissingIsExplainedByWhoHasIt() {
        sellsGood();
        configure(shop.index());
        assertThatThrownBy(() -> models.create("eager", Cases.ending("wanted"), 1))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContainingAll(
                        "no layer wanted", "org.example.wanted 1.0.0 of repository shop", "install-missing");
        var e = experiments.read("story", Cases.xor("explained", "wanted", 1), List.of());
        assertThat(wants(experiments.missing(e))).containsExactlyElementsOf(wanted("wanted"));
        Plan plan = provisioning.plan(wanted("wanted", "nobodys"));
        assertThat(plan.bundles()).singleElement().satisfies(i -> {
            assertThat(i.bundle()).isEqualTo("org.example.wanted");
            assertThat(i.sha256()).isEqualTo(Shop.sha256(good().bytes()));
            assertThat(i.provides()).containsExactlyElementsOf(wanted("wanted"));
        });
        assertThat(plan.unmet())
                .hasSize(1)
                .hasEntrySatisfying(
                        new Want(Kind.ACTIVATION, "nobodys"),
                        why -> assertThat(why).contains("no repository has it"));
        assertNothingRemains();
    }

    @Test
    void whatIsMissingIsInstalledAndWorks() {
        sellsGood();
        configure(shop.index());
        ModelSpec spec = Cases.ending("wanted");
        List<Plan.Item> done = provisioning.install(() -> set(models.missing(spec)));
        assertThat(done)
                .extracting(Object::toString)
                .singleElement()
                .asString()
                .startsWith("org.example.wanted 1.0.0 of repository shop");
        try (Model m = models.create("provided", spec, 1)) {
            assertThat(m.predict(Cases.numbers(2, 4)).size()).isEqualTo(6);
        }
        assertThat(provisioning.install(() -> set(models.missing(spec))))
                .as("nothing is missing")
                .isEmpty();
    }

    private static java.util.Set<Want> set(List<Lack> lacks) {
        return new java.util.LinkedHashSet<>(wants(lacks));
    }

    @Test
    void aModelThatWaitsTellsWhatItLacksWhoHadItAndWhoHasIt() throws Exception {
        sellsGood();
        configure(shop.index());
        Bundle b = context.installBundle("story:wanted", good().stream());
        b.start();
        Await.until("it is there", () -> missing("wanted").isEmpty());
        try (Model m = models.create("waiting", Cases.ending("wanted"), 1)) {
            b.uninstall();
            ModelDTO dto = Await.present(
                    "the model waits",
                    () -> runtime.getRuntimeDTO().models.stream()
                            .filter(d -> d.name.equals("waiting") && !d.satisfied && d.missing.length == 1)
                            .findFirst());
            MissingDTO lack = dto.missing[0];
            assertThat(lack.kind + " " + lack.name).isEqualTo("layer wanted");
            assertThat(lack.lastBundle + " " + lack.lastVersion).isEqualTo("org.example.wanted 1.0.0");
            assertThat(lack.offers)
                    .singleElement()
                    .asString()
                    .startsWith("org.example.wanted 1.0.0 of repository shop");
            assertThat(lack.reason).contains("provided it last", "has it");
            provisioning.install(() -> missing("wanted"));
            Await.until("it goes on", m::satisfied);
        }
    }

    @Test
    void aModelFileRemembersWhoProvidedWhatItLacks() throws Exception {
        Bundle b = context.installBundle("story:wanted", good().stream());
        b.start();
        Await.until("it is there", () -> missing("wanted").isEmpty());
        Path file = directory.resolve("kept.safetensors");
        try (Model m = models.create("kept", Cases.ending("wanted"), 1)) {
            m.save(file, Map.of());
        }
        assertThat(models.missing(file)).isEmpty();
        b.uninstall();
        // As in a framework that never had it.
        Bundle registry = bundle("org.fascicle.registry");
        registry.stop();
        registry.start();
        Models again = Await.present(
                "the models are back",
                () -> Optional.ofNullable(context.getServiceReference(Models.class))
                        .map(context::getService));
        assertThat(again.missing(file)).singleElement().satisfies(l -> {
            assertThat(l.want()).isEqualTo(new Want(Kind.LAYER, "wanted"));
            assertThat(l.last().map(Object::toString)).contains("activation wanted of org.example.wanted 1.0.0");
            assertThat(l.reason()).contains("was provided by org.example.wanted 1.0.0 when the file was saved");
        });
    }

    @Test
    void whatItNeedsIsInstalledWithItAndWhatIsOptionalIsNot() {
        byte[] library = PluginJar.of("org.example.library", "1.0.0")
                .header("Export-Package", "org.example.library;version=1.0")
                .entry("org/example/library/text.txt", new byte[1])
                .bytes();
        byte[] needy = good().header(
                        "Import-Package", "org.fascicle.nn,org.example.library,org.example.more;resolution:=optional")
                .bytes();
        byte[] more = PluginJar.of("org.example.more", "1.0.0")
                .header("Export-Package", "org.example.more")
                .bytes();
        shop.sell(
                        "org.example.wanted",
                        "1.0.0",
                        needy,
                        Shop.activation("wanted"),
                        Shop.imports("org.example.library"),
                        Shop.requirement(
                                "osgi.wiring.package",
                                "(osgi.wiring.package=org.example.more)",
                                "resolution",
                                "optional"))
                .sell("org.example.library", "1.0.0", library, Shop.exports("org.example.library"))
                .sell("org.example.more", "1.0.0", more, Shop.exports("org.example.more"));
        configure(shop.index("index.xml.gz", Shop.gzip(shop.xml().getBytes(StandardCharsets.UTF_8))));
        assertThat(provisioning.install(() -> missing("wanted")))
                .extracting(Plan.Item::bundle)
                .containsExactly("org.example.library", "org.example.wanted");
        assertThat(bundle("org.example.library").getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void whatAPartNamesInTurnIsInstalledInTheNextRound() {
        byte[] outer = PluginJar.of("org.example.outer", "1.0.0")
                .plugin("layer", "outer", "org.fascicle.nn.Layer$Factory", Nested.class, "")
                .bytes();
        byte[] inner = PluginJar.of("org.example.inner", "1.0.0")
                .activation("inner_part", Identity.class)
                .bytes();
        shop.sell(
                        "org.example.outer",
                        "1.0.0",
                        outer,
                        Shop.capability("fascicle.layer", Map.of("fascicle.layer", "outer")))
                .sell("org.example.inner", "1.0.0", inner, Shop.activation("inner_part"));
        configure(shop.index());
        ModelSpec spec =
                SpecReader.read("story", Map.of("inputs", Map.of("x", List.of(4)), "layers", List.of("outer")));
        assertThat(wants(models.missing(spec))).containsExactly(new Want(Kind.LAYER, "outer"));
        assertThat(provisioning.install(() -> set(models.missing(spec))))
                .extracting(Plan.Item::bundle)
                .containsExactly("org.example.outer", "org.example.inner");
        assertThat(models.missing(spec)).isEmpty();
    }

    @Test
    void ifTheSecondRoundFailsTheFirstIsTakenBack() {
        byte[] outer = PluginJar.of("org.example.outer", "1.0.0")
                .plugin("layer", "outer", "org.fascicle.nn.Layer$Factory", Nested.class, "")
                .bytes();
        shop.sell(
                "org.example.outer",
                "1.0.0",
                outer,
                Shop.capability("fascicle.layer", Map.of("fascicle.layer", "outer")));
        configure(shop.index());
        ModelSpec spec =
                SpecReader.read("story", Map.of("inputs", Map.of("x", List.of(4)), "layers", List.of("outer")));
        assertThatThrownBy(() -> provisioning.install(() -> set(models.missing(spec))))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContainingAll("no activation inner_part", "no repository has it");
        assertNothingRemains();
    }

    @Test
    void whatIsNeededOnlyWhenItRunsIsInstalledIfSomebodyHasIt() {
        byte[] other = PluginJar.of("org.example.other", "1.0.0")
                .activation("other", Identity.class)
                .bytes();
        shop.sell(
                        "org.example.wanted",
                        "1.0.0",
                        good().bytes(),
                        Shop.activation("wanted"),
                        Shop.requirement("fascicle.activation", "(fascicle.activation=other)", "effective", "active"),
                        Shop.requirement("osgi.service", "(objectClass=org.example.Nobody)", "effective", "active"))
                .sell("org.example.other", "1.0.0", other, Shop.activation("other"));
        configure(shop.index());
        assertThat(provisioning.install(() -> missing("wanted")))
                .extracting(Plan.Item::bundle)
                .containsExactly("org.example.other", "org.example.wanted");
    }

    @Test
    void twoWhoWantTheSameInstallItOnce() throws Exception {
        sellsGood();
        configure(shop.index());
        List<CompletableFuture<List<Plan.Item>>> both = Stream.of(1, 2)
                .map(i -> {
                    CompletableFuture<List<Plan.Item>> f = new CompletableFuture<>();
                    new Thread(() -> {
                                try {
                                    f.complete(provisioning.install(() -> missing("wanted")));
                                } catch (RuntimeException e) {
                                    f.completeExceptionally(e);
                                }
                            })
                            .start();
                    return f;
                })
                .toList();
        assertThat(both.get(0).get().size() + both.get(1).get().size()).isEqualTo(1);
    }

    @Test
    void overTheNetworkTheIndexIsKnownByItsHash() {
        URI shopAt = shop.open();
        shop.claim(
                "org.example.wanted",
                "1.0.0",
                good().bytes(),
                Shop.sha256(good().bytes()),
                "moved.jar",
                Shop.activation("wanted"));
        shop.redirect("moved.jar", "/org.example.wanted.jar");
        shop.index();
        String index = shopAt + "index.xml#sha256=" + Shop.sha256(file("index.xml"));
        configure("explain", index, List.of("allow", shopAt.toString()));
        assertThat(provisioning.install(() -> missing("wanted"))).hasSize(1);
        assertThat(runtime.getRuntimeDTO().repositories).singleElement().satisfies(r -> {
            assertThat(r.state).isEqualTo("read");
            assertThat(r.bundles).isEqualTo(1);
        });
    }

    @Test
    void aRepositoryServiceOfOthersIsAskedIfItIsAllowed() {
        Resource foreign = new ForeignResource(good().bytes());
        ServiceRegistration<Repository> r = context.registerService(
                Repository.class, new ForeignRepository(foreign), FrameworkUtil.asDictionary(Map.of("trusted", "yes")));
        configure(shop.index());
        assertThatThrownBy(() -> provisioning.install(() -> missing("wanted")))
                .hasMessageContaining("no repository has it");
        assertNothingRemains();
        configure(shop.index(), "foreign", "(trusted=yes)");
        assertThat(provisioning.install(() -> missing("wanted")))
                .singleElement()
                .satisfies(i -> assertThat(i.repository()).isEqualTo("integration-tests"));
        r.unregister();
    }

    @Test
    void aConfiguredExperimentIsProvidedForWhereThePolicyIsToInstall() throws Exception {
        sellsGood();
        configure("install", shop.index().toString(), List.of("allow", shop.place()));
        assertThat(provisioning.policy()).isEqualTo(Provisioning.Policy.INSTALL);
        var c = configurations.getFactoryConfiguration("org.fascicle.experiment", "provided", "?");
        try {
            c.update(FrameworkUtil.asDictionary(Map.of(
                    "dataset", "xor",
                    "model", "{\"layers\": [{\"type\": \"dense\", \"units\": 1, \"activation\": \"wanted\"}]}",
                    "loss", "mean_squared_error",
                    "training.epochs", 2)));
            Await.until(
                    "its model is there",
                    () -> models.find("provided").isPresent(),
                    () -> runtime.getRuntimeDTO().runs);
            assertThat(missing("wanted")).isEmpty();
        } finally {
            c.delete();
            Await.until("its model is gone", () -> models.find("provided").isEmpty());
        }
    }

    /** A resource as another bundle's repository has it. */
    private static final class ForeignResource implements Resource, RepositoryContent {
        private final byte[] jar;
        private final List<Capability> capabilities;

        ForeignResource(byte[] jar) {
            this.jar = jar;
            capabilities = List.of(
                    capability(
                            "osgi.identity",
                            Map.of(
                                    "osgi.identity",
                                    "org.example.wanted",
                                    "version",
                                    new Version(1, 0, 0),
                                    "type",
                                    "osgi.bundle")),
                    capability(
                            "osgi.content",
                            Map.of(
                                    "osgi.content",
                                    Shop.sha256(jar),
                                    "url",
                                    "other:thing",
                                    "size",
                                    (long) jar.length,
                                    "mime",
                                    "x")),
                    capability("fascicle.activation", Map.of("fascicle.activation", "wanted")));
        }

        private Capability capability(String namespace, Map<String, Object> attributes) {
            return new Capability() {
                @Override
                public String getNamespace() {
                    return namespace;
                }

                @Override
                public Map<String, String> getDirectives() {
                    return Map.of();
                }

                @Override
                public Map<String, Object> getAttributes() {
                    return attributes;
                }

                @Override
                public Resource getResource() {
                    return ForeignResource.this;
                }
            };
        }

        @Override
        public List<Capability> getCapabilities(String namespace) {
            return capabilities.stream()
                    .filter(c -> namespace == null || namespace.equals(c.getNamespace()))
                    .toList();
        }

        @Override
        public List<Requirement> getRequirements(String namespace) {
            return List.of();
        }

        @Override
        public InputStream getContent() {
            return new ByteArrayInputStream(jar);
        }
    }

    /** Gives everything to everybody; what it gives is looked through. */
    private record ForeignRepository(Resource resource) implements Repository {
        @Override
        public Map<Requirement, Collection<Capability>> findProviders(Collection<? extends Requirement> requirements) {
            Map<Requirement, Collection<Capability>> all = new HashMap<>();
            requirements.forEach(r -> all.put(r, resource.getCapabilities(r.getNamespace())));
            return all;
        }

        @Override
        public Promise<Collection<Resource>> findProviders(RequirementExpression expression) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ExpressionCombiner getExpressionCombiner() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RequirementBuilder newRequirementBuilder(String namespace) {
            throw new UnsupportedOperationException();
        }
    }
}
