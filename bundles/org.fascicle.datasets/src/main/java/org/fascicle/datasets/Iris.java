package org.fascicle.datasets;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * Fisher's 150 irises, embedded in the bundle: column {@code features} [4], which are length and width of sepal and of petal in cm, and
 * {@code label}: setosa, versicolor, virginica. From R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936;
 * UCI Machine Learning Repository, doi:10.24432/C56C76.
 *
 * <p>Standardised: (x − mean) / deviation per feature, both of the training part (the deviation divides by n), so that nothing of the
 * test part leaks. The split is stratified and depends on {@code test} and {@code seed} alone: 112 to train and 38 to test by
 * default. Immutable and thread-safe.
 *
 * @param standardise true by default; false delivers cm
 * @param test the share of samples to test on, 0.25 by default
 * @param seed of the split, 0 by default
 */
public record Iris(boolean standardise, double test, int seed) implements Dataset {
    private static final String RESOURCE = "iris.bin";
    private static final int SAMPLES = 150;
    private static final int FEATURES = 4;
    private static final List<String> CLASSES = List.of("setosa", "versicolor", "virginica");

    @Override
    public Splits load(Sources sources) {
        byte[] packed = Resource.bytes(RESOURCE);
        int sample = FEATURES + 1;
        if (packed.length != SAMPLES * sample)
            throw Resource.damaged(RESOURCE, SAMPLES * sample + " bytes", packed.length);
        double[] x = new double[SAMPLES * FEATURES];
        int[] labels = new int[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            // As tools/pack_iris.py writes them: four lengths in mm, then the class.
            for (int f = 0; f < FEATURES; f++) x[i * FEATURES + f] = packed[i * sample + f] / 10.0;
            labels[i] = packed[i * sample + FEATURES];
        }
        Split split = Split.of(labels, CLASSES.size(), test, seed);
        if (standardise) standardise(x, split.train());
        float[][] values = {new float[x.length], new float[SAMPLES]};
        for (int i = 0; i < x.length; i++) values[0][i] = (float) x[i];
        for (int i = 0; i < SAMPLES; i++) values[1][i] = labels[i];
        List<Column> columns =
                List.of(Column.feature("features", Column.Type.FLOAT32, FEATURES), Column.label("label", CLASSES));
        FloatTable all = new FloatTable(columns, values, SAMPLES);
        return new Splits(all.rows(split.train()), all.rows(split.test()));
    }

    private static void standardise(double[] x, int[] train) {
        for (int f = 0; f < FEATURES; f++) {
            double mean = 0;
            for (int row : train) mean += x[row * FEATURES + f];
            mean /= train.length;
            double variance = 0;
            for (int row : train) {
                double d = x[row * FEATURES + f] - mean;
                variance += d * d;
            }
            double deviation = Math.sqrt(variance / train.length);
            // A very small training part may hold one value only: it is centred and left unscaled.
            if (deviation < 1e-9) deviation = 1;
            for (int i = f; i < x.length; i += FEATURES) x[i] = (x[i] - mean) / deviation;
        }
    }

    /** Makes iris. */
    @Component
    @FascicleDataset("iris")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            return new Iris(
                    o.flag("standardise", true),
                    o.real("test", 0.25, Range.BELOW_ONE),
                    o.integer("seed", 0, Range.NOT_NEGATIVE));
        }
    }
}
