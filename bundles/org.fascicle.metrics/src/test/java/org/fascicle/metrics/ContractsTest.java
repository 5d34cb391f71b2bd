package org.fascicle.metrics;

import java.util.List;
import org.fascicle.tck.Case;
import org.fascicle.tck.MetricContract;
import org.fascicle.tck.Samples;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.Nested;

/** The contract of every metric of this bundle. */
class ContractsTest {
    private static final Tensor SCORES = Samples.uniform(0, 1, 7, 3);

    private static Case oneHot(Object... options) {
        return Case.of("one-hot", options).on(SCORES, Samples.oneHot(7, 3));
    }

    private static Case sparse(Object... options) {
        return Case.of("sparse", options).on(SCORES, Samples.indices(3, 7));
    }

    private static Case binary() {
        return Case.of("binary").on(Samples.uniform(0, 1, 7, 1), Samples.indices(2, 7));
    }

    private static Case ignoring() {
        Tensor t = Samples.indices(3, 7);
        t.data()[2] = 255;
        return Case.of("ignoring", "ignore_index", 255).on(SCORES, t);
    }

    private static List<Case> numbers() {
        return List.of(Case.of("numbers").on(Samples.normal(7, 3), Samples.normal(7, 3)));
    }

    /** Channels first, where the class axis is not the last. */
    private abstract static class OfImages<P> extends MetricContract<P> {
        static Case image() {
            return Case.of("channels first", "axis", 1)
                    .on(Samples.uniform(0, 1, 4, 3, 2, 2), Samples.indices(3, 4, 2, 2));
        }

        @Override
        protected Tensor ideal(Case c) {
            Tensor p = c.inputs().get(0), t = c.inputs().get(1);
            if (p.rank() != 4) return super.ideal(c);
            Tensor ideal = Tensor.zeros(p.shape());
            for (int i = 0; i < t.size(); i++) ideal.data()[i / 4 * 12 + (int) t.data()[i] * 4 + i % 4] = 1;
            return ideal;
        }
    }

    @Nested
    class AccuracyTest extends OfImages<Accuracy.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(oneHot(), sparse(), binary(), ignoring(), image());
        }
    }

    @Nested
    class BinaryAccuracyTest extends MetricContract<BinaryAccuracy.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(binary());
        }
    }

    @Nested
    class CategoricalAccuracyTest extends MetricContract<CategoricalAccuracy.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(oneHot());
        }
    }

    @Nested
    class SparseCategoricalAccuracyTest extends OfImages<SparseCategoricalAccuracy.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(sparse(), ignoring(), image());
        }
    }

    @Nested
    class TopKCategoricalAccuracyTest extends MetricContract<TopKCategoricalAccuracy.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(oneHot("k", 2));
        }
    }

    @Nested
    class SparseTopKCategoricalAccuracyTest extends MetricContract<SparseTopKCategoricalAccuracy.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(sparse("k", 2));
        }
    }

    @Nested
    class ConfusionMatrixTest extends OfImages<ConfusionMatrix.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(oneHot(), sparse(), binary(), ignoring(), image());
        }
    }

    @Nested
    class MeanSquaredErrorTest extends MetricContract<MeanSquaredError> {
        @Override
        protected List<Case> cases() {
            return numbers();
        }
    }

    @Nested
    class MeanAbsoluteErrorTest extends MetricContract<MeanAbsoluteError> {
        @Override
        protected List<Case> cases() {
            return numbers();
        }
    }

    @Nested
    class RootMeanSquaredErrorTest extends MetricContract<RootMeanSquaredError> {
        @Override
        protected List<Case> cases() {
            return numbers();
        }
    }
}
