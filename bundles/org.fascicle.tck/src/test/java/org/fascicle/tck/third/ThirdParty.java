package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.Parts;

/** Plug-ins as an outsider writes them, under the names they are published by. */
public final class ThirdParty {
    /** All of them. */
    public static final List<Entry> PLUGINS = List.of(
            new Entry(Kind.ACTIVATION, "mish", new Mish()),
            new Entry(Kind.ACTIVATION, "mish_block", new MishBlock()),
            new Entry(Kind.ACTIVATION, "tanh", new Tanh()),
            new Entry(Kind.ACTIVATION, "leaky_relu", new LeakyRelu.Factory()),
            new Entry(Kind.ACTIVATION, "prelu", new Prelu()),
            new Entry(Kind.ACTIVATION, "rrelu", new Rrelu.Factory()),
            new Entry(Kind.ACTIVATION, "softmax", new Softmax()),
            new Entry(Kind.ACTIVATION, "maxout", new Maxout.Factory()),
            new Entry(Kind.ACTIVATION, "noisy", new Noisy()),
            new Entry(Kind.LAYER, "dense", new Dense.Factory()),
            new Entry(Kind.LAYER, "conv2d", new Conv2d.Factory()),
            new Entry(Kind.LAYER, "batch_norm", new BatchNorm.Factory()),
            new Entry(Kind.LAYER, "embedding", new Embedding.Factory()),
            new Entry(Kind.LAYER, "concatenate", new Concatenate()),
            new Entry(Kind.LAYER, "lstm", new Lstm.Factory()),
            new Entry(Kind.LAYER, "multi_head_attention", new MultiHeadAttention.Factory()),
            new Entry(Kind.LAYER, "bidirectional", new Bidirectional.Factory()),
            new Entry(Kind.LAYER, "repeat", new Repeat.Factory()),
            new Entry(Kind.LAYER, "ode", new Ode.Factory()),
            new Entry(Kind.LOSS, "mean_squared_error", new MeanSquaredError()),
            new Entry(Kind.LOSS, "categorical_crossentropy_from_logits", new CategoricalCrossentropy()),
            new Entry(Kind.LOSS, "triplet", new Triplet.Factory()),
            new Entry(Kind.LOSS, "ctc", new Ctc()),
            new Entry(Kind.OPTIMIZER, "sgd", new Sgd.Factory()),
            new Entry(Kind.OPTIMIZER, "adam", new Adam.Factory()),
            new Entry(Kind.OPTIMIZER, "lbfgs", new Lbfgs()));

    private ThirdParty() {}

    /** A plug-in object with the kind and name it is published under. */
    public record Entry(Kind kind, String name, Object plugin) {}

    /** Adds all of them to the parts of a test. */
    public static Parts addTo(Parts parts) {
        PLUGINS.forEach(e -> parts.with(e.kind(), e.name(), e.plugin()));
        return parts;
    }
}
