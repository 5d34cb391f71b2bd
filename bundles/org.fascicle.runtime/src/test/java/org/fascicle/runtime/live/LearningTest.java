package org.fascicle.runtime.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fascicle.runtime.live.Workbench.layer;
import static org.fascicle.runtime.live.Workbench.spec;

import java.util.List;
import java.util.Map;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LearningTest {
    private final Workbench bench = new Workbench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static Map<String, Tensor> xor() {
        return Map.of(
                "x",
                Tensor.of(Shape.of(4, 2), 0, 0, 0, 1, 1, 0, 1, 1),
                "target",
                Tensor.of(Shape.of(4, 1), 0, 1, 1, 0));
    }

    private Model xorModel(String activation) {
        return bench.models.create(
                "xor-" + activation,
                spec(
                        List.of(2),
                        List.of(
                                layer("dense", "units", 8, "activation", activation),
                                layer("dense", "units", 1, "activation", "sigmoid")),
                        "binary_crossentropy"),
                1);
    }

    private double train(Model m, int steps) {
        try (Learner l = m.learner(LearnerSpec.of(layer("adam", "learning_rate", 0.05), 1))) {
            double loss = 0;
            for (int i = 0; i < steps; i++) loss = l.step(xor(), l.rate()).loss();
            l.publish();
            return loss;
        }
    }

    @Test
    void solvesXorWithATanhButNotWithALinearLayer() {
        Model m = xorModel("tanh");
        assertThat(train(m, 300)).isLessThan(0.02);
        float[] y = m.predict(xor().get("x")).data();
        assertThat(y[0]).isLessThan(0.1f);
        assertThat(y[1]).isGreaterThan(0.9f);
        assertThat(y[2]).isGreaterThan(0.9f);
        assertThat(y[3]).isLessThan(0.1f);
        assertThat(train(xorModel("linear"), 300)).isGreaterThan(0.6);
    }

    @Test
    void predictionsSeeOnlyWhatWasPublished() {
        Model m = xorModel("tanh");
        Tensor before = m.predict(xor().get("x"));
        try (Learner l = m.learner(LearnerSpec.of(layer("adam"), 1))) {
            for (int i = 0; i < 10; i++) l.step(xor(), l.rate());
            assertThat(m.predict(xor().get("x")).data()).isEqualTo(before.data());
            assertThat(m.version()).isEqualTo(1);
            l.publish();
            assertThat(m.version()).isEqualTo(2);
            assertThat(m.predict(xor().get("x")).data()).isNotEqualTo(before.data());
        }
    }
}
