package org.fascicle.datasets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fascicle.data.DataException;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;

/** What the tests of data sets share. */
final class Loaded {
    /** Every factory of this bundle by name. */
    static final Map<String, Dataset.Factory> FACTORIES = Map.of(
            "digits", new Digits.Factory(),
            "iris", new Iris.Factory(),
            "xor", new Xor.Factory(),
            "moons", new Moons.Factory(),
            "circles", new Circles.Factory(),
            "spirals", new Spirals.Factory(),
            "blobs", new Blobs.Factory(),
            "sine", new Sine.Factory());

    private Loaded() {}

    static Splits load(String name, Map<String, Object> options) {
        Dataset dataset = (Dataset) Parts.make(Kind.DATASET, FACTORIES.get(name), options);
        return dataset.load(new Nowhere());
    }

    /** A column's values, row after row. */
    static float[] values(Table t, int column) {
        int width = t.columns().get(column).shape().size();
        float[] all = new float[t.size() * width];
        for (int i = 0; i < t.size(); i++) t.read(column, i, all, i * width);
        return all;
    }

    static int[] counts(Table t) {
        int[] counts = new int[t.columns().get(1).classes().size()];
        for (float label : values(t, 1)) counts[(int) label]++;
        return counts;
    }

    /** A table of the data that are shared by all builds; without them nothing can be compared. */
    static Path shared(String file) {
        String shared = System.getProperty("fascicle.shared");
        Path path = Path.of(String.valueOf(shared), "data", "tabular", file);
        if (!Files.isRegularFile(path)) {
            throw new IllegalStateException(
                    "system property fascicle.shared must name the directory that holds data/tabular/" + file + ", got "
                            + shared);
        }
        return path;
    }

    /** Nothing here may look for files. */
    record Nowhere() implements Sources {
        @Override
        public List<Path> directories() {
            return List.of();
        }

        @Override
        public Path find(String... names) {
            throw new DataException("no files are needed, asked for " + String.join(", ", names));
        }
    }
}
