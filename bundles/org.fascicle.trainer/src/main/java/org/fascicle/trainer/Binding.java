package org.fascicle.trainer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.fascicle.data.Column;
import org.fascicle.data.Table;
import org.fascicle.model.ModelSpec;
import org.fascicle.plugin.ConfigException;
import org.fascicle.tensor.Shape;

/** Which column of a table feeds which input and target of a model. Immutable. */
final class Binding {
    /**
     * A column under the name that a batch has it by.
     *
     * @param fed true if the model sees it; false if only a metric does
     */
    record Link(String name, int column, Shape shape, boolean fed) {}

    private static final String TARGET = "target";
    private static final String SAMPLE_WEIGHT = "sample_weight";

    private final String where;
    private final String model;
    private final ModelSpec spec;
    private final List<Column> columns;
    private final List<Link> links = new ArrayList<>();
    private final boolean complete;

    /**
     * Binds every input, and the targets of all losses.
     *
     * @param where put before messages
     * @param strict true if a target that is not there is an error; otherwise the losses then go without
     */
    Binding(String where, String model, ModelSpec spec, Table table, boolean strict) {
        this.where = where;
        this.model = model;
        this.spec = spec;
        columns = table.columns();
        for (ModelSpec.Input i : spec.inputs()) links.add(input(i));
        Set<String> targets = targets(spec);
        boolean all = !spec.losses().isEmpty();
        for (String t : targets) all &= column(t) >= 0;
        complete = all;
        if (!complete && !strict) return;
        for (String t : targets) {
            int c = column(t);
            if (c < 0) throw missing("a loss of " + model + " needs the target " + t, Column.Role.TARGET);
            links.add(link(t, c, true));
        }
        int w = index(SAMPLE_WEIGHT);
        if (w >= 0) links.add(link(SAMPLE_WEIGHT, w, true));
    }

    /** True if the model has losses and every target of them is there. */
    boolean complete() {
        return complete;
    }

    List<Link> links() {
        return List.copyOf(links);
    }

    /** The name under which batches have the target that goes with an output; {@code asked} is what a metric says, or empty. */
    String target(String metric, String output, String asked) {
        String name = asked.isEmpty() ? targetOf(output) : asked;
        int c = name.isEmpty() ? -1 : column(name);
        if (c < 0) {
            String what = name.isEmpty()
                    ? "metric " + metric + " does not know which target goes with output " + output + "; add \"target\""
                    : "metric " + metric + " needs the target " + name;
            throw missing(what, Column.Role.TARGET);
        }
        if (links.stream().noneMatch(l -> l.name().equals(name))) links.add(link(name, c, false));
        return name;
    }

    private String targetOf(String output) {
        Set<String> targets = targets(spec);
        for (ModelSpec.Term t : spec.losses()) {
            if (t.inputs().contains(output)) {
                for (String r : t.inputs()) {
                    if (targets.contains(r)) return r;
                }
            }
        }
        return onlyTarget() >= 0 ? TARGET : "";
    }

    private Link input(ModelSpec.Input input) {
        int c = index(input.name());
        if (c < 0 && spec.inputs().size() == 1) c = only(Column.Role.FEATURE);
        if (c < 0) throw missing("no column feeds the input " + input.name() + " of " + model, Column.Role.FEATURE);
        Column column = columns.get(c);
        if (!fits(input.dims(), column.shape())) {
            throw new ConfigException(where + ": input " + input.name() + " of " + model + " takes "
                    + dims(input.dims()) + ", column " + column.name() + " has " + column.shape()
                    + "; set \"inputs\" of the model to {\"" + input.name() + "\": " + column.shape()
                    + "} and add a flatten or reshape layer where it is needed");
        }
        return link(input.name(), c, true);
    }

    private static boolean fits(List<Integer> dims, Shape s) {
        if (dims.size() != s.rank()) return false;
        for (int i = 0; i < s.rank(); i++) {
            if (dims.get(i) != -1 && dims.get(i) != s.dim(i)) return false;
        }
        return true;
    }

    private static String dims(List<Integer> dims) {
        return dims.stream().map(d -> d == -1 ? "?" : d.toString()).collect(Collectors.joining(", ", "[", "]"));
    }

    /** What the losses refer to and is neither an input nor a node's output. */
    private static Set<String> targets(ModelSpec spec) {
        Set<String> known = new LinkedHashSet<>();
        spec.inputs().forEach(i -> known.add(i.name()));
        spec.nodes().forEach(n -> known.add(n.id()));
        Set<String> targets = new LinkedHashSet<>();
        for (ModelSpec.Term t : spec.losses()) {
            for (String r : t.inputs()) {
                int dot = r.indexOf('.');
                if (!r.isEmpty() && !known.contains(r) && !(dot > 0 && known.contains(r.substring(0, dot))))
                    targets.add(r);
            }
        }
        return targets;
    }

    private Link link(String name, int c, boolean fed) {
        return new Link(name, c, columns.get(c).shape(), fed);
    }

    private int column(String name) {
        int c = index(name);
        return c < 0 && name.equals(TARGET) ? onlyTarget() : c;
    }

    private int onlyTarget() {
        return only(Column.Role.TARGET);
    }

    private int only(Column.Role role) {
        int found = -1;
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).role() != role || columns.get(i).name().equals(SAMPLE_WEIGHT)) continue;
            if (found >= 0) return -1;
            found = i;
        }
        return found;
    }

    private int index(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) return i;
        }
        return -1;
    }

    private ConfigException missing(String what, Column.Role role) {
        List<String> there = columns.stream()
                .filter(c -> c.role() == role)
                .map(c -> c.name() + " " + c.shape())
                .toList();
        return new ConfigException(where + ": " + what + "; the data has "
                + (there.isEmpty() ? "no " + word(role) : word(role) + " " + String.join(", ", there)));
    }

    private static String word(Column.Role role) {
        return role == Column.Role.FEATURE ? "features" : "targets";
    }
}
