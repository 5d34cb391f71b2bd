package org.fascicle.registry;

import java.util.List;
import java.util.stream.Collectors;
import org.fascicle.data.Augmentation;
import org.fascicle.data.Dataset;
import org.fascicle.nn.Activation;
import org.fascicle.nn.AffinePerChannel;
import org.fascicle.nn.Config;
import org.fascicle.nn.ElementLoss;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Metric;
import org.fascicle.plugin.Kind;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Ops;
import org.fascicle.train.ClosureOptimizer;
import org.fascicle.train.Optimizer;
import org.fascicle.train.Schedule;
import org.fascicle.train.UpdateRule;

/** What a plug-in of each kind may be, and what is made of it. */
final class Types {
    private Types() {}

    /** The types a service of this kind may be registered under; DS registers a component under what it implements directly. */
    static List<Class<?>> services(Kind kind) {
        return switch (kind) {
            case ACTIVATION, LAYER ->
                List.of(Layer.class, Layer.Factory.class, Activation.class, AffinePerChannel.class);
            case LOSS -> List.of(Loss.class, Layer.Factory.class, ElementLoss.class);
            case METRIC -> List.of(Metric.class, Metric.Factory.class);
            case OPTIMIZER -> List.of(Optimizer.class, ClosureOptimizer.class, Optimizer.Factory.class);
            case SCHEDULE -> List.of(Schedule.class, Schedule.Factory.class);
            case INITIALIZER -> List.of(Initializer.class, Initializer.Factory.class);
            case DATASET -> List.of(Dataset.class, Dataset.Factory.class);
            case AUGMENTATION -> List.of(Augmentation.class, Augmentation.Factory.class);
            case BACKEND -> List.of(Ops.class);
            case ALGEBRA -> List.of(LinearAlgebra.class);
        };
    }

    /** What a part of this kind is. */
    static Class<?> product(Kind kind) {
        return switch (kind) {
            case ACTIVATION, LAYER -> Layer.class;
            case LOSS -> Loss.class;
            case METRIC -> Metric.class;
            case OPTIMIZER -> UpdateRule.class;
            case SCHEDULE -> Schedule.class;
            case INITIALIZER -> Initializer.class;
            case DATASET -> Dataset.class;
            case AUGMENTATION -> Augmentation.class;
            case BACKEND -> Ops.class;
            case ALGEBRA -> LinearAlgebra.class;
        };
    }

    /** True for the kinds whose parts stand in a model as children. */
    static boolean isLayer(Kind kind) {
        return kind == Kind.LAYER || kind == Kind.ACTIVATION || kind == Kind.LOSS;
    }

    static boolean accepts(Kind kind, Object plugin) {
        return services(kind).stream().anyMatch(type -> type.isInstance(plugin));
    }

    /** True if making the part asks for options. */
    static boolean isFactory(Kind kind, Object plugin) {
        return switch (kind) {
            case ACTIVATION, LAYER, LOSS -> plugin instanceof Layer.Factory;
            case METRIC -> plugin instanceof Metric.Factory;
            case OPTIMIZER -> plugin instanceof Optimizer.Factory;
            case SCHEDULE -> plugin instanceof Schedule.Factory;
            case INITIALIZER -> plugin instanceof Initializer.Factory;
            case DATASET -> plugin instanceof Dataset.Factory;
            case AUGMENTATION -> plugin instanceof Augmentation.Factory;
            case BACKEND, ALGEBRA -> false;
        };
    }

    /** Runs the plug-in's {@code create}; a plug-in that is no factory is the part itself. */
    static Object make(Kind kind, Object plugin, Config options) {
        if (!isFactory(kind, plugin)) return plugin;
        return switch (kind) {
            case ACTIVATION, LAYER, LOSS -> ((Layer.Factory) plugin).create(options);
            case METRIC -> ((Metric.Factory) plugin).create(options);
            case OPTIMIZER -> ((Optimizer.Factory) plugin).create(options);
            case SCHEDULE -> ((Schedule.Factory) plugin).create(options);
            case INITIALIZER -> ((Initializer.Factory) plugin).create(options);
            case DATASET -> ((Dataset.Factory) plugin).create(options);
            case AUGMENTATION -> ((Augmentation.Factory) plugin).create(options);
            case BACKEND, ALGEBRA -> plugin;
        };
    }

    /** For messages: {@code Layer, Layer.Factory or Activation}. */
    static String words(Kind kind) {
        return Words.or(services(kind).stream().map(Types::name).collect(Collectors.toList()));
    }

    /** A type's name as people write it: {@code Layer.Factory}. */
    static String name(Class<?> type) {
        if (type.isArray()) return name(type.getComponentType()) + "[]";
        return type.getName()
                .substring(
                        type.getPackageName().isEmpty()
                                ? 0
                                : type.getPackageName().length() + 1)
                .replace('$', '.');
    }
}
