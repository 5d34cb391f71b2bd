package org.fascicle.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.data.Augmentation;
import org.fascicle.model.LearnerSpec;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunSpec;
import org.fascicle.trainer.EpochDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class AugmentationTest {
    private final Registry plugins = new Registry()
            .put(Kind.AUGMENTATION, "jitter", "a", o -> new Jitter())
            .put(Kind.AUGMENTATION, "fixed", "a", o -> new Fixed())
            .put(Kind.AUGMENTATION, "longer", "a", o -> new Longer());
    private final EpochDriver driver = new EpochDriver(plugins);
    private final Runs runs = new Runs(plugins);

    AugmentationTest() {
        runs.drivers().come("trainer 1.0.0", driver);
    }

    private static class Jitter implements Augmentation {
        @Override
        public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
            to[toAt] = from[fromAt] + draws.uniform(0) / 2;
        }
    }

    private static final class Fixed extends Jitter {
        @Override
        public boolean random() {
            return false;
        }
    }

    private static final class Longer extends Jitter {
        @Override
        public Shape shape(Shape in) {
            return Shape.of(2);
        }
    }

    @AfterEach
    void close() {
        runs.close();
    }

    private static RunSpec spec(int batch, List<Map<String, Object>> augmentation) {
        return new RunSpec(
                "test",
                Counting.splits(10, 6),
                LearnerSpec.of(Map.of("type", "sgd"), 5),
                Optional.empty(),
                augmentation,
                List.of(),
                2,
                batch,
                false,
                0.2,
                true);
    }

    /** What the model has learnt from, in order. */
    private FakeModel learn(int batch, Map<String, Object>... augmentation) throws InterruptedException {
        FakeModel model = new FakeModel();
        Run r = runs.start(model, spec(batch, List.of(augmentation)));
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(r.state()).as("%s", r.failure()).isEqualTo(Run.State.FINISHED);
        return model;
    }

    private static List<Float> flat(List<List<Float>> batches) {
        List<Float> all = new ArrayList<>();
        batches.forEach(all::addAll);
        return all;
    }

    @Test
    void everyEpochSeesOtherSamplesWhateverTheBatch() throws InterruptedException {
        List<Float> seen = flat(learn(3, Map.of("type", "jitter")).steps);
        assertThat(flat(learn(4, Map.of("type", "jitter")).steps)).isEqualTo(seen);
        assertThat(seen.subList(0, 8)).isNotEqualTo(seen.subList(8, 16));
        for (int i = 0; i < 16; i++) assertThat(seen.get(i) - i % 8).isBetween(0f, 0.5f);
    }

    @Test
    void theSecondDrawsOtherNumbersThanTheFirst() throws InterruptedException {
        List<Float> once = flat(learn(4, Map.of("type", "jitter")).steps);
        List<Float> twice = flat(learn(4, Map.of("type", "jitter"), Map.of("type", "jitter")).steps);
        for (int i = 0; i < 16; i++)
            assertThat(twice.get(i) - once.get(i)).isBetween(0f, 0.5f).isNotEqualTo(once.get(i) - i % 8);
    }

    @Test
    void validationAndTestAreLeftAlone() throws InterruptedException {
        assertThat(flat(learn(4, Map.of("type", "jitter")).evaluations))
                .containsExactly(8f, 9f, 8f, 9f, 1000f, 1001f, 1002f, 1003f, 1004f, 1005f);
    }

    @Test
    void aPinnedRunWaitsForTheSameAugmentation() throws InterruptedException {
        List<Float> calm = flat(learn(4, Map.of("type", "jitter")).steps);
        FakeModel model = new FakeModel();
        Run r = runs.start(model, spec(4, List.of(Map.of("type", "jitter"))), (run, e) -> {
            if (e.type() == RunEvent.Type.BATCH && e.step() == 1) {
                plugins.remove(Kind.AUGMENTATION, "jitter");
                plugins.put(Kind.AUGMENTATION, "jitter", "other", o -> new Longer());
            }
            if (e.type() == RunEvent.Type.WAITING) plugins.put(Kind.AUGMENTATION, "jitter", "a", o -> new Jitter());
        });
        assertThat(r.await(Duration.ofSeconds(10))).isTrue();
        assertThat(r.state()).as("%s", r.failure()).isEqualTo(Run.State.FINISHED);
        assertThat(flat(model.steps)).isEqualTo(calm);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fixed  | x | it draws nothing, so tests and predictions need it too; put it into "preprocessing" of the data set
            longer | x | must keep the shape [1], makes [2] of it; take one that keeps it
            jitter | z | column must be one of [x, y], got z
            """)
    void whatCannotBeAnAugmentationIsRefused(String type, String column, String message) {
        assertThatThrownBy(() -> runs.start(new FakeModel(), spec(4, List.of(Map.of("type", type, "column", column)))))
                .isInstanceOf(ConfigException.class)
                .hasMessage("run test: augmentation " + type + ": " + message);
    }
}
