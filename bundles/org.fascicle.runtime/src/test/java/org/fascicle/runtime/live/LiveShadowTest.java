package org.fascicle.runtime.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.runtime.live.Workbench.spec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.fascicle.model.Model;
import org.fascicle.model.Session;
import org.fascicle.model.Shadow;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.registry.Entry;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.runtime.dto.ShadowDTO;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A second provider computes beside the active one and is compared; nobody who predicts notices. */
class LiveShadowTest {
    private final Workbench bench = new Workbench(1, 200);
    private long ids = 1000;
    private Entry active;

    /** y = factor x, and something else besides. */
    private record Times(float factor, Runnable besides) implements Activation {
        @Override
        public float apply(float x) {
            besides.run();
            return factor * x;
        }

        @Override
        public float slope(float x, float y) {
            return factor;
        }
    }

    private Entry times(float factor, int ranking, String bundle, Runnable besides) {
        String version = "1.0." + (int) Math.abs(factor);
        return Entry.of(Kind.ACTIVATION, "times", bundle, version, ranking, ids++, new Times(factor, besides));
    }

    private Entry times(float factor, int ranking, String bundle) {
        return times(factor, ranking, bundle, () -> {});
    }

    @BeforeEach
    void begin() {
        active = times(2, 5, "org.example.active");
        bench.catalogue.add(active);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Model model() {
        return bench.models.create("m", spec(List.of(2), List.of("times", "linear")), 1);
    }

    private static Tensor x() {
        return Tensor.of(Shape.of(3, 2), 1, 2, -3, 5, 0.5f, 0.25f);
    }

    private static void predict(Model m, int times) {
        for (int i = 0; i < times; i++) assertThat(m.predict(x()).data()).containsExactly(2, 4, -6, 10, 1, 0.5f);
    }

    private static Shadow.Report seen(Shadow s, int compared) {
        await().until(() -> s.report().compared() >= compared);
        return s.report();
    }

    @Test
    void theDifferencesOfAnotherVersionAreReportedAndTheAnswersStay() {
        bench.catalogue.add(times(4, 0, "org.example.other"));
        Model m = model();
        try (Shadow s = m.shadow("times1", "org.example.other")) {
            predict(m, 1);
            Shadow.Report r = seen(s, 1);
            assertThat(r.state()).isEqualTo(Shadow.State.COMPARING);
            assertThat(r.difference().absolute()).isEqualTo(10);
            assertThat(r.difference().relative()).isEqualTo(0.5);
            assertThat(r.outputs()).containsOnlyKeys("linear1");
            assertThat(r.outputs().get("linear1").decisions()).isEqualTo(3);
            assertThat(r.flips()).isZero();
            assertThat(r.failed()).isZero();
            assertThat(r.activeTime()).isPositive();
            assertThat(r.shadowTime()).isPositive();
            assertThat(r.active()).hasToString("[activation times of org.example.active 1.0.2]");
            assertThat(r.shadow()).hasToString("[activation times of org.example.other 1.0.4]");
        }
    }

    @Test
    void decisionsThatDifferAreCounted() {
        bench.catalogue.add(times(-2, 0, "org.example.other"));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other@1.0.2");
        predict(m, 2);
        Shadow.Report r = seen(s, 2);
        assertThat(r.flips()).isEqualTo(6);
        assertThat(r.outputs().get("linear1").decisions()).isEqualTo(6);
    }

    @Test
    void aShadowIsDescribed() {
        bench.catalogue.add(times(4, 0, "org.example.other"));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        predict(m, 1);
        seen(s, 1);
        assertThat(m.shadows()).containsExactly(s);
        assertThat(described()).singleElement().satisfies(d -> {
            assertThat(d.node).isEqualTo("times1");
            assertThat(d.provider).isEqualTo("org.example.other");
            assertThat(d.state).isEqualTo("COMPARING");
            assertThat(d.compared).isEqualTo(1);
            assertThat(d.relative).isEqualTo(0.5);
        });
        s.close();
        assertThat(s.report().state()).isEqualTo(Shadow.State.CLOSED);
        assertThat(s.report().compared()).isEqualTo(1);
        assertThat(m.shadows()).isEmpty();
        assertThat(described()).isEmpty();
    }

    private ShadowDTO[] described() {
        RuntimeDTO dto = new RuntimeDTO();
        bench.models.fill(dto);
        return dto.models.get(0).shadows;
    }

    @Test
    void whatCannotBeShadowedIsToldAtOnce() {
        bench.catalogue.add(times(4, 0, "org.example.other"));
        Model m = model();
        m.shadow("times1", "org.example.other");
        assertThatThrownBy(() -> m.shadow("times1", "org.example.other"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("shadow: org.example.other is a shadow of times1 of m already; close it first");
        assertThatThrownBy(() -> m.shadow("times2", "org.example.other"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("shadow: m has no node times2; its nodes are [times1, linear1]");
        assertThatThrownBy(() -> m.shadow("times1", "org.example.other@new"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("perhaps with a version behind it");
        assertThatThrownBy(() -> m.shadow("times1", "org.example.other@9"))
                .isInstanceOf(MissingPluginException.class)
                .hasMessage("shadow: nothing of times1 of m comes from org.example.other@9.0.0; there is "
                        + "activation times of org.example.active@1.0.2 and of org.example.other@1.0.4");
        assertThat(m.shadows()).hasSize(1);
        m.close();
        assertThatThrownBy(() -> m.shadow("times1", "org.example.other"))
                .isInstanceOf(FascicleException.class)
                .hasMessageContaining("m is closed");
    }

    /** A layer with one parameter of this width. */
    private record Scaled(int width) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).param(Param.scale("factor", width, 3));
        }

        @Override
        public void forward(Pass p) {
            float f = p.parameter("factor").data()[0];
            for (int i = 0; i < p.output(0).size(); i++)
                p.output(0).data()[i] = f * p.input(0).data()[i];
        }

        @Override
        public void backward(Pass p) {}
    }

    @Test
    void aProviderThatWantsOtherParametersIsRefusedAtOnce() {
        bench.catalogue.add(Entry.of(Kind.LAYER, "scaled", "org.example.one", "1.0.0", 5, ids++, new Scaled(1)));
        bench.catalogue.add(Entry.of(Kind.LAYER, "scaled", "org.example.two", "1.0.0", 0, ids++, new Scaled(2)));
        Model m = bench.models.create("s", spec(List.of(2), List.of(layer("scaled"))), 1);
        assertThatThrownBy(() -> m.shadow("scaled1", "org.example.two"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shadow org.example.two: scaled1.factor")
                .hasMessageContaining("[1]")
                .hasMessageContaining("[2]");
        assertThat(m.shadows()).isEmpty();
    }

    @Test
    void onlyTheNodeAndItsChildrenAreComputedOtherwise() {
        bench.catalogue.add(times(4, 0, "org.example.other"));
        Model m = bench.models.create(
                "m",
                spec(
                        List.of(2),
                        List.of(
                                layer("dense", "units", 2, "id", "d", "activation", "times"),
                                layer("times", "id", "t"))),
                1);
        try (Shadow s = m.shadow("d", "org.example.other")) {
            m.predict(x());
            assertThat(seen(s, 1).difference().relative())
                    .as("the activation of the dense layer, not the second node")
                    .isEqualTo(0.5);
            assertThat(s.report().shadow())
                    .extracting(Object::toString)
                    .contains("layer dense of test 0.0.0", "activation times of org.example.other 1.0.4");
        }
    }

    @Test
    void aShadowWhoseProviderLeavesWaitsAndGoesOnWhenItIsBack() {
        Entry other = times(4, 0, "org.example.other");
        bench.catalogue.add(other);
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        predict(m, 1);
        seen(s, 1);
        bench.catalogue.remove(other);
        await().untilAsserted(() -> {
            assertThat(s.report().state()).isEqualTo(Shadow.State.WAITING);
            assertThat(s.report().reason())
                    .contains(
                            "nothing of times1 of m comes from org.example.other; there is activation times of org.example.active@1.0.2");
        });
        predict(m, 3);
        assertThat(s.report().skipped()).isEqualTo(3);
        bench.catalogue.add(times(4, 0, "org.example.other"));
        await().until(() -> s.report().state() == Shadow.State.COMPARING);
        predict(m, 1);
        assertThat(seen(s, 2).compared())
                .as("the same content goes on counting")
                .isEqualTo(2);
        assertThat(m.satisfied()).isTrue();
    }

    @Test
    void numbersOfDifferentCodeAreNotMixed() {
        bench.catalogue.add(times(4, 0, "org.example.other"));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        predict(m, 3);
        seen(s, 3);
        bench.catalogue.add(times(4, 9, "org.example.active"));
        await().until(() -> m.predict(x()).data()[0] == 4);
        await().untilAsserted(() -> {
            m.predict(x());
            assertThat(s.report().active()).hasToString("[activation times of org.example.active 1.0.4]");
            assertThat(s.report().difference().absolute()).isZero();
        });
        bench.catalogue.remove(active);
    }

    @Test
    void codeElsewhereIsNoDifferenceOfTheShadow() throws Exception {
        bench.catalogue.add(times(2, 0, "org.example.other"));
        bench.catalogue.add(
                Entry.of(Kind.ACTIVATION, "linear", "org.example.linear", "1.0.0", 3, ids++, new Times(1, () -> {})));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        AtomicBoolean stop = new AtomicBoolean();
        Thread t = new Thread(() -> {
            while (!stop.get()) m.predict(x());
        });
        t.start();
        for (int k = 1; k <= 10; k++) {
            String version = "2.0." + k;
            Times linear = new Times(1 << k, () -> {});
            bench.catalogue.add(
                    Entry.of(Kind.ACTIVATION, "linear", "org.example.linear", version, 3 + k, ids++, linear));
            float expected = 2 << k;
            await().until(() -> m.predict(x()).data()[0] == expected);
            long then = s.report().compared();
            await().until(() -> s.report().compared() > then);
        }
        stop.set(true);
        t.join(30_000);
        assertThat(s.report().difference().absolute()).isZero();
    }

    @Test
    void aShadowFollowsTheAnsweringCodeElsewhereWhereABetterIsRefused() {
        bench.catalogue.add(times(4, 0, "org.example.other"));
        Model m = model();
        CountDownLatch probed = new CountDownLatch(1);
        bench.models.upkeep().soon(probed::countDown);
        await().until(() -> probed.getCount() == 0);
        bench.models.configure(Workbench.config(200, Map.of("swap_policy", "refuse")));
        bench.catalogue.add(
                Entry.of(Kind.ACTIVATION, "linear", "org.example.linear", "1.0.0", 3, ids++, new Times(8, () -> {})));
        await().until(() -> !bench.events.isEmpty());
        Shadow s = m.shadow("times1", "org.example.other");
        predict(m, 1);
        assertThat(seen(s, 1).difference().absolute()).isEqualTo(10);
    }

    @Test
    void aShadowThatFailsIsCountedAndTheReasonKept() {
        AtomicBoolean fails = new AtomicBoolean(true);
        bench.catalogue.add(times(4, 0, "org.example.other", () -> {
            if (fails.get()) throw new IllegalStateException("the table is missing");
        }));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        predict(m, 2);
        await().until(() -> s.report().failed() == 2);
        assertThat(s.report().reason()).contains("times1", "the table is missing");
        assertThat(s.report().compared()).isZero();
        fails.set(false);
        predict(m, 1);
        assertThat(seen(s, 1).failed()).isEqualTo(2);
    }

    /** Holds whoever computes with it until told to go on. */
    private static final class Hold implements Runnable {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void run() {
            inside.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aBusyShadowSkipsAndHoldsNobodyUp() throws Exception {
        Hold hold = new Hold();
        bench.catalogue.add(times(4, 0, "org.example.other", hold));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        predict(m, 1);
        hold.inside.await();
        predict(m, 100);
        assertThat(s.report().skipped()).isEqualTo(92);
        assertThat(s.report().compared()).isZero();
        hold.go.countDown();
        assertThat(seen(s, 9).skipped()).isEqualTo(92);
    }

    @Test
    void whatTheCallerDoesToInputsAndAnswersLaterDoesNotCount() throws Exception {
        Hold hold = new Hold();
        bench.catalogue.add(times(2, 0, "org.example.other", hold));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        for (int i = 0; i < 2; i++) {
            Tensor in = x();
            Tensor out = m.predict(in);
            in.fill(7);
            out.fill(9);
        }
        hold.go.countDown();
        assertThat(seen(s, 2).difference().absolute()).isZero();
    }

    @Test
    void whoLeavesWhileAShadowComputesWithItWaitsForThat() throws Exception {
        Hold hold = new Hold();
        Entry other = times(4, 0, "org.example.other", hold);
        bench.catalogue.add(other);
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        predict(m, 1);
        hold.inside.await();
        AtomicBoolean left = new AtomicBoolean();
        Thread leaving = new Thread(() -> {
            bench.catalogue.remove(other);
            left.set(true);
        });
        leaving.start();
        await().until(() -> s.report().state() == Shadow.State.WAITING);
        predict(m, 10);
        assertThat(left).as("the provider is in use").isFalse();
        hold.go.countDown();
        leaving.join(30_000);
        assertThat(left).isTrue();
    }

    @Test
    void aShadowEndsWithItsModel() {
        bench.catalogue.add(times(4, 0, "org.example.other"));
        Model m = model();
        Shadow s = m.shadow("times1", "org.example.other");
        m.close();
        assertThat(s.report().state()).isEqualTo(Shadow.State.CLOSED);
        s.close();
    }

    /** Adds what it has seen before in the stream, times a factor. */
    private record Adding(float factor) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).state("sum", in.get(0));
        }

        @Override
        public void forward(Pass p) {
            for (int i = 0; i < p.output(0).size(); i++) {
                float sum = p.state("sum").data()[i] + p.input(0).data()[i];
                p.nextState("sum").data()[i] = sum;
                p.output(0).data()[i] = factor * sum;
            }
        }

        @Override
        public void backward(Pass p) {}
    }

    @Test
    void aShadowOfASessionBeginsFromTheSameState() {
        bench.catalogue.add(Entry.of(Kind.LAYER, "adding", "org.example.one", "1.0.0", 5, ids++, new Adding(1)));
        bench.catalogue.add(Entry.of(Kind.LAYER, "adding", "org.example.two", "1.0.0", 0, ids++, new Adding(2)));
        Model m = bench.models.create("s", spec(List.of(1), List.of(layer("adding"))), 1);
        Shadow s = m.shadow("adding1", "org.example.two");
        Session session = m.session();
        for (int i = 1; i <= 4; i++) {
            float y = session.predict(Map.of("x", Tensor.of(Shape.of(1, 1), 1)))
                    .get("adding1")
                    .data()[0];
            assertThat(y).isEqualTo(i);
            assertThat(seen(s, i).difference().absolute()).isEqualTo(i);
        }
    }

    @Test
    void answersStayWhileShadowsAndTheirProvidersComeAndGo() throws Exception {
        long seed = Long.getLong("fascicle.seed", System.nanoTime());
        Random random = new Random(seed);
        Model m = model();
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentLinkedQueue<Object> wrong = new ConcurrentLinkedQueue<>();
        AtomicInteger answers = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread t = new Thread(() -> {
                while (!stop.get()) {
                    try {
                        float y = m.predict(x()).data()[0];
                        if (y != 2) wrong.add(y);
                        answers.incrementAndGet();
                    } catch (RuntimeException e) {
                        wrong.add(e);
                    }
                }
            });
            t.start();
            threads.add(t);
        }
        for (int round = 0; round < 40; round++) {
            Entry other = times(4, 0, "org.example.other");
            bench.catalogue.add(other);
            Shadow s = m.shadow("times1", "org.example.other");
            if (random.nextBoolean()) seen(s, 1);
            if (random.nextBoolean()) {
                bench.catalogue.remove(other);
                other = times(4, 0, "org.example.other");
                bench.catalogue.add(other);
            }
            if (random.nextBoolean()) seen(s, 2);
            s.close();
            assertThat(s.report().difference().relative()).as("seed " + seed).isIn(0d, 0.5);
            bench.catalogue.remove(other);
        }
        stop.set(true);
        for (Thread t : threads) t.join(30_000);
        assertThat(wrong).as("seed " + seed).isEmpty();
        assertThat(answers.get()).isPositive();
        assertThat(m.predict(Map.of("x", x()), Duration.ZERO)).hasSize(1);
    }
}
