package org.fascicle.datasets.idx;

import org.fascicle.data.Dataset;
import org.fascicle.plugin.FascicleDataset;
import org.fascicle.plugin.Options;
import org.osgi.service.component.annotations.Component;

/**
 * Handwritten digits: 60,000 to train, 10,000 to test, column {@code image} [1, 28, 28] and {@code label} 0 to 9, from the four official
 * files in a directory {@code mnist}. Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
 * recognition", Proc. IEEE 86(11), 1998.
 *
 * <p>Options: {@code scale} (1/255), {@code limit_train} and {@code limit_test} (0: all; else that many from the front). Thread-safe.
 */
@Component
@FascicleDataset("mnist")
public final class Mnist implements Dataset.Factory {
    @Override
    public Dataset create(Options o) {
        return Idx.official("mnist", Idx.numbered(10), o);
    }
}
