package org.fascicle.runtime.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.runtime.live.Workbench.spec;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.model.ModelEvent;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.registry.Entry;
import org.fascicle.runtime.dto.ModelDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model answers to its probe before a swap is compared with what it answers after. */
class SwapTest {
    private final Workbench bench = new Workbench(1, 200);
    private long ids = 1000;

    @AfterEach
    void close() {
        bench.close();
    }

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

    private Entry times(float factor, int ranking, String version, Runnable besides) {
        return Entry.of(
                Kind.ACTIVATION, "times", "org.example.times", version, ranking, ids++, new Times(factor, besides));
    }

    private Entry times(float factor, int ranking, String version) {
        return times(factor, ranking, version, () -> {});
    }

    private Model model() {
        return bench.models.create("m", spec(List.of(2), List.of("times"), "mean_squared_error"), 1);
    }

    /** What a model answers is known once its probe was asked, which is after the model is made. */
    private Model probed() {
        bench.catalogue.add(times(2, 0, "1.0.2"));
        Model m = model();
        settled();
        return m;
    }

    /** What was asked of the runtime's thread until now is done. */
    private void settled() {
        CountDownLatch done = new CountDownLatch(1);
        bench.models.upkeep().soon(done::countDown);
        await().until(() -> done.getCount() == 0);
    }

