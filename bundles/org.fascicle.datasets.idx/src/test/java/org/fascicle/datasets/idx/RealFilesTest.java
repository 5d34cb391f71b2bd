package org.fascicle.datasets.idx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fascicle.data.Column;
import org.fascicle.data.Dataset;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;
import org.fascicle.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official files. */
class RealFilesTest {
    private static final int[] MNIST_TRAIN = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
    private static final int[] MNIST_TEST = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};

    private static Splits load(Dataset.Factory factory, Map<String, Object> options) {
        Dataset dataset = (Dataset) Parts.make(Kind.DATASET, factory, options);
        return dataset.load(Directories.of(Path.of("no", "such", "directory"), Directories.shared()));
    }

    private static Dataset.Factory factory(String name) {
        return name.equals("mnist") ? new Mnist() : new FashionMnist();
    }

    private static int[] counts(Table t) {
        int[] counts = new int[10];
        float[] label = new float[1];
        for (int i = 0; i < t.size(); i++) {
            t.read(1, i, label, 0);
            counts[(int) label[0]]++;
        }
        return counts;
    }

    @Test
    void mnistHasItsPublishedClassCountsAndMoments() {
        Splits splits = load(new Mnist(), Map.of());
        assertThat(counts(splits.train())).isEqualTo(MNIST_TRAIN);
        assertThat(counts(splits.test())).isEqualTo(MNIST_TEST);
        assertThat(splits.train().columns()).isEqualTo(splits.test().columns());
        Column image = splits.train().columns().get(0);
        assertThat(image).isEqualTo(Column.feature("image", Column.Type.UINT8, 1, 28, 28));
        assertThat(splits.train().columns().get(1))
                .isEqualTo(Column.label("label", List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")));

        double sum = 0;
        double squares = 0;
        float largest = 0;
        float[] x = new float[784];
        for (int i = 0; i < splits.train().size(); i++) {
            splits.train().read(0, i, x, 0);
            for (float v : x) {
                sum += v;
                squares += v * v;
                largest = Math.max(largest, v);
            }
        }
        double mean = sum / (60_000 * 784);
        assertThat(mean).isCloseTo(0.1307, within(5e-5));
        assertThat(Math.sqrt(squares / (60_000 * 784) - mean * mean)).isCloseTo(0.3081, within(5e-5));
        assertThat(largest).isEqualTo(1f);
    }

    @Test
    void fashionMnistHasEqualClassesWithNames() {
        Splits splits = load(new FashionMnist(), Map.of());
        assertThat(counts(splits.train())).containsOnly(6000);
        assertThat(counts(splits.test())).containsOnly(1000);
        assertThat(splits.train().columns().get(1).classes())
                .hasSize(10)
                .startsWith("T-shirt/top", "Trouser")
                .endsWith("Ankle boot");
    }

    /** The sums stand in image-folder/MANIFEST.csv, made from another copy of the data. */
    @ParameterizedTest
    @CsvSource({"mnist, mnist", "fashion, fashion_mnist"})
    void singleTestImagesAgreeWithAnIndependentCopy(String prefix, String dataset) throws IOException {
        Table test =
                load(factory(dataset), Map.of("limit_train", 1, "scale", 1)).test();
        int compared = 0;
        for (String line : Files.readAllLines(Directories.shared().resolve("image-folder/MANIFEST.csv"))) {
            if (!line.startsWith(prefix + "/")) continue;
            List<String> cells = List.of(line.split(",", -1));
            int row = Integer.parseInt(cells.get(2));
            float[] x = new float[785];
            test.read(0, row, x, 0);
            test.read(1, row, x, 784);
            double sum = 0;
            for (int i = 0; i < 784; i++) sum += x[i];
            assertThat(x[784]).as(line).isEqualTo(Float.parseFloat(cells.get(3)));
            assertThat(sum).as(line).isEqualTo(Double.parseDouble(cells.get(cells.size() - 1)));
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(5);
    }

    @Test
    void limitsTakeTheFrontOfEachPart() {
        Splits all = load(new Mnist(), Map.of());
        Splits some = load(new Mnist(), Map.of("limit_train", 1000, "limit_test", 20_000, "scale", 1 / 256.0));
        assertThat(some.train().size()).isEqualTo(1000);
        assertThat(some.test().size()).isEqualTo(10_000);
        float[] a = new float[790];
        float[] b = new float[790];
        all.train().read(0, 999, a, 5);
        some.train().read(0, 999, b, 5);
        for (int i = 0; i < a.length; i++) assertThat(b[i]).isEqualTo(Math.round(a[i] * 255) / 256f);
    }

    @Test
    void idxReadsTheSameFilesByNameAndMayLackATestPart() {
        Splits splits = load(
                new Idx.Factory(),
                Map.of(
                        "train_images",
                        "mnist/t10k-images-idx3-ubyte",
                        "train_labels",
                        "mnist/t10k-labels-idx1-ubyte.gz",
                        "classes",
                        12));
        assertThat(counts(splits.train())).isEqualTo(MNIST_TEST);
        assertThat(splits.test().size()).isZero();
        assertThat(splits.train().columns().get(0).shape()).isEqualTo(Shape.of(1, 28, 28));
        assertThat(splits.train().columns().get(1).classes()).hasSize(12).endsWith("11");
    }
}
