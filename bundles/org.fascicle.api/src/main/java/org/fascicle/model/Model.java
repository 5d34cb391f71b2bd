package org.fascicle.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A graph of layers with weights of its own. The layers' code may be replaced while the model predicts or learns: a
 * prediction pins one graph and one published set of weights and works on both to the end. Thread-safe.
 *
 * <p>Life cycle: satisfied while every plug-in it needs is there; when one leaves and no other provides the same, a
 * prediction waits for it, by default 10 s, and then fails with {@code MissingPluginException}. Closed for good by {@link #close}.
 */
@ProviderType
public interface Model extends AutoCloseable {
    String name();

    ModelSpec spec();

    /**
     * Predicts.
     *
     * @param inputs one tensor an input, batch first; not modified, and not to be modified meanwhile
     * @return one new tensor an output
     * @throws org.fascicle.tensor.ShapeException if a shape does not fit
     */
    Map<String, Tensor> predict(Map<String, Tensor> inputs);

    /** As {@link #predict(Map)}, waiting at most this long for missing plug-ins; zero fails at once. */
    Map<String, Tensor> predict(Map<String, Tensor> inputs, Duration wait);

    /** For a model with one input and one output. */
    Tensor predict(Tensor x);

    /**
     * Predicts and measures on the published weights.
     *
     * @param batch inputs, and targets by name for every loss that is to be computed
     */
    Learner.Result evaluate(Map<String, Tensor> batch);

    /** A stream of predictions that remember: the states of recurrent layers live in it. */
    Session session();

    /** Makes ready to learn. At most one learner at a time. */
    Learner learner(LearnerSpec spec);

    /** The published weights, for reading: {@code node.param} to numbers, copied. */
    Map<String, Tensor> weights();

    /** Publishes other weights: all of them, of the same names and shapes, or nothing changes. */
    void weights(Map<String, Tensor> weights);

    /** Counts publications, from 1. */
    long version();

    /** What the model is made of, for people. */
    List<Row> summary();

    /** What provides its parts now, backend included. */
    List<Origin> providers();

    /** True if a prediction would not have to wait. */
    boolean satisfied();

    /**
     * Runs a second provider of a node beside the active one on live predictions and compares the answers, which stay the
     * active one's. Learners and {@link #evaluate} are not shadowed.
     *
     * @param node the id of a node
     * @param provider symbolic name of a bundle, perhaps {@code @version}: its plug-ins are taken for the node and its
     *     children where it has them, and the best for everything else
     * @throws org.fascicle.plugin.ConfigException if there is no such node or such a shadow already, or the provider wants
     *     other parameters than the model has
     * @throws org.fascicle.plugin.MissingPluginException if the bundle provides nothing of the node
     */
    Shadow shadow(String node, String provider);

    /** The shadows that are not closed, in the order in which they began. */
    List<Shadow> shadows();

    /**
     * Takes the best providers there are, whatever they answer: what {@code swap.policy} has refused takes over, soon and
     * once. Without effect if nothing was refused.
     */
    void acceptSwap();

    /** Where it comes from, as JSON has it: what {@link #save} was given when its file was written; empty for a new model. */
    Map<String, Object> provenance();

    /**
     * Writes the published weights, the spec, what it requires and where it comes from as one safetensors file, atomically.
     *
     * @param provenance as JSON has it: experiment, data, seed, numbers reached; the providers are added
     */
    void save(Path file, Map<String, Object> provenance);

    /** Ends the model: nothing can be asked of it afterwards. */
    @Override
    void close();

    /**
     * One line of a summary.
     *
     * @param shapes of the outputs, batch left out, ? where open
     * @param parameters how many numbers are trained
     * @param statistics how many are not
     */
    record Row(
            String id,
            String type,
            List<String> inputs,
            List<String> shapes,
            long parameters,
            long statistics,
            Origin provider) {}
}
