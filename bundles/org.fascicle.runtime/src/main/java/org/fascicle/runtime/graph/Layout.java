package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.ConfigException;

/** Which parameters a model has, in a fixed order: {@code node.param} to a number. Immutable. */
public final class Layout {
    /** A parameter and where it belongs. */
    public record Entry(String path, Param param) {}

    private final List<Entry> entries;
    private final Map<String, Integer> index = new LinkedHashMap<>();

    private Layout(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        for (int i = 0; i < entries.size(); i++) index.put(entries.get(i).path(), i);
    }

    public List<Entry> entries() {
        return entries;
    }

    public int size() {
        return entries.size();
    }

    /** The same parameters without their initializers: these are code, which a model must not keep. */
    Layout withoutCode() {
        return new Layout(entries.stream()
                .map(e -> new Entry(e.path(), e.param().init(Initializer.ZEROS)))
                .toList());
    }

    /** The number of a parameter, or -1. */
    public int find(String path) {
        return index.getOrDefault(path, -1);
    }

    /** How many numbers are trained, or are not. */
    public long count(boolean trained) {
        return entries.stream()
                .filter(e -> e.param().kind().trained() == trained)
                .mapToLong(e -> e.param().shape().size())
                .sum();
    }

    /** Where the compiler asks for the number of a parameter. */
    interface Index {
        int of(String path, Param p);
    }

    /** Every parameter must be there as it is; the message says what differs. */
    int require(String path, Param p) {
        int i = find(path);
        if (i < 0) throw new ConfigException(path + ": the model has no parameter of this name; weights untouched");
        Param have = entries.get(i).param();
        if (!have.fits(p))
            throw new ConfigException(
                    path + ": the model's parameter is " + have + ", the code wants " + p + "; weights untouched");
        return i;
    }

    /** Collects the parameters of a new model. */
    static final class Builder implements Index {
        private final Map<String, Integer> index = new LinkedHashMap<>();
        private final List<Entry> entries = new ArrayList<>();

        @Override
        public int of(String path, Param p) {
            Integer known = index.get(path);
            if (known == null) {
                index.put(path, entries.size());
                entries.add(new Entry(path, p));
                return entries.size() - 1;
            }
            Param have = entries.get(known).param();
            if (!have.fits(p)) {
                throw new ConfigException(path + ": one parameter cannot be both " + have + " and " + p);
            }
            return known;
        }

        Layout build() {
            return new Layout(entries);
        }
    }
}
