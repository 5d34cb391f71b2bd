package org.fascicle.losses;

import java.util.List;
import org.fascicle.tck.Case;
import org.fascicle.tck.LossContract;
import org.fascicle.tck.Samples;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Nested;

/** Every loss keeps the contract of losses. */
class ContractsTest {
    @Nested
    class MeanSquaredErrorKeeps extends LossContract<MeanSquaredError> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("[4, 3]").on(Samples.normal(4, 3), Samples.uniform(-1, 1, 4, 3)));
        }
    }

    @Nested
    class MeanAbsoluteErrorKeeps extends LossContract<MeanAbsoluteError> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("[4, 3, 2]").on(Samples.apart(4, 3, 2), Tensor.zeros(4, 3, 2)));
        }
    }

    @Nested
    class BinaryCrossentropyKeeps extends LossContract<BinaryCrossentropy.Factory> {
        @Override
        protected List<Case> cases() {
            Tensor p = Samples.uniform(0.2, 0.8, 4, 3), t = Samples.uniform(0, 1, 4, 3), x = Samples.normal(4, 3);
            return List.of(
                    Case.of("probabilities").on(p, t),
                    Case.of("one a sample").on(Samples.uniform(0.2, 0.8, 4), Samples.indices(2, 4)),
                    Case.of("weighted and smoothed", "pos_weight", List.of(1, 2, 0.5), "label_smoothing", 0.1)
                            .on(p, t),
                    Case.of("logits", "from_logits", true).on(x, t),
                    Case.of("logits of channels", "from_logits", true, "pos_weight", List.of(1, 2, 0.5))
                            .on(Samples.normal(4, 3, 2), Samples.uniform(0, 1, 4, 3, 2)),
                    Case.of(
                                    "logits, all weighted and smoothed",
                                    "from_logits",
                                    true,
                                    "pos_weight",
                                    List.of(2),
                                    "label_smoothing",
                                    0.1)
                            .on(x, t));
        }
    }

    @Nested
    class CategoricalCrossentropyKeeps extends LossContract<CategoricalCrossentropy.Factory> {
        @Override
        protected List<Case> cases() {
            Tensor p = Samples.probabilities(4, 3), t = Samples.oneHot(4, 3), x = Samples.normal(4, 3);
            return List.of(
                    Case.of("probabilities").on(p, t),
                    Case.of("smoothed", "label_smoothing", 0.1).on(p, t),
                    Case.of("logits", "from_logits", true).on(x, t),
                    Case.of("logits, smoothed", "from_logits", true, "label_smoothing", 0.1)
                            .on(x, t),
                    Case.of("targets that are no distribution", "from_logits", true)
                            .on(x, Samples.uniform(0, 1, 4, 3)),
                    Case.of("sequences of logits", "from_logits", true)
                            .on(Samples.normal(4, 2, 3), Samples.uniform(0, 1, 4, 2, 3)),
                    Case.of("channels of logits", "from_logits", true, "axis", 1)
                            .on(Samples.normal(4, 3, 2), Samples.uniform(0, 1, 4, 3, 2)),
                    Case.of("channels of probabilities", "axis", 1)
                            .on(Samples.uniform(0.2, 0.8, 4, 3, 2), Samples.uniform(0, 1, 4, 3, 2)));
        }
    }

    @Nested
    class SparseCategoricalCrossentropyKeeps extends LossContract<SparseCategoricalCrossentropy.Factory> {
        @Override
        protected List<Case> cases() {
            Tensor p = Samples.probabilities(4, 3), t = Samples.indices(3, 4), x = Samples.normal(4, 3);
            List<Double> weights = List.of(1.0, 2.0, 0.5);
            return List.of(
                    Case.of("probabilities").on(p, t),
                    Case.of("probabilities, weighted and smoothed", "class_weight", weights, "label_smoothing", 0.1)
                            .on(p, t),
                    Case.of("logits", "from_logits", true).on(x, t.reshape(4, 1)),
                    Case.of(
                                    "logits, weighted and smoothed",
                                    "from_logits",
                                    true,
                                    "class_weight",
                                    weights,
                                    "label_smoothing",
                                    0.1)
                            .on(x, t),
                    Case.of("logits, some ignored", "from_logits", true, "ignore_index", 255)
                            .on(x, Tensor.of(Shape.of(4), 0, 255, 2, 255)),
                    Case.of("sequences of logits", "from_logits", true)
                            .on(Samples.normal(4, 2, 3), Samples.indices(3, 4, 2)),
                    Case.of("images of logits", "from_logits", true, "axis", 1)
                            .on(Samples.normal(2, 3, 2, 2), Samples.indices(3, 2, 2, 2)),
                    Case.of("images of probabilities", "axis", 1)
                            .on(Samples.uniform(0.2, 0.8, 2, 3, 2, 2), Samples.indices(3, 2, 2, 2)));
        }
    }
}
