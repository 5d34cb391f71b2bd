package org.fascicle.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins.Choice;
import org.fascicle.plugin.Plugins.Created;
import org.fascicle.plugin.Range;
import org.fascicle.plugin.Want;
import org.fascicle.registry.Parts.Holder;
import org.fascicle.registry.Parts.Scaled;
import org.fascicle.registry.Parts.SomeLoss;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class MakingTest {
    private final Catalogue catalogue = new Catalogue()
            .with(Kind.ACTIVATION, "mish", new Scaled(1))
            .with(Kind.ACTIVATION, "softmax", new Scaled(2))
            .with(Kind.LAYER, "dense", Parts.asking(c -> c.integer("units", Range.atLeast(1))))
            .with(Kind.LAYER, "lstm", Parts.asking(c -> c.activation("activation", "mish")))
            .with(Kind.LAYER, "wrap", Parts.asking(c -> c.layer("layer")))
            .with(Kind.LOSS, "mse", new SomeLoss("mse"))
            .with(Kind.LOSS, "no_loss", Parts.asking(c -> 1));

    private Created create(Kind kind, Map<String, ?> options) {
        return catalogue.create(kind, "n of net", options, Choice.BEST);
    }

    private Child layer(Map<String, ?> options) {
        return (Child) create(Kind.LAYER, options).object();
    }

    private static List<String> names(List<Plugin> plugins) {
        return plugins.stream().map(p -> p.origin().name()).toList();
    }

    private static List<String> wants(List<Lack> lacks) {
        return lacks.stream().map(l -> l.want().toString()).toList();
    }

    @Test
    void allThatIsMissingIsFoundInOneGo() {
        assertThat(catalogue.missing(Kind.LAYER, Map.of("type", "mish"))).isEmpty();
        assertThat(wants(catalogue.missing(
                        Kind.LAYER,
                        Map.of(
                                "type", "wrap",
                                "layer", Map.of("type", "gone", "activation", "soft_gone", "units", 3),
                                "activation", Map.of("type", "lost")))))
                .containsExactly("layer gone", "activation soft_gone", "activation lost");
        assertThat(wants(catalogue.missing(Kind.LOSS, Map.of("type", "mes")))).containsExactly("loss mes");
        assertThat(wants(catalogue.missing(Kind.LAYER, Map.of("type", "lstm", "activation", "gone"))))
                .containsExactly("activation gone");
    }

    @Test
    void theSameIsMissingOnceAndWhatElseIsWrongIsForCreateToTell() {
        assertThat(wants(catalogue.missing(
                        Kind.LAYER, Map.of("type", "wrap", "layer", Map.of("type", "gone"), "activation", "gone"))))
                .containsExactly("layer gone", "activation gone");
        assertThat(catalogue.missing(Kind.LAYER, Map.of("type", "dense", "unknown", 1)))
                .isEmpty();
        assertThat(catalogue.missing(Kind.LAYER, Map.of())).isEmpty();
        Map<String, Object> deep = Map.of("type", "gone");
        for (int i = 0; i < 200; i++) deep = Map.of("type", "wrap", "layer", deep);
        assertThat(catalogue.missing(Kind.LAYER, deep))
                .as("too deep to be made")
                .isEmpty();
    }

    @Test
    void aLackTellsTheSentenceOfTheFailureWhoHadItAndWhoHasIt() {
        Offer offer = new Offer(new Want(Kind.ACTIVATION, "gone"), "org.example.gone", "1.0.0", "optional");
        Catalogue c = new Catalogue(offered -> List.of(), w -> w.name().equals("gone") ? List.of(offer) : List.of());
        Entry e = Entry.of(Kind.ACTIVATION, "gone", "org.example.gone", "0.9.0", 0, 1, new Scaled(1));
        c.add(e);
        c.remove(e);
        Lack lack = c.missing(Kind.ACTIVATION, Map.of("type", "gone")).get(0);
        assertThat(lack.last().map(Object::toString)).contains("activation gone of org.example.gone 0.9.0");
        assertThat(lack.offers()).containsExactly(offer);
        assertThatThrownBy(() -> c.create(Kind.ACTIVATION, "", Map.of("type", "gone"), Choice.BEST))
                .isInstanceOf(MissingPluginException.class)
                .hasMessage(lack.reason())
                .hasMessage(
                        "no activation gone; org.example.gone 0.9.0 provided it last and has left: start or install it"
                                + " again; org.example.gone 1.0.0 of repository optional has it; install-missing installs it");
        assertThatThrownBy(() -> c.create(Kind.ACTIVATION, "", Map.of("type", "gone_too"), Choice.BEST))
                .hasMessageEndingWith("install a bundle that provides it; `plugins` lists what is there");
    }

    private void add(String name, String bundle, int ranking, Entry.Source source) {
        catalogue.add(new Entry(
                Kind.ACTIVATION,
                name,
                bundle,
                new Version(1, 0, 0),
                bundle.hashCode(),
                "c",
                ranking,
                bundle.hashCode(),
                "",
                source));
    }

    @Test
    void everyLayerGetsTheActivationOfItsNode() {
        Child child = layer(Map.of("type", "dense", "units", 3, "activation", "mish"));
        assertThat(child)
                .isEqualTo(new Child(
                        "", "dense", new Holder(3), Optional.of(Child.of("activation", "mish", new Scaled(1)))));
    }

    @Test
    void aLayerThatAsksForActivationHasItForItself() {
        Child child = layer(Map.of("type", "lstm", "activation", "softmax"));
        assertThat(child.activation()).isEmpty();
        assertThat(child.layer()).isEqualTo(new Holder(Child.of("activation", "softmax", new Scaled(2))));
    }

    @Test
    void anActivationThatIsNullIsNone() {
        Map<String, Object> options = new HashMap<>(Map.of("type", "dense", "units", 1));
        options.put("activation", null);
        assertThat(layer(options).activation()).isEmpty();
    }

    @Test
    void anActivationIsALayerUnlessALayerHasItsName() {
        assertThat(layer(Map.of("type", "softmax")).layer()).isEqualTo(new Scaled(2));
        catalogue.with(Kind.LAYER, "softmax", new Scaled(3));
        assertThat(layer(Map.of("type", "softmax")).layer()).isEqualTo(new Scaled(3));
        assertThatThrownBy(() -> create(Kind.ACTIVATION, Map.of("type", "dense")))
                .isInstanceOf(MissingPluginException.class);
    }

    @Test
    void usesAreAllPluginsThatThePartIsMadeOf() {
        Created created = create(
                Kind.LAYER,
                Map.of(
                        "type", "wrap",
                        "layer",
                                Map.of(
                                        "type",
                                        "wrap",
                                        "layer",
                                        Map.of("type", "dense", "units", 1, "activation", "mish")),
                        "activation", "softmax"));
        assertThat(names(created.uses())).containsExactly("wrap", "dense", "mish", "softmax");
        Child inner = (Child) ((Holder) ((Child) created.object()).layer()).content();
        assertThat(inner.name()).isEqualTo("layer");
    }

    @Test
    void failuresDeepInsideTellTheWholeWay() {
        assertThatThrownBy(() -> layer(Map.of(
                        "type", "wrap", "layer", Map.of("type", "wrap", "layer", Map.of("type", "dense", "units", 0)))))
                .isInstanceOf(ConfigException.class)
                .hasMessage("n of net: layer: layer: units must be a whole number >= 1, got 0");
    }

    @Test
    void nestingWithoutEndIsRefused() {
        Map<String, Object> options = Map.of("type", "dense", "units", 1);
        for (int i = 0; i < 5000; i++) options = Map.of("type", "wrap", "layer", options);
        Map<String, Object> deep = options;
        assertThatThrownBy(() -> layer(deep))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("parts are nested more than 64 deep");
    }

    @Test
    void aLossMustBeOne() {
        assertThat(((Child) create(Kind.LOSS, Map.of("type", "mse")).object()).layer())
                .isEqualTo(new SomeLoss("mse"));
        assertThatThrownBy(() -> create(Kind.LOSS, Map.of("type", "no_loss")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("n of net: loss no_loss of test 0.0.0 made a Parts.Holder where a loss must be a Loss;"
                        + " that is a mistake in the plug-in");
    }

    @Test
    void whatAPluginThrowsIsPutDownToIt() {
        catalogue.with(Kind.LAYER, "broken", (Layer.Factory) c -> {
            throw new ArithmeticException("/ by zero");
        });
        catalogue.with(Kind.LAYER, "shaped", (Layer.Factory) c -> {
            throw new ShapeException("[3] does not fit");
        });
        catalogue.with(Kind.LAYER, "none", (Layer.Factory) c -> null);
        assertThatThrownBy(() -> layer(Map.of("type", "broken")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "n of net: layer broken of test 0.0.0 could not be made of these options: ArithmeticException: / by zero")
                .hasRootCauseInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> layer(Map.of("type", "shaped")))
                .isInstanceOf(ShapeException.class)
                .hasMessage("n of net: [3] does not fit");
        assertThatThrownBy(() -> layer(Map.of("type", "none")))
                .hasMessage("n of net: layer none of test 0.0.0 made nothing where a layer must be a Layer;"
                        + " that is a mistake in the plug-in");
    }

    @Test
    void theNextProviderServesIfTheBestCannotBeMade() {
        add("mish", "org.bad", 9, () -> {
            throw new IllegalStateException("no table");
        });
        assertThat(((Child) create(Kind.ACTIVATION, Map.of("type", "mish")).object()).layer())
                .isEqualTo(new Scaled(1));
    }

    @Test
    void aPinnedChoiceTakesAnotherThanTheBestOrNone() {
        add("mish", "org.better", 9, () -> new Scaled(9));
        Choice pinned = (kind, name, best) ->
                best.stream().filter(p -> p.origin().bundle().equals("test")).findFirst();
        assertThat(((Child) catalogue
                                .create(Kind.ACTIVATION, "", Map.of("type", "mish"), pinned)
                                .object())
                        .layer())
                .isEqualTo(new Scaled(1));
        Choice nothing = (kind, name, best) -> Optional.empty();
        assertThatThrownBy(() -> catalogue.create(Kind.ACTIVATION, "n of net", Map.of("type", "mish"), nothing))
                .isInstanceOf(MissingPluginException.class)
                .hasMessage("n of net: no activation mish: only that of org.better 1.0.0 and test 0.0.0 is there,"
                        + " and another is wanted; install it, or take the best");
    }

    @Test
    void aChoiceThatInsistsOnWhatHasLeftIsToldSo() {
        Plugin left = catalogue.providers(Kind.ACTIVATION, "mish").get(0);
        ((Provider) left).leave().run();
        assertThatThrownBy(() -> catalogue.create(
                        Kind.ACTIVATION, "n of net", Map.of("type", "mish"), (k, n, best) -> Optional.of(left)))
                .isInstanceOf(MissingPluginException.class);
    }

    @Test
    void aMissingPluginIsToldWithNearNamesAndRemedy() {
        assertThatThrownBy(() -> create(Kind.ACTIVATION, Map.of("type", "mihs")))
                .isInstanceOf(MissingPluginException.class)
                .hasMessage("n of net: no activation mihs (did you mean mish?); install a bundle that provides it;"
                        + " `plugins` lists what is there");
        assertThatThrownBy(() -> create(Kind.LAYER, Map.of("type", "softmx")))
                .hasMessageContaining("did you mean softmax?");
        assertThatThrownBy(() -> create(Kind.METRIC, Map.of("type", "accuracy")))
                .hasMessage("n of net: no metric accuracy; there is none at all; install a bundle that provides it;"
                        + " `plugins` lists what is there");
    }

    @Test
    void whoProvidedItLastIsTold() {
        Entry e = new Entry(
                Kind.ACTIVATION,
                "swish",
                "org.example.swish",
                new Version("1.2.0"),
                7,
                "c",
                0,
                7,
                "",
                () -> new Scaled(1));
        catalogue.add(e);
        catalogue.remove(e);
        assertThatThrownBy(() -> layer(Map.of("type", "dense", "units", 1, "activation", "swish")))
                .isInstanceOf(MissingPluginException.class)
                .hasMessage(
                        "n of net: activation: no activation swish; org.example.swish 1.2.0 provided it last and has left:"
                                + " start or install it again");
    }

    @Test
    void ifAllProvidersFailedTheReasonIsTold() {
        add("swish", "org.bad", 9, () -> {
            throw new IllegalStateException("no table");
        });
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> create(Kind.ACTIVATION, Map.of("type", "swish")))
                    .isInstanceOf(MissingPluginException.class)
                    .hasMessage(
                            "n of net: no activation swish: that of org.bad 1.0.0 failed: IllegalStateException: no table;"
                                    + " mend that bundle or install another that provides it");
        }
    }

    @Test
    void aPluginThatIsInstalledAndStoppedIsNotCalledMissing() {
        PluginDTO stopped = new PluginDTO();
        stopped.kind = "activation";
        stopped.name = "swish";
        stopped.reason = "bundle org.example.swish 1.0.0 is installed but stopped: start it";
        Catalogue c = new Catalogue(offered -> List.of(stopped), want -> List.of());
        assertThatThrownBy(() -> c.create(Kind.ACTIVATION, "n of net", Map.of("type", "swish"), Choice.BEST))
                .hasMessage(
                        "n of net: no activation swish: bundle org.example.swish 1.0.0 is installed but stopped: start it");
    }

    @Test
    void aFailureWithoutAPlaceHasNoColonBeforeIt() {
        assertThatThrownBy(() -> catalogue.create(Kind.ACTIVATION, "", Map.of(), Choice.BEST))
                .isInstanceOf(FascicleException.class)
                .hasMessage("type must be given: the name of an activation");
    }
}
