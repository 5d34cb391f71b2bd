package org.fascicle.layers.initializers;

import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.FascicleInitializer;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * Draws with mean 0 and variance {@code scale / fan}, so that signals neither grow nor fade from layer to layer. The
 * well-known ones are cases of it:
 *
 * <ul>
 *   <li>Glorot and Bengio (2010): scale gain², fan (in + out) / 2
 *   <li>He et al. (2015): scale 2 / (1 + negative_slope²), fan in
 *   <li>LeCun et al. (1998): scale 1, fan in
 * </ul>
 *
 * Fans are the parameter's; they count a convolution's receptive field. A normal one is by default truncated at two
 * standard deviations and widened so that the variance stays (as in Keras); {@code distribution} {@code normal} is the
 * plain one (as in PyTorch). Pure and thread-safe.
 */
public record VarianceScaling(double scale, Fan fan, Distribution distribution) implements Initializer {
    /** The fan that the variance is divided by. */
    public enum Fan {
        IN,
        OUT,
        AVERAGE;

        static Fan of(Options o, String fallback) {
            return switch (o.choice("mode", fallback, "fan_in", "fan_out", "fan_avg")) {
                case "fan_in" -> IN;
                case "fan_out" -> OUT;
                default -> AVERAGE;
            };
        }

        double of(Param p) {
            return Math.max(
                    1,
                    switch (this) {
                        case IN -> p.fanIn();
                        case OUT -> p.fanOut();
                        case AVERAGE -> (p.fanIn() + (double) p.fanOut()) / 2;
                    });
        }
    }

    /** The form of the distribution. */
    public enum Distribution {
        UNIFORM,
        NORMAL,
        TRUNCATED_NORMAL;

        static Distribution normal(Options o) {
            return o.choice("distribution", "truncated_normal", "truncated_normal", "normal")
                            .equals("normal")
                    ? NORMAL
                    : TRUNCATED_NORMAL;
        }
    }

    @Override
    public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
        double deviation = Math.sqrt(scale / fan.of(p));
        switch (distribution) {
            case UNIFORM -> {
                double bound = deviation * Math.sqrt(3);
                Fill.uniform(w, d, -bound, bound);
            }
            case NORMAL -> Fill.normal(w, d, 0, deviation);
            case TRUNCATED_NORMAL -> Fill.truncatedNormal(w, d, 0, deviation / Fill.TRUNCATED_DEVIATION);
        }
    }

    /** Options: {@code scale} (1), {@code mode} (fan_in), {@code distribution} (truncated_normal). */
    @Component
    @FascicleInitializer("variance_scaling")
    public static final class Factory implements Initializer.Factory {
        @Override
        public VarianceScaling create(Options o) {
            double scale = o.real("scale", 1, Range.POSITIVE);
            Fan fan = Fan.of(o, "fan_in");
            String form = o.choice("distribution", "truncated_normal", "truncated_normal", "normal", "uniform");
            return new VarianceScaling(
                    scale,
                    fan,
                    switch (form) {
                        case "uniform" -> Distribution.UNIFORM;
                        case "normal" -> Distribution.NORMAL;
                        default -> Distribution.TRUNCATED_NORMAL;
                    });
        }
    }

    /** U(±gain √(6 / (fan in + fan out))). Options: {@code gain} (1). */
    @Component
    @FascicleInitializer("glorot_uniform")
    public static final class GlorotUniform implements Initializer.Factory {
        @Override
        public VarianceScaling create(Options o) {
            return new VarianceScaling(square(o.real("gain", 1, Range.POSITIVE)), Fan.AVERAGE, Distribution.UNIFORM);
        }
    }

    /** N(0, gain² 2 / (fan in + fan out)). Options: {@code gain} (1), {@code distribution} (truncated_normal). */
    @Component
    @FascicleInitializer("glorot_normal")
    public static final class GlorotNormal implements Initializer.Factory {
        @Override
        public VarianceScaling create(Options o) {
            double gain = o.real("gain", 1, Range.POSITIVE);
            return new VarianceScaling(square(gain), Fan.AVERAGE, Distribution.normal(o));
        }
    }

    /** U(±√(6 / ((1 + a²) fan))). Options: {@code negative_slope} a (0), {@code mode} (fan_in). */
    @Component
    @FascicleInitializer("he_uniform")
    public static final class HeUniform implements Initializer.Factory {
        @Override
        public VarianceScaling create(Options o) {
            double slope = o.real("negative_slope", 0, Range.ANY);
            return new VarianceScaling(2 / (1 + square(slope)), Fan.of(o, "fan_in"), Distribution.UNIFORM);
        }
    }

    /**
     * N(0, 2 / ((1 + a²) fan)). Options: {@code negative_slope} a (0), {@code mode} (fan_in), {@code distribution}
     * (truncated_normal).
     */
    @Component
    @FascicleInitializer("he_normal")
    public static final class HeNormal implements Initializer.Factory {
        @Override
        public VarianceScaling create(Options o) {
            double slope = o.real("negative_slope", 0, Range.ANY);
            return new VarianceScaling(2 / (1 + square(slope)), Fan.of(o, "fan_in"), Distribution.normal(o));
        }
    }

    /** U(±√(3 / fan in)). */
    @Component
    @FascicleInitializer("lecun_uniform")
    public static final class LecunUniform implements Initializer.Factory {
        @Override
        public VarianceScaling create(Options o) {
            return new VarianceScaling(1, Fan.IN, Distribution.UNIFORM);
        }
    }

    /** N(0, 1 / fan in). Options: {@code distribution} (truncated_normal). */
    @Component
    @FascicleInitializer("lecun_normal")
    public static final class LecunNormal implements Initializer.Factory {
        @Override
        public VarianceScaling create(Options o) {
            return new VarianceScaling(1, Fan.IN, Distribution.normal(o));
        }
    }

    private static double square(double x) {
        return x * x;
    }
}
