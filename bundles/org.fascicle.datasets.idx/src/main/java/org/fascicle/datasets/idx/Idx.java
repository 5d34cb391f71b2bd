package org.fascicle.datasets.idx;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fascicle.data.Column;
import org.fascicle.data.DataException;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * Images and labels from IDX files, plain or gzip: column {@code image} [1, rows, columns] of bytes, delivered times {@code scale},
 * and {@code label}. Files are looked for in the directories of {@link Sources}, with and without {@code .gz}. Every file that is not
 * what it should be is a {@link DataException} that says what was expected and what is there. Immutable and thread-safe.
 *
 * @param classes the names of the classes; labels must be below their number
 * @param train files to train on
 * @param test files to test on; without them the test table is empty
 * @param scale what bytes are multiplied with
 */
public record Idx(List<String> classes, Files train, Optional<Files> test, double scale) implements Dataset {
    /**
     * One part of a data set.
     *
     * @param images name of the file of images
     * @param labels name of the file of labels
     * @param limit how many samples to take from the front, the rest being left unread; 0 takes all
     */
    public record Files(String images, String labels, int limit) {}

    public Idx {
        classes = List.copyOf(classes);
    }

    @Override
    public Splits load(Sources sources) {
        // All are found before the first is read: what is missing is told at once.
        Found trainFound = find(sources, train);
        Optional<Found> testFound = test.map(files -> find(sources, files));
        Table trainTable = read(trainFound);
        if (testFound.isEmpty())
            return new Splits(trainTable, new ImageTable(trainTable.columns(), new byte[0], new byte[0], scale));
        Table testTable = read(testFound.get());
        if (!testTable.columns().equals(trainTable.columns())) {
            throw new DataException(testFound.get().images + ": images must be "
                    + trainTable.columns().get(0).shape() + " as in " + trainFound.images + ", got "
                    + testTable.columns().get(0).shape() + "; give files that belong together");
        }
        return new Splits(trainTable, testTable);
    }

    private record Found(Path images, Path labels, int limit) {}

    private static Found find(Sources sources, Files files) {
        return new Found(find(sources, files.images), find(sources, files.labels), files.limit);
    }

    private static Path find(Sources sources, String name) {
        return name.endsWith(".gz") ? sources.find(name) : sources.find(name, name + ".gz");
    }

    private Table read(Found files) {
        try (IdxFile labels = IdxFile.labels(files.labels);
                IdxFile images = IdxFile.images(files.images)) {
            if (labels.count() != images.count()) {
                throw new DataException(files.labels + ": must have as many labels as " + files.images + " has images, "
                        + images.count() + ", got " + labels.count() + "; give files that belong together");
            }
            int n = files.limit == 0 ? images.count() : Math.min(files.limit, images.count());
            byte[] classOf = labels.read(n);
            for (int i = 0; i < n; i++) {
                if ((classOf[i] & 0xFF) >= classes.size()) {
                    throw new DataException(
                            files.labels + ": label of sample " + i + " must be 0 to " + (classes.size() - 1) + ", got "
                                    + (classOf[i] & 0xFF) + "; fetch the file again, or give more classes");
                }
            }
            List<Column> columns = List.of(
                    Column.feature("image", Column.Type.UINT8, 1, images.rows(), images.columns()),
                    Column.label("label", classes));
            return new ImageTable(columns, images.read(n), classOf, scale);
        }
    }

    /** The four official files in a directory, with the options {@code scale}, {@code limit_train} and {@code limit_test}. */
    static Idx official(String directory, List<String> classes, Options o) {
        return of(
                classes,
                directory + "/train-images-idx3-ubyte",
                directory + "/train-labels-idx1-ubyte",
                directory + "/t10k-images-idx3-ubyte",
                directory + "/t10k-labels-idx1-ubyte",
                o);
    }

    private static Idx of(
            List<String> classes,
            String trainImages,
            String trainLabels,
            String testImages,
            String testLabels,
            Options o) {
        double scale = o.real("scale", 1 / 255.0, Range.POSITIVE);
        Files train = new Files(trainImages, trainLabels, o.integer("limit_train", 0, Range.NOT_NEGATIVE));
        Files test = new Files(testImages, testLabels, o.integer("limit_test", 0, Range.NOT_NEGATIVE));
        return new Idx(classes, train, testImages.isEmpty() ? Optional.empty() : Optional.of(test), scale);
    }

    static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /**
     * Makes a data set of any IDX files. Options: {@code train_images} and {@code train_labels}, names of files;
     * {@code test_images} and {@code test_labels}, both or neither; {@code classes} (10; 1 to 256), named 0, 1, …;
     * {@code scale} (1/255), {@code limit_train} and {@code limit_test} (0: all).
     */
    @Component
    @FascicleDataset("idx")
    public static final class Factory implements Dataset.Factory {
        @Override
        public Dataset create(Options o) {
            String trainImages = o.text("train_images");
            String trainLabels = o.text("train_labels");
            String testImages = o.text("test_images", "");
            String testLabels = o.text("test_labels", "");
            int classes = o.integer("classes", 10, Range.between(1, 256));
            Idx idx = of(numbered(classes), trainImages, trainLabels, testImages, testLabels, o);
            if (testImages.isEmpty() != testLabels.isEmpty()) {
                throw o.invalid(
                        testImages.isEmpty() ? "test_images" : "test_labels",
                        "a file name, or neither this nor the other",
                        "none");
            }
            return idx;
        }
    }
}
