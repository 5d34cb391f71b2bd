package org.fascicle.augmentation;

import java.util.List;
import org.fascicle.tck.AugmentationContract;
import org.fascicle.tck.Case;
import org.fascicle.tck.Samples;
import org.junit.jupiter.api.Nested;

class ContractsTest {
    @Nested
    class RandomFlipTest extends AugmentationContract<RandomFlip.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("left and right").on(Samples.normal(3, 5, 7)),
                    Case.of("top and bottom", "axis", -2).on(Samples.normal(3, 5, 7)),
                    Case.of("time", "axis", 0, "rate", 0.3).on(Samples.normal(6, 2)));
        }
    }

    @Nested
    class RandomTranslationTest extends AugmentationContract<RandomTranslation.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("mirrored", "pixels", 3).on(Samples.normal(1, 8, 8)),
                    Case.of("as far as it goes", "pixels", List.of(5, 7)).on(Samples.normal(3, 5, 7)),
                    Case.of("constant", "pixels", 2, "fill_mode", "constant", "fill_value", -1)
                            .on(Samples.normal(3, 5, 7)),
                    Case.of("nearest", "pixels", List.of(0, 7), "fill_mode", "nearest")
                            .on(Samples.normal(3, 5, 7)),
                    Case.of("wrapped, no channels", "pixels", 4, "fill_mode", "wrap")
                            .on(Samples.normal(5, 7)));
        }
    }

    @Nested
    class RandomErasingTest extends AugmentationContract<RandomErasing.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("defaults").on(Samples.normal(3, 8, 9)),
                    Case.of("all", "rate", 1, "scale", List.of(1, 1), "ratio", List.of(0.5, 2))
                            .on(Samples.normal(1, 8, 8)));
        }
    }

    @Nested
    class GaussianNoiseTest extends AugmentationContract<GaussianNoise.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("image", "stddev", 0.1).on(Samples.normal(3, 5, 7)),
                    Case.of("row", "stddev", 0.1).on(Samples.normal(4)));
        }
    }

    @Nested
    class RescalingTest extends AugmentationContract<Rescaling.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(Case.of("bytes", "scale", 2 / 255.0, "offset", -1).on(Samples.normal(3, 5, 7)));
        }
    }

    @Nested
    class NormalizationTest extends AugmentationContract<Normalization.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("defaults").on(Samples.normal(3, 5, 7)),
                    Case.of("per channel", "mean", List.of(0.5, 0.4, 0.3), "stddev", 0.2)
                            .on(Samples.normal(3, 5, 7)));
        }
    }

    @Nested
    class CenterCropTest extends AugmentationContract<CenterCrop.Factory> {
        @Override
        protected List<Case> cases() {
            return List.of(
                    Case.of("square", "size", 3).on(Samples.normal(3, 5, 7)),
                    Case.of("the whole", "size", List.of(5, 7)).on(Samples.normal(5, 7)));
        }
    }
}
