package org.fascicle.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.registry.Parts.Scaled;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class CatalogueTest {
    private final Catalogue catalogue = new Catalogue();
    private int nextService = 100;

    private Entry entry(String name, String bundle, String version, String component, int ranking) {
        return entry(name, bundle, version, component, ranking, () -> new Scaled(1));
    }

    private Entry entry(
            String name, String bundle, String version, String component, int ranking, Entry.Source source) {
        long bundleId = (bundle + version).hashCode();
        return new Entry(
                Kind.ACTIVATION,
                name,
                bundle,
                new Version(version),
                bundleId,
                component,
                ranking,
                nextService++,
                "",
                source);
    }

    private static Entry withRanking(Entry e, int ranking) {
        return new Entry(
                e.kind(),
                e.name(),
                e.bundle(),
                e.version(),
                e.bundleId(),
                e.component(),
                ranking,
                e.serviceId(),
                "",
                e.source());
    }

    private List<String> order() {
        return catalogue.providers(Kind.ACTIVATION, "mish").stream()
                .map(Plugin::origin)
                .map(o -> o.bundle() + " " + o.version() + " " + o.component() + " " + o.ranking())
                .toList();
    }

    private RuntimeDTO dto() {
        RuntimeDTO dto = new RuntimeDTO();
        catalogue.fill(dto);
        return dto;
    }

    @Test
    void orderIsTheSameAfterAnyOrderOfArrival() {
        List<Entry> entries = new ArrayList<>(List.of(
                entry("mish", "b", "1.0.0", "x", 100),
                entry("mish", "a", "1.10.0", "x", 0),
                entry("mish", "a", "1.9.0", "x", 0),
                entry("mish", "b", "2.0.0", "x", 0),
                entry("mish", "c", "9.0.0", "x", -1)));
        for (long seed = 0; seed < 20; seed++) {
            Collections.shuffle(entries, new Random(seed));
            entries.forEach(catalogue::add);
            assertThat(order())
                    .as("seed %d", seed)
                    .containsExactly("b 1.0.0 x 100", "a 1.10.0 x 0", "a 1.9.0 x 0", "b 2.0.0 x 0", "c 9.0.0 x -1");
            entries.forEach(catalogue::remove);
            assertThat(order()).isEmpty();
        }
    }

    @Test
    void theComponentsNameComesBeforeTheServiceId() {
        Entry late = entry("mish", "a", "1.0.0", "b", 0);
        Entry early = entry("mish", "a", "1.0.0", "a", 0);
        assertThat(Entry.ORDER.compare(early, late)).isNegative();
        assertThat(Entry.ORDER.compare(late, late)).isZero();
        assertThat(Entry.ORDER.compare(late, entry("mish", "a", "1.0.0", "b", 0)))
                .isNegative();
    }

    @Test
    void losersAreShadowedAndTheReportSaysByWhom() {
        catalogue.add(entry("mish", "slow", "1.0.0", "x", 0));
        catalogue.add(entry("mish", "fast", "2.1.0", "x", 100));
        assertThat(dto().plugins)
                .extracting(p -> p.bundle, p -> p.state, p -> p.reason)
                .containsExactly(
                        tuple("fast", "active", ""), tuple("slow", "shadowed", "shadowed by fast 2.1.0, ranking 100"));
    }

    @Test
    void whereOnlySymbolicNamesDecideIsToldOnce() {
        Shadows shadows = new Shadows();
        Name mish = new Name(Kind.ACTIVATION, "mish");
        catalogue.add(entry("mish", "org.own", "1.0.0", "x", 0));
        catalogue.add(entry("mish", "org.own", "1.1.0", "x", 0));
        catalogue.add(entry("mish", "org.slow", "1.0.0", "x", -1));
        assertThat(shadows.news(mish, catalogue.standings(mish))).isEmpty();
        catalogue.add(entry("mish", "com.example", "2.0.0", "x", 0));
        assertThat(shadows.news(mish, catalogue.standings(mish)))
                .containsExactly("activation mish of org.own 1.1.0 is shadowed by that of com.example 2.0.0: both have"
                        + " ranking 0, so the symbolic name decides; give one another service.ranking or name");
        assertThat(shadows.news(mish, catalogue.standings(mish))).isEmpty();
    }

    @Test
    void sameNameAndRankingTwiceInOneBundleIsADuplicateUntilTheFirstLeaves() {
        Entry a = entry("mish", "one", "1.0.0", "a", 0);
        Entry b = entry("mish", "one", "1.0.0", "b", 0);
        catalogue.add(b);
        catalogue.add(a);
        assertThat(order()).containsExactly("one 1.0.0 a 0");
        assertThat(dto().plugins.get(1))
                .returns("failed", p -> p.state)
                .returns(
                        "duplicate: its bundle offers the same name twice with ranking 0; rename one or give it another service.ranking",
                        p -> p.reason);
        catalogue.remove(a);
        assertThat(order()).containsExactly("one 1.0.0 b 0");
    }

    @Test
    void anotherRankingOrAnotherVersionOfTheBundleIsNoDuplicate() {
        catalogue.add(entry("mish", "one", "1.0.0", "a", 0));
        catalogue.add(entry("mish", "one", "1.0.0", "b", 1));
        catalogue.add(entry("mish", "one", "1.1.0", "a", 0));
        assertThat(order()).containsExactly("one 1.0.0 b 1", "one 1.1.0 a 0", "one 1.0.0 a 0");
    }

    @Test
    void anObjectIsMadeOnFirstUseAndOnlyOnce() {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger released = new AtomicInteger();
        Entry e = entry("mish", "one", "1.0.0", "a", 0, new Entry.Source() {
            @Override
            public Object get() {
                return new Scaled(made.incrementAndGet());
            }

            @Override
            public void release() {
                released.incrementAndGet();
            }
        });
        catalogue.add(e);
        Plugin plugin = catalogue.providers(Kind.ACTIVATION, "mish").get(0);
        assertThat(made).hasValue(0);
        assertThat(plugin.instance()).isSameAs(plugin.instance());
        assertThat(made).hasValue(1);
        catalogue.remove(e);
        assertThat(released).hasValue(1);
        assertThatThrownBy(plugin::instance)
                .isInstanceOf(MissingPluginException.class)
                .hasMessage("activation mish of one 1.0.0 has left");
        assertThat(plugin.origin().bundle()).isEqualTo("one");
    }

    @Test
    void aPluginThatThrowsIsFailedAndTheNextOneServes() {
        catalogue.add(entry("mish", "bad", "1.0.0", "a", 5, () -> {
            throw new NoClassDefFoundError("org/gone/Table");
        }));
        catalogue.add(entry("mish", "good", "1.0.0", "a", 0));
        long before = catalogue.changeCount();
        Plugin bad = catalogue.providers(Kind.ACTIVATION, "mish").get(0);
        String failure = "activation mish of bad 1.0.0 failed: NoClassDefFoundError: org/gone/Table";
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(bad::instance)
                    .isInstanceOf(MissingPluginException.class)
                    .hasMessage(failure)
                    .hasNoCause();
        }
        assertThat(order()).containsExactly("good 1.0.0 a 0");
        assertThat(catalogue.changeCount()).isGreaterThan(before);
        assertThat(dto().plugins)
                .extracting(p -> p.bundle, p -> p.state, p -> p.reason)
                .containsExactly(
                        tuple("bad", "failed", "NoClassDefFoundError: org/gone/Table"), tuple("good", "active", ""));
    }

    @Test
    void anObjectOfAnotherTypeOrNoneIsAFailure() {
        catalogue.with(Kind.ACTIVATION, "text", "hello");
        catalogue.add(entry("none", "one", "1.0.0", "a", 0, () -> null));
        for (String name : List.of("text", "none")) {
            Plugin plugin = catalogue.providers(Kind.ACTIVATION, name).get(0);
            assertThatThrownBy(plugin::instance).isInstanceOf(MissingPluginException.class);
        }
        assertThat(dto().plugins)
                .extracting(p -> p.reason)
                .containsExactly(
                        "its service gave no object",
                        "String is no Layer, Layer.Factory, Activation or AffinePerChannel of the api that Fascicle uses");
    }

    @Test
    void lastIsKnownOnlyWhileNobodyProvides() {
        Entry a = entry("mish", "one", "1.0.0", "a", 0);
        Entry b = entry("mish", "two", "1.0.0", "a", 0);
        assertThat(catalogue.last(Kind.ACTIVATION, "mish")).isEmpty();
        catalogue.add(a);
        catalogue.add(b);
        catalogue.remove(a);
        assertThat(catalogue.last(Kind.ACTIVATION, "mish")).isEmpty();
        catalogue.remove(b);
        assertThat(catalogue.last(Kind.ACTIVATION, "mish")).map(Origin::bundle).contains("two");
        catalogue.add(a);
        assertThat(catalogue.last(Kind.ACTIVATION, "mish")).isEmpty();
    }

    @Test
    void aChangedRankingElectsAgainAndKeepsPluginAndObject() {
        Entry a = entry("mish", "one", "1.0.0", "a", 0);
        catalogue.add(a);
        catalogue.add(entry("mish", "two", "1.0.0", "a", 1));
        Plugin plugin = catalogue.providers(Kind.ACTIVATION, "mish").get(1);
        Object object = plugin.instance();
        catalogue.change(a, withRanking(a, 7));
        assertThat(catalogue.providers(Kind.ACTIVATION, "mish").get(0)).isSameAs(plugin);
        assertThat(plugin.instance()).isSameAs(object);
        assertThat(plugin.origin().ranking()).isEqualTo(7);
    }

    @Test
    void hashIsTakenWhenNeededAndKnownAfterTheBundleLeft() {
        Entry e = entry("mish", "one", "1.0.0", "a", 0, new Entry.Source() {
            @Override
            public Object get() {
                return new Scaled(1);
            }

            @Override
            public String hash() {
                return "cafe";
            }
        });
        catalogue.add(e);
        assertThat(dto().plugins.get(0).hash).isEmpty();
        catalogue.create(
                Kind.ACTIVATION, "", java.util.Map.of("type", "mish"), org.fascicle.plugin.Plugins.Choice.BEST);
        assertThat(dto().plugins.get(0).hash).isEqualTo("cafe");
        catalogue.remove(e);
        assertThat(catalogue.last(Kind.ACTIVATION, "mish")).map(Origin::hash).contains("cafe");
    }

    @Test
    void theSameContentIsKnownByItsHash() {
        Entry old = Entry.of(Kind.ACTIVATION, "mish", "one", "1.0.0", 0, 1, new Scaled(1));
        catalogue.add(old);
        Origin pinned = catalogue.providers(Kind.ACTIVATION, "mish").get(0).origin();
        catalogue.remove(old);
        catalogue.add(Entry.of(Kind.ACTIVATION, "mish", "one", "1.0.0", 0, 2, new Scaled(1)));
        catalogue.add(Entry.of(Kind.ACTIVATION, "mish", "one", "1.1.0", 0, 3, new Scaled(1)));
        assertThat(catalogue.providers(Kind.ACTIVATION, "mish"))
                .extracting(p -> p.origin().sameContent(pinned))
                .containsExactly(false, true);
    }

    @Test
    void namesAreSortedAndUsableOnes() {
        catalogue.with(Kind.ACTIVATION, "relu", new Scaled(1)).with(Kind.ACTIVATION, "mish", new Scaled(1));
        catalogue.with(Kind.LAYER, "dense", new Scaled(1));
        catalogue.add(entry("Bad", "one", "1.0.0", "a", 0).rejected("bad name"));
        assertThat(catalogue.names(Kind.ACTIVATION)).containsExactly("mish", "relu");
        assertThat(dto().plugins)
                .extracting(p -> p.kind + " " + p.name)
                .containsExactly("activation Bad", "activation mish", "activation relu", "layer dense");
    }

    @Test
    void anEntryThatWasRejectedIsNeverAskedForItsObject() {
        catalogue.add(entry("mish", "one", "1.0.0", "a", 0, () -> {
                    throw new AssertionError("asked");
                })
                .rejected("bad name: because"));
        assertThat(catalogue.providers(Kind.ACTIVATION, "mish")).isEmpty();
        assertThat(dto().plugins.get(0).reason).isEqualTo("bad name: because");
    }

    @Test
    void aPluginThatLeavesWhileItIsMadeIsGivenBackByTheMaker() {
        AtomicInteger released = new AtomicInteger();
        List<Entry> self = new ArrayList<>();
        Entry e = entry("mish", "one", "1.0.0", "a", 0, new Entry.Source() {
            @Override
            public Object get() {
                catalogue.remove(self.get(0));
                return new Scaled(1);
            }

            @Override
            public void release() {
                released.incrementAndGet();
            }
        });
        self.add(e);
        catalogue.add(e);
        Plugin plugin = catalogue.providers(Kind.ACTIVATION, "mish").get(0);
        assertThatThrownBy(plugin::instance).hasMessage("activation mish of one 1.0.0 has left");
        assertThat(released).hasValue(1);
    }
}
