package org.fascicle.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A model while it learns: weights, optimizer slots, statistics and the step number, which change together or not at all.
 * Predictions do not see them before {@link #publish}. It belongs to the runtime and outlives whoever drives it. One
 * driver at a time; {@link #missing} and {@link #steps} may be asked by any thread.
 */
@ProviderType
public interface Learner extends AutoCloseable {
    /** How many steps were committed. */
    long steps();

    /** The optimizer's own rate, before any schedule. */
    double rate();

    /**
     * One step: forward, backward, clipping, check, update, commit. If anything fails nothing is committed.
     *
     * @param batch inputs and targets by name, and optionally {@code sample_weight} {@code [N]}
     * @throws NonFiniteException if loss or gradient norm is not finite
     * @throws org.fascicle.plugin.MissingPluginException if a pinned plug-in has left; see {@link #await}
     */
    Result step(Map<String, Tensor> batch, double rate);

    /** Forward in inference mode on the weights as they are now, with losses where targets are given. Commits nothing. */
    Result evaluate(Map<String, Tensor> batch);

    /** Makes the weights as they are now visible to predictions. */
    void publish();

    /** What it is pinned to and is not there. */
    List<Origin> missing();

    /** Waits until nothing is missing; false if it took longer. */
    boolean await(Duration longest) throws InterruptedException;

    /** What it works with. */
    List<Origin> providers();

    /** Ends learning without publishing. */
    @Override
    void close();

    /**
     * What a step or an evaluation gave.
     *
     * @param loss the total, penalties included; NaN if no targets were given
     * @param losses by name
     * @param outputs the model's outputs, valid until the next call
     */
    record Result(double loss, Map<String, Double> losses, Map<String, Tensor> outputs) {}
}
