package org.fascicle.trainer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.data.Table;
import org.fascicle.tensor.Tensor;

/** Makes batches of a table in tensors that are used again: one set for each batch size. Confined to one thread. */
final class Batches {
    /**
     * A batch; its tensors are valid until the next of the same size is filled.
     *
     * @param fed what the model sees
     * @param all the same and what only metrics see
     */
    record Batch(int size, Map<String, Tensor> fed, Map<String, Tensor> all) {}

    private final Table table;
    private final List<Binding.Link> links;
    private final List<Batch> batches = new ArrayList<>();

    Batches(Table table, Binding binding) {
        this.table = table;
        links = binding.links();
    }

    int samples() {
        return table.size();
    }

    /** The samples {@code rows[from]} to {@code rows[from + size - 1]}. */
    Batch fill(int[] rows, int from, int size) {
        Batch b = batch(size);
        for (Binding.Link l : links) {
            Tensor t = b.all().get(l.name());
            float[] to = t.data();
            int column = l.column(), each = l.shape().size();
            for (int i = 0, at = 0; i < size; i++, at += each) table.read(column, rows[from + i], to, at);
        }
        return b;
    }

    /** Changes the samples of a batch that was filled from {@code rows[from]} on. */
    void augment(Batch b, Augmentations augmentations, int epoch, int[] rows, int from) {
        for (Binding.Link l : links)
            augmentations.apply(
                    l.column(),
                    epoch,
                    rows,
                    from,
                    b.size(),
                    b.all().get(l.name()).data());
    }

    private Batch batch(int size) {
        for (Batch b : batches) {
            if (b.size() == size) return b;
        }
        Map<String, Tensor> fed = new LinkedHashMap<>(), all = new LinkedHashMap<>();
        for (Binding.Link l : links) {
            Tensor t = Tensor.zeros(l.shape().prepend(size));
            all.put(l.name(), t);
            if (l.fed()) fed.put(l.name(), t);
        }
        Batch b = new Batch(size, Collections.unmodifiableMap(fed), Collections.unmodifiableMap(all));
        batches.add(b);
        return b;
    }
}
