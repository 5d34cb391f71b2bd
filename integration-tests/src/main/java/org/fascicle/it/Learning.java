package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fascicle.model.Model;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunListener;
import org.fascicle.train.Trainer;

/** One small training, again and again: what it ends with depends on nothing but the code. Thread-safe. */
record Learning(Experiments experiments, Trainer trainer, int epochs) {
    static final int STEPS_OF_EPOCH = 4;

    /** Trains to the end and gives the bits of all weights; what a listener is told may disturb it. */
    Map<String, List<Float>> weights(RunListener... listeners) throws InterruptedException {
        Experiments.Prepared p =
                experiments.prepare(experiments.read("learning", tree(), List.of()), experiments.sources(List.of()));
        try (Model model = p.model()) {
            Run run = trainer.start(model, p.run(), listeners);
            assertThat(run.await(Await.LONGEST.multipliedBy(20)))
                    .as("the run ends; it is %s", run.state())
                    .isTrue();
            run.failure().ifPresent(f -> {
                throw f;
            });
            assertThat(run.state()).isEqualTo(Run.State.FINISHED);
            assertThat(run.step()).isEqualTo(steps());
            Map<String, List<Float>> all = new TreeMap<>();
            model.weights().forEach((name, t) -> all.put(name, Cases.list(t)));
            return all;
        }
    }

    int steps() {
        return STEPS_OF_EPOCH * epochs;
    }

    /** Something of every bundle that training needs. */
    private Map<String, Object> tree() {
        Map<String, Object> hidden = Map.of("id", "hidden", "type", "dense", "units", 8, "activation", "tanh");
        Map<String, Object> less = Map.of("id", "less", "type", "dropout", "rate", 0.2);
        Map<String, Object> out = Map.of("id", "out", "type", "dense", "units", 2, "activation", "softmax");
        Map<String, Object> training = Map.of(
                "epochs",
                epochs,
                "batch_size",
                16,
                "seed",
                11,
                "augmentation",
                Map.of("type", "gaussian_noise", "stddev", 0.05),
                "schedule",
                Map.of("type", "exponential", "gamma", 0.999),
                "optimizer",
                Map.of("type", "adam", "learning_rate", 0.01));
        return Map.of(
                "name",
                "learning",
                "dataset",
                Map.of("type", "moons", "samples", 16 * STEPS_OF_EPOCH),
                "model",
                Map.of("layers", List.of(hidden, less, out)),
                "loss",
                "sparse_categorical_crossentropy",
                "metrics",
                List.of("accuracy"),
                "training",
                training);
    }
}
