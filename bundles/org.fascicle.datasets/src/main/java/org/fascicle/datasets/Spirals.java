package org.fascicle.datasets;

import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * Interleaved spirals, one a class: column {@code x} [2] and {@code label}. With r evenly from 0.1 to 1, a point of class c of k lies at
 * radius r and angle 2π (turns · r + c / k), plus noise; the centre stays free, for there the classes would meet.
 *
 * <p>Options: {@code samples} (400), {@code noise} (0.02), {@code classes} (2), {@code turns} (1), {@code test} (0.2),
 * {@code seed} (0). Immutable and thread-safe.
 */
public final class Spirals implements Dataset {
    private static final double FREE = 0.1;

    private final Sampling sampling;
    private final int classes;
    private final double turns;

    Spirals(Sampling sampling, int classes, double turns) {
        this.sampling = sampling;
        this.classes = classes;
        this.turns = turns;
    }

    @Override
    public Splits load(Sources sources) {
        return sampling.classes(Sampling.numbered(classes), 2, this::point);
    }

    private void point(int label, int i, int n, double[] to) {
        double radius = n == 1 ? 1 : FREE + (1 - FREE) * i / (n - 1);
        double angle = 2 * Math.PI * (turns * radius + (double) label / classes);
        to[0] = radius * StrictMath.cos(angle);
        to[1] = radius * StrictMath.sin(angle);
    }

    /** Makes spirals. */
    @Component
    @FascicleDataset("spirals")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            int classes = o.integer("classes", 2, Range.between(2, 1000));
            double turns = o.real("turns", 1, Range.NOT_NEGATIVE);
            return new Spirals(Sampling.of("spirals", o, 400, 0.02).checked(o, classes), classes, turns);
        }
    }
}