    private static void hold(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static float one(Model m) {
        return m.predict(Tensor.of(Shape.of(1, 2), 1, 1)).data()[0];
    }

    private List<ModelEvent> events(ModelEvent.Type type) {
        return bench.events.stream().filter(e -> e.type() == type).toList();
    }

    private ModelEvent event(ModelEvent.Type type) {
        await().until(() -> !events(type).isEmpty());
        return events(type).get(0);
    }

    private ModelDTO described() {
        RuntimeDTO dto = new RuntimeDTO();
        bench.models.fill(dto);
        return dto.models.get(0);
    }

    private void refuse() {
        bench.models.configure(Workbench.config(200, Map.of("swap_policy", "refuse")));
    }

    @Test
    void aSwapWhoseOutputsDifferSaysByHowMuch() {
        Model m = probed();
        bench.catalogue.add(times(4, 5, "1.0.4"));
        await().untilAsserted(() -> assertThat(one(m)).isEqualTo(4));
        ModelEvent e = event(ModelEvent.Type.SWAPPED);
        assertThat(e.message())
                .startsWith("now on activation times of org.example.times 1.0.4; outputs differ by up to ")
                .endsWith("(relative 0.5, tolerance 1e-5)");
        assertThat(e.difference()).get().satisfies(d -> {
            assertThat(d.relative()).isEqualTo(0.5);
            assertThat(d.absolute()).isPositive();
        });
    }

    @Test
    void aSwapToTheSameNumbersSaysNothingOfThem() {
        Model m = probed();
        bench.catalogue.add(times(2, 5, "1.0.3"));
        ModelEvent e = event(ModelEvent.Type.SWAPPED);
        assertThat(e.message()).isEqualTo("now on activation times of org.example.times 1.0.3");
        assertThat(e.difference()).get().satisfies(d -> assertThat(d.absolute()).isZero());
        assertThat(one(m)).isEqualTo(2);
    }

    @Test
    void theToleranceIsConfigured() {
        probed();
        bench.models.configure(Workbench.config(200, Map.of("swap_tolerance", 0.5)));
        bench.catalogue.add(times(4, 5, "1.0.4"));
        assertThat(event(ModelEvent.Type.SWAPPED).message()).doesNotContain("differ");
    }

    @Test
    void aSwapAfterAGapIsComparedWithWhatWasBefore() {
        Entry first = times(2, 0, "1.0.2");
        bench.catalogue.add(first);
        Model m = model();
        settled();
        bench.catalogue.remove(first);
        event(ModelEvent.Type.WAITING);
        bench.catalogue.add(times(4, 0, "1.0.4"));
        assertThat(event(ModelEvent.Type.SWAPPED).message()).contains("relative 0.5");
        assertThat(one(m)).isEqualTo(4);
    }

    @Test
    void withThePolicyRefuseABetterProviderThatAnswersOtherwiseIsRefusedAndTheOldGoesOn() {
        Model m = probed();
        refuse();
        bench.catalogue.add(times(4, 5, "1.0.4"));
        ModelEvent e = event(ModelEvent.Type.REFUSED);
        assertThat(e.message())
                .startsWith("m: activation times of org.example.times 1.0.4 is not taken: outputs differ by up to ")
                .contains("swap.policy is refuse", "swap m --accept");
        assertThat(e.difference()).get().satisfies(d -> assertThat(d.relative()).isEqualTo(0.5));
        assertThat(one(m)).isEqualTo(2);
        assertThat(described().refused).isEqualTo(e.message());
        bench.catalogue.add(times(2, 9, "1.0.3"));
        assertThat(event(ModelEvent.Type.SWAPPED).message()).as("equal outputs").contains("1.0.3");
        assertThat(described().refused).isEmpty();
    }

    @Test
    void whatWasRefusedTakesOverWhenItIsAcceptedAndIsWhatCountsFromThenOn() {
        Model m = probed();
        refuse();
        bench.catalogue.add(times(4, 5, "1.0.4"));
        event(ModelEvent.Type.REFUSED);
        m.acceptSwap();
        await().untilAsserted(() -> assertThat(one(m)).isEqualTo(4));
        settled();
        bench.catalogue.add(times(8, 9, "1.0.8"));
        await().until(() -> events(ModelEvent.Type.REFUSED).size() == 2);
        assertThat(one(m)).isEqualTo(4);
    }

    @Test
    void acceptingWithoutARefusalChangesNothing() {
        Model m = probed();
        refuse();
        m.acceptSwap();
        settled();
        bench.catalogue.add(times(4, 5, "1.0.4"));
        event(ModelEvent.Type.REFUSED);
        assertThat(one(m)).isEqualTo(2);
    }

    @Test
    void whatWasRefusedTakesOverWhenThePolicyChanges() {
        Model m = probed();
        refuse();
        bench.catalogue.add(times(4, 5, "1.0.4"));
        event(ModelEvent.Type.REFUSED);
        bench.models.configure(Workbench.config(200, Map.of()));
        await().untilAsserted(() -> assertThat(one(m)).isEqualTo(4));
    }

    @Test
    void withThePolicyRefuseAModelWhoseCodeHasLeftWaitsForEqualOutputsAndSaysWhy() {
        Entry first = times(2, 5, "1.0.2");
        bench.catalogue.add(first);
        Model m = model();
        settled();
        refuse();
        bench.catalogue.add(times(4, 0, "1.0.4"));
        settled();
        bench.catalogue.remove(first);
        event(ModelEvent.Type.REFUSED);
        assertThat(m.satisfied()).isFalse();
        assertThatThrownBy(() -> one(m))
                .isInstanceOf(MissingPluginException.class)
                .hasMessageContaining("1.0.4 is not taken: outputs differ")
                .hasMessageContaining("waited 0.2 s");
        assertThat(described().reason).contains("swap.policy is refuse");
        bench.catalogue.add(times(2, 5, "1.0.2"));
        await().until(m::satisfied);
        assertThat(one(m)).as("the same content is back").isEqualTo(2);
    }

    @Test
    void whatFailsWhereTheCodeBeforeAnsweredIsRefused() {
        Model m = probed();
        bench.catalogue.add(times(4, 5, "1.0.4", () -> {
            throw new IllegalStateException("the table is missing");
        }));
        assertThat(event(ModelEvent.Type.REFUSED).message())
                .contains("1.0.4 is not taken: it fails where the code before it answered", "the table is missing");
        assertThat(one(m)).isEqualTo(2);
    }

    @Test
    void whatFailsAndHasTakenOverBecauseThereWasNothingElseIsTold() {
        Entry first = times(2, 0, "1.0.2");
        bench.catalogue.add(first);
        model();
        settled();
        bench.catalogue.remove(first);
        bench.catalogue.add(times(4, 5, "1.0.4", () -> {
            throw new IllegalStateException("the table is missing");
        }));
        assertThat(event(ModelEvent.Type.SWAPPED).message())
                .startsWith(
                        "now on activation times of org.example.times 1.0.4; it fails where the code before it answered")
                .contains("the table is missing")
                .doesNotContain("not taken");
    }

    @Test
    void weightsThatArePublishedAreNoDifferenceOfTheCode() {
        Entry first = times(2, 0, "1.0.2");
        bench.catalogue.add(first);
        Model m = bench.models.create("m", spec(List.of(2), List.of(layer("dense", "units", 3), "times")), 1);
        settled();
        refuse();
        CountDownLatch held = new CountDownLatch(1);
        // The runtime's thread is busy: the probe is not asked between the publication and the swap.
        bench.models.upkeep().soon(() -> hold(held));
        Map<String, Tensor> w = m.weights();
        w.values().forEach(t -> t.fill(7));
        m.weights(w);
        bench.catalogue.add(times(2, 5, "1.0.3"));
        held.countDown();
        assertThat(event(ModelEvent.Type.SWAPPED).difference())
                .get()
                .satisfies(d -> assertThat(d.absolute()).isZero());
        assertThat(events(ModelEvent.Type.REFUSED)).isEmpty();
        settled();
        bench.catalogue.add(times(4, 9, "1.0.4"));
        assertThat(event(ModelEvent.Type.REFUSED).difference())
                .as("on the weights of now: 2 (7 x1 + 7 x2 + 7)")
                .get()
                .satisfies(d -> assertThat(d.absolute()).isGreaterThan(14));
    }

    @Test
    void learnersAreNotProbed() {
        Model m = probed();
        refuse();
        LearnerSpec best =
                new LearnerSpec(Map.of("type", "sgd"), 1, Double.POSITIVE_INFINITY, LearnerSpec.Providers.BEST);
        try (Learner l = m.learner(best)) {
            bench.catalogue.add(times(4, 5, "1.0.4"));
            event(ModelEvent.Type.REFUSED);
            await().untilAsserted(() -> assertThat(l.providers())
                    .anySatisfy(o -> assertThat(o.version()).isEqualTo("1.0.4")));
        }
        assertThat(m.providers()).noneSatisfy(o -> assertThat(o.version()).isEqualTo("1.0.4"));
    }

    @Test
    void whatIsMeasuredIsTheCodeThatAnswers() {
        Model m = probed();
        refuse();
        Map<String, Tensor> batch =
                Map.of("x", Tensor.of(Shape.of(1, 2), 1, 1), "target", Tensor.of(Shape.of(1, 2), 0, 0));
        assertThat(m.evaluate(batch).loss()).isEqualTo(4);
        bench.catalogue.add(times(4, 5, "1.0.4"));
        event(ModelEvent.Type.REFUSED);
        settled();
        assertThat(m.evaluate(batch).loss()).isEqualTo(4);
        m.acceptSwap();
        await().untilAsserted(() -> assertThat(m.evaluate(batch).loss()).isEqualTo(16));
    }

    /** Holds whoever computes with it until told to go on. */
    private static final class Hold implements Runnable {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void run() {
            inside.countDown();
            hold(go);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoLeavesDuringItsProbeWaitsForItAndAnotherIsTaken(boolean strict) throws Exception {
        Model m = probed();
        if (strict) refuse();
        Hold hold = new Hold();
        Entry held = times(4, 5, "1.0.4", hold);
        bench.catalogue.add(held);
        hold.inside.await();
        AtomicBoolean left = new AtomicBoolean();
        Thread leaving = new Thread(() -> {
            bench.catalogue.remove(held);
            left.set(true);
        });
        leaving.start();
        assertThat(one(m)).as("predictions are not held up").isEqualTo(2);
        await().until(() -> leaving.getState() == Thread.State.TIMED_WAITING);
        assertThat(left).as("the provider is in use").isFalse();
        hold.go.countDown();
        leaving.join(30_000);
        assertThat(left).isTrue();
        settled();
        assertThat(one(m)).isEqualTo(2);
        assertThat(events(ModelEvent.Type.REFUSED)).isEmpty();
        assertThat(events(ModelEvent.Type.SWAPPED)).isEmpty();
    }

    @Test
    void aProbeGivesWayToModelsThatWaitForCode() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        Hold hold = new Hold();
        Layer.Factory next = c -> {
            done.add("the waiting model is made anew");
            return new Times(1, () -> {});
        };
        Entry leaves =
                Entry.of(Kind.ACTIVATION, "other", "org.example.other", "1.0.0", 5, ids++, new Times(1, () -> {}));
        bench.catalogue.add(leaves);
        bench.catalogue.add(Entry.of(Kind.ACTIVATION, "other", "org.example.other", "1.0.0", 0, ids++, next));
        bench.catalogue.add(Entry.of(
                Kind.ACTIVATION,
                "last",
                "org.example.last",
                "1.0.0",
                0,
                ids++,
                new Times(1, () -> done.add("the probe is at its last node"))));
        bench.catalogue.add(times(2, 0, "1.0.2"));
        bench.models.create("waiting", spec(List.of(2), List.of("other")), 1);
        bench.models.create("probed", spec(List.of(2), List.of("times", "last")), 1);
        settled();
        bench.catalogue.add(times(2, 5, "1.0.3", hold));
        hold.inside.await();
        done.clear();
        bench.catalogue.remove(leaves);
        hold.go.countDown();
        await().until(() -> done.size() >= 2);
        assertThat(done.subList(0, 2))
                .containsExactly("the waiting model is made anew", "the probe is at its last node");
        await().until(() -> events(ModelEvent.Type.SWAPPED).size() == 2);
    }

    @Test
    void aConfigurationThatMakesNoSenseChangesNothing() {
        Settings before = Settings.DEFAULT.with(Workbench.config(300, Map.of("swap_policy", "refuse")));
        assertThat(before).isEqualTo(new Settings(300, 2_000, 1e-5, true));
        assertThat(before.with(Workbench.config(
                        300, Map.of("swap_policy", "perhaps", "swap_tolerance", Double.NaN, "drain_millis", "soon"))))
                .isEqualTo(before);
        assertThat(before.with(Workbench.config(-1, Map.of("drain_millis", 5_000L, "swap_tolerance", -1d))))
                .as("the nearest that is allowed")
                .isEqualTo(new Settings(0, 4_000, 0, false));
    }

    /** A table of two rows at an index port. */
    private record Lookup(float factor) implements Layer {
        @Override
        public List<Port> inputs() {
            return List.of(Port.index("ids"));
        }

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            for (int i = 0; i < p.output(0).size(); i++)
                p.output(0).data()[i] =
                        factor * new float[] {3, 5}[(int) p.input(0).data()[i]];
        }

        @Override
        public void backward(Pass p) {}
    }

    /** Takes whole numbers only, though its port does not say so, and no short sequences. */
    private record Choosy(float factor) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            if (in.get(0).dim(1) < 100) throw new ShapeException("too short");
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            for (int i = 0; i < p.output(0).size(); i++) {
                float x = p.input(0).data()[i];
                if (x != Math.rint(x)) throw new IllegalArgumentException("not whole: " + x);
                p.output(0).data()[i] = factor * (x + 1);
            }
        }

