package org.fascicle.model;

import java.util.List;
import java.util.Map;

/**
 * What a model is made of: inputs, nodes that form a graph without cycles, outputs, and the losses it learns by. Names
 * only, never a class. Immutable; {@link SpecReader} makes one of what JSON holds, {@link #tree()} is the way back.
 *
 * @param inputs what a prediction is given
 * @param nodes in any order; each refers to inputs and other nodes by name
 * @param outputs references of what a prediction gives
 * @param losses may be empty for a model that is not trained
 */
public record ModelSpec(List<Input> inputs, List<Node> nodes, List<String> outputs, List<Term> losses) {
    public ModelSpec {
        inputs = List.copyOf(inputs);
        nodes = List.copyOf(nodes);
        outputs = List.copyOf(outputs);
        losses = List.copyOf(losses);
    }

    /**
     * How the values of a loss become one number: w is the sample's weight, v the value, d what the loss says that it counts
     * for, 1 if it says nothing. A mean of nothing is 0.
     */
    public enum Reduction {
        /** Σ w v. */
        SUM,
        /** Σ w v / Σ d: Keras's mean over the batch, PyTorch's mean where d is the weight of a class. */
        MEAN,
        /** Σ w v / Σ w d: the mean by the samples' weights, Keras's mean_with_sample_weight. */
        WEIGHTED_MEAN
    }

    /** An input; {@code dims} are those of one sample, -1 where the length is open. */
    public record Input(String name, List<Integer> dims) {
        public Input {
            dims = List.copyOf(dims);
        }
    }

    /**
     * A node.
     *
     * @param id unique, {@code [A-Za-z0-9_-]+}
     * @param options as JSON has them, {@code type} among them, without id and inputs
     * @param inputs one reference a port: an input's name, {@code node} (its first output) or {@code node.port}; "" leaves an optional port out
     */
    public record Node(String id, Map<String, Object> options, List<String> inputs) {
        public Node {
            options = SpecReader.frozen(options);
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * A loss.
     *
     * @param name unique among losses
     * @param inputs one reference a port; what is neither input nor node is a target that each batch brings
     * @param weight by which it enters the total
     */
    public record Term(
            String name, Map<String, Object> options, List<String> inputs, double weight, Reduction reduction) {
        public Term {
            options = SpecReader.frozen(options);
            inputs = List.copyOf(inputs);
        }
    }

    /** This model with other losses. */
    public ModelSpec losses(List<Term> terms) {
        return new ModelSpec(inputs, nodes, outputs, terms);
    }

    /** As JSON has it: maps, lists, texts, numbers. */
    public Map<String, Object> tree() {
        return SpecReader.tree(this);
    }
}
