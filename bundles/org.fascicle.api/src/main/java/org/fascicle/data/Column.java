package org.fascicle.data;

import java.util.List;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Shape;

/**
 * One column of a table. Immutable.
 *
 * @param name e.g. {@code image}
 * @param shape of one sample: {@code [1, 28, 28]}, or {@code []} for a class index
 * @param role what it is for
 * @param type how it is stored until a batch is made
 * @param classes the names of the classes if the numbers are class indices, else empty
 */
public record Column(String name, Shape shape, Role role, Type type, List<String> classes) {
    /** What a column is for: features feed inputs of the same name or, if there is but one, the only input; targets feed losses and metrics. */
    public enum Role {
        FEATURE,
        TARGET
    }

    /** How numbers are stored. */
    public enum Type {
        FLOAT32,
        UINT8,
        /** Class or vocabulary indices. */
        INDEX
    }

    public Column {
        classes = List.copyOf(classes);
    }

    public static Column feature(String name, Type type, int... shape) {
        return new Column(name, Shape.of(shape), Role.FEATURE, type, List.of());
    }

    public static Column target(String name, int... shape) {
        return new Column(name, Shape.of(shape), Role.TARGET, Type.FLOAT32, List.of());
    }

    /** A class index, one number a sample. */
    public static Column label(String name, List<String> classes) {
        return new Column(name, Shape.of(), Role.TARGET, Type.INDEX, classes);
    }

    /**
     * The place of the column of this name, or of the only feature if no name is given.
     *
     * @param where put before messages
     * @param name null if none is given
     * @throws ConfigException if there is no such column, or several features and no name
     */
    public static int index(String where, List<Column> columns, Object name) {
        List<String> features = columns.stream()
                .filter(c -> c.role == Role.FEATURE)
                .map(Column::name)
                .toList();
        Object wanted = name == null && features.size() == 1 ? features.get(0) : name;
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name.equals(wanted)) return i;
        }
        throw new ConfigException(where + ": column must be one of "
                + columns.stream().map(Column::name).toList() + ", got "
                + (name == null ? "none, and the features are " + features : name));
    }
}
