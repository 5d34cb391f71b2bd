package org.fascicle.trainer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fascicle.data.Table;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Plugins;
import org.fascicle.train.Driver;
import org.fascicle.train.Lease;
import org.fascicle.train.Progress;
import org.fascicle.train.Trainer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Drives runs in epochs of shuffled batches, with validation after each and a test at the end. Thread-safe. */
@Component
public final class EpochDriver implements Driver {
    private final Plugins plugins;
    private final Set<Epochs> driven = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @Activate
    public EpochDriver(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Drive drive(Lease run) {
        Parts parts = new Parts(plugins);
        try {
            Epochs e = new Epochs(run, parts, driven::remove);
            driven.add(e);
            if (closed) throw new IllegalStateException(run.where() + ": what drives it has been stopped");
            return e;
        } catch (RuntimeException | Error e) {
            // Its registry listener must not stay.
            parts.close();
            throw e;
        }
    }

    @Deactivate
    public void close() {
        closed = true;
        driven.forEach(Epochs::close);
    }

    @Override
    public Trainer.Evaluation evaluate(Model model, Table table, List<Map<String, Object>> metrics, int batchSize) {
        String where = "evaluation of " + model.name();
        if (batchSize < 1) throw new ConfigException(where + ": the batch size must be at least 1, got " + batchSize);
        try (Parts parts = new Parts(plugins)) {
            Binding binding = new Binding(where, model.name(), model.spec(), table, false);
            Meters meters = new Meters(where, model, metrics, binding, parts);
            Batches batches = new Batches(table, binding);
            int[] rows = new Order(table.size()).rows();
            List<Progress.Sum> sums = List.of();
            double loss = 0;
            for (int from = 0; from < rows.length; from += batchSize) {
                Batches.Batch b = batches.fill(rows, from, Math.min(batchSize, rows.length - from));
                Learner.Result r = model.evaluate(b.fed());
                loss += r.loss() * b.size();
                sums = meters.add(sums, r.outputs(), b.all());
            }
            Map<String, Double> values = new LinkedHashMap<>();
            if (binding.complete() && rows.length > 0) values.put("loss", loss / rows.length);
            meters.values("", sums, values);
            return new Trainer.Evaluation(
                    rows.length, Collections.unmodifiableMap(values), Collections.unmodifiableMap(meters.tables(sums)));
        }
    }
}