        @Override
        public void backward(Pass p) {}
    }

    @Test
    void aProbeSuitsIndices() {
        swapsHalf(new Lookup(1), new Lookup(2), List.of(4));
    }

    @Test
    void aProbeTriesOtherFormsOfInputUntilOneSuits() {
        swapsHalf(new Choosy(1), new Choosy(2), java.util.Arrays.asList((Integer) null));
    }

    private void swapsHalf(Layer before, Layer after, List<Integer> dims) {
        bench.catalogue.add(Entry.of(Kind.LAYER, "special", "org.example.special", "1.0.0", 0, ids++, before));
        bench.models.create("m", spec(dims, List.of("special")), 1);
        settled();
        bench.catalogue.add(Entry.of(Kind.LAYER, "special", "org.example.special", "2.0.0", 5, ids++, after));
        assertThat(event(ModelEvent.Type.SWAPPED).difference())
                .get()
                .satisfies(d -> assertThat(d.relative()).isEqualTo(0.5));
    }

    @Test
    void aModelThatCannotBeProbedIsSwappedWithoutAWord() {
        AtomicInteger asked = new AtomicInteger();
        bench.catalogue.add(times(2, 0, "1.0.2", () -> {
            asked.incrementAndGet();
            throw new IllegalStateException("never");
        }));
        model();
        await().until(() -> asked.get() > 0);
        settled();
        bench.catalogue.add(times(4, 5, "1.0.4"));
        ModelEvent e = event(ModelEvent.Type.SWAPPED);
        assertThat(e.message()).isEqualTo("now on activation times of org.example.times 1.0.4");
        assertThat(e.difference()).isEmpty();
    }
}
