package org.fascicle.tck.reference;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** What belongs to the model: parameters, statistics, optimizer slots, step number; all next values are committed together. Confined to one thread. */
public final class Weights {
    private final long seed;
    private final LinearAlgebra algebra;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long step;

    public Weights(long seed) {
        this(seed, new NaiveAlgebra());
    }

    public Weights(long seed, LinearAlgebra algebra) {
        this.seed = seed;
        this.algebra = algebra;
    }

    /** One parameter. */
    public static final class Entry {
        private final String path;
        private final Param param;
        private final Tensor gradient;
        private final Map<String, Tensor> slots = new LinkedHashMap<>();
        private final Map<String, Tensor> nextSlots = new LinkedHashMap<>();
        private Tensor value;
        private Tensor next;
        /** True if somebody wrote to the gradient in this step. */
        private boolean written;

        private Entry(String path, Param param, Tensor value) {
            this.path = path;
            this.param = param;
            this.value = value;
            next = value;
            gradient = Tensor.zeros(param.shape());
        }

        /** {@code node.param}. */
        public String path() {
            return path;
        }

        public Param param() {
            return param;
        }

        /** The current numbers; a check may write them between steps. */
        public Tensor value() {
            return value;
        }

        /** The sum over all uses in this step. */
        public Tensor gradient() {
            return gradient;
        }

        /** What commits; of a statistic, what the last use in this step left. */
        Tensor next() {
            return next;
        }

        void next(Tensor t) {
            next = t;
        }

        boolean written() {
            return written;
        }

        /** Tells the first writer of this step from those who add. */
        boolean write() {
            boolean first = !written;
            written = true;
            return first;
        }

        Tensor slot(String name) {
            return slot(slots, name);
        }

        Tensor nextSlot(String name) {
            return slot(nextSlots, name);
        }

        private Tensor slot(Map<String, Tensor> of, String name) {
            Tensor t = of.get(name);
            if (t == null) {
                throw new FascicleException(
                        path + ": slot \"" + name + "\" was not declared; declared are " + slots.keySet());
            }
            return t;
        }

        /** New slots are zero, the next values of all are NaN until written. */
        void prepare(List<Slot> list) {
            next = filled(param.shape());
            for (Slot s : list) {
                slots.computeIfAbsent(s.name(), k -> Tensor.zeros(s.shape()));
                nextSlots.put(s.name(), filled(s.shape()));
            }
        }

        private static Tensor filled(Shape s) {
            Tensor t = Tensor.zeros(s);
            t.fill(Float.NaN);
            return t;
        }
    }

    /** The parameter of this path, made and initialised block by block if it is new. */
    Entry entry(String path, Param p) {
        Entry e = entries.computeIfAbsent(path, k -> new Entry(path, p, initial(path, p)));
        if (!e.param.fits(p)) {
            throw new FascicleException(
                    path + ": parameter is " + e.param + ", the new graph wants " + p + "; weights untouched");
        }
        return e;
    }

    private Tensor initial(String path, Param p) {
        Tensor all = Tensor.zeros(p.shape());
        if (all.size() == 0) return all;
        Shape shape = p.blocks() == 1 ? p.shape() : p.shape().with(0, p.shape().dim(0) / p.blocks());
        for (int b = 0; b < p.blocks(); b++) {
            Tensor block = Tensor.zeros(shape);
            block.fill(Float.NaN);
            p.init().fill(p, block, Philox.of(seed, path, b, 0, 0), algebra);
            System.arraycopy(block.data(), 0, all.data(), b * shape.size(), shape.size());
        }
        return all;
    }

    public long seed() {
        return seed;
    }

    /** How many steps were committed. */
    public long step() {
        return step;
    }

    /** All parameters, in the order in which graphs asked for them. */
    public Collection<Entry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    /** The parameter of this path, {@code node.param}. */
    public Entry get(String path) {
        Entry e = entries.get(path);
        if (e == null) throw new FascicleException("weights: there is no " + path + "; there are " + entries.keySet());
        return e;
    }

    public List<Entry> trained() {
        return entries.values().stream().filter(e -> e.param.kind().trained()).toList();
    }

    /** Copies of all numbers by path. */
    public Map<String, Tensor> copy() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        entries.forEach((path, e) -> all.put(path, e.value.copy()));
        return all;
    }

    /** Before a step: nobody has written a gradient or a statistic. */
    void begin() {
        for (Entry e : entries.values()) {
            e.written = false;
            if (!e.param.kind().trained()) e.next = e.value;
        }
    }

    /** Presets every gradient, as if somebody had written these numbers before: backward must add to them. Call it after a forward. */
    public void preset(float v) {
        for (Entry e : trained()) {
            e.written = true;
            e.gradient.fill(v);
        }
    }

    /** What the last forward left of each statistic, by path. */
    public Map<String, Tensor> nextStatistics() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        entries.forEach((path, e) -> {
            if (e.param.kind() == Param.Kind.STATISTIC) all.put(path, e.next);
        });
        return all;
    }

    /** The statistics that the last forward left become current, without a step. */
    public void commitStatistics() {
        for (Entry e : entries.values()) {
            if (e.param.kind() == Param.Kind.STATISTIC) e.value = e.next;
        }
    }

    /** All next values become current at once. */
    void commit() {
        for (Entry e : entries.values()) {
            e.value = e.next;
            e.slots.putAll(e.nextSlots);
            e.nextSlots.clear();
        }
        step++;
    }

    /** For the closure optimizer: evaluates at other numbers. */
    void use(Entry e, Tensor t) {
        e.value = t;
    }
}
