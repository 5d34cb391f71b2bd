package org.fascicle.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Trains and evaluates models. Runs belong to the runtime; what a run does step by step, a {@link Driver} decides, which may
 * be updated while runs go on: they wait for it. Thread-safe.
 */
@ProviderType
public interface Trainer {
    /**
     * Starts a run on a thread of its own and returns at once.
     *
     * @throws org.fascicle.plugin.ConfigException if the run cannot work: nothing was started
     * @throws org.fascicle.plugin.MissingPluginException at once, if a plug-in or the driver is not there
     */
    Run start(Model model, RunSpec spec, RunListener... listeners);

    /** Predicts a whole table and measures: {@code loss} (if the model has losses and the table targets) and each metric, by name. */
    Evaluation evaluate(Model model, Table table, List<Map<String, Object>> metrics, int batchSize);

    /** Runs since the runtime was started, the newest first; of those that have ended, the last hundred. */
    List<Run> runs();

    Optional<Run> find(String id);

    /** Numbers by name, and the tables behind them for metrics that have one. */
    record Evaluation(int samples, Map<String, Double> values, Map<String, double[][]> tables) {}
}
