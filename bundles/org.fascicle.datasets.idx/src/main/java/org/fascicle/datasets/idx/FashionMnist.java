package org.fascicle.datasets.idx;

import java.util.List;
import org.fascicle.data.Dataset;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.osgi.service.component.annotations.Component;

/**
 * Articles of clothing: 60,000 to train, 10,000 to test, column {@code image} [1, 28, 28] and {@code label}, from the four official
 * files in a directory {@code fashion-mnist}. H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747.
 *
 * <p>Options: {@code scale} (1/255), {@code limit_train} and {@code limit_test} (0: all; else that many from the front). Thread-safe.
 */
@Component
@FascicleDataset("fashion_mnist")
public final class FashionMnist implements Dataset.Factory {
    private static final List<String> CLASSES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    @Override
    public Dataset create(Options o) {
        return Idx.official("fashion-mnist", CLASSES, o);
    }
}
