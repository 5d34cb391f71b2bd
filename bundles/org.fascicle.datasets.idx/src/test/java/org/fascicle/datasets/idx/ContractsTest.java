package org.fascicle.datasets.idx;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fascicle.tck.DatasetContract;
import org.junit.jupiter.api.Nested;

/** The contract of every data set of this bundle, on the official files. */
class ContractsTest {
    private abstract static class OfFiles<P> extends DatasetContract<P> {
        @Override
        protected Map<String, Object> options() {
            return Map.of("limit_train", 2000, "limit_test", 1000);
        }

        @Override
        protected List<Path> directories() {
            return List.of(Path.of("no", "such", "directory"), Directories.shared());
        }
    }

    @Nested
    class MnistTest extends OfFiles<Mnist> {}

    @Nested
    class FashionMnistTest extends OfFiles<FashionMnist> {}

    @Nested
    class IdxTest extends OfFiles<Idx.Factory> {
        @Override
        protected Map<String, Object> options() {
            return Map.of(
                    "train_images", "mnist/t10k-images-idx3-ubyte",
                    "train_labels", "mnist/t10k-labels-idx1-ubyte.gz",
                    "classes", 12);
        }
    }
}
