package org.fascicle.trainer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.data.Augmentation;
import org.fascicle.data.Column;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Origin;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.train.Lease;

/**
 * Makes other samples of those in a batch, as the run's {@code augmentation} says. What becomes of a sample depends on (seed, epoch, row
 * of the table) and on the place in the list only. Confined to one thread.
 */
final class Augmentations {
    private record Step(int column, Shape shape, Part<Augmentation> part, int place) {}

    private final List<Step> steps = new ArrayList<>();
    private final long seed;
    private float[] from = new float[0];

    /** Makes and checks what the run names; each keeps to the code it began with if the run does. */
    Augmentations(Lease run, List<Column> columns, Parts parts) {
        seed = run.spec().learner().seed();
        List<Map<String, Object>> all = run.spec().augmentation();
        for (int i = 0; i < all.size(); i++) {
            Map<String, Object> options = new LinkedHashMap<>(all.get(i));
            String where = run.where() + ": augmentation " + options.get("type");
            int column = Column.index(where, columns, options.remove("column"));
            Part<Augmentation> p = parts.make(
                    Kind.AUGMENTATION,
                    Augmentation.class,
                    where,
                    options,
                    Epochs.pinned(run),
                    Optional.ofNullable(run.progress().parts().get(name(i))));
            Shape shape = columns.get(column).shape();
            check(where, shape, p);
            steps.add(new Step(column, shape, p, i));
        }
    }

    private static void check(String where, Shape shape, Part<Augmentation> p) {
        p.use(a -> {
            if (!a.random())
                throw new ConfigException(where
                        + ": it draws nothing, so tests and predictions need it too; put it into \"preprocessing\" of the"
                        + " data set");
            if (!a.shape(shape).equals(shape))
                throw new ConfigException(where + ": must keep the shape " + shape + ", makes " + a.shape(shape)
                        + " of it; take one that keeps it");
            return a;
        });
    }

    private static String name(int place) {
        return "augmentation " + place;
    }

    /** Changes the samples {@code rows[first]} to {@code rows[first + n - 1]} of a column, which are at the start of {@code data}. */
    void apply(int column, int epoch, int[] rows, int first, int n, float[] data) {
        for (Step s : steps) {
            if (s.column == column) apply(s, epoch, rows, first, n, data);
        }
    }

    private void apply(Step s, int epoch, int[] rows, int first, int n, float[] data) {
        int each = s.shape.size();
        if (from.length < n * each) from = new float[n * each];
        System.arraycopy(data, 0, from, 0, n * each);
        Philox draws = Philox.of(seed, "augmentation", 0, s.place, epoch);
        s.part.use(a -> {
            for (int i = 0; i < n; i++)
                a.apply(draws.instance(rows[first + i]), s.shape, from, i * each, data, i * each);
            return a;
        });
    }

    /** Who provides each, by its place. */
    void origins(Map<String, Origin> into) {
        for (Step s : steps) s.part.origin().ifPresent(o -> into.put(name(s.place), o));
    }

    /** What was put in place of what, told once. */
    List<String> changes() {
        List<String> all = new ArrayList<>();
        for (Step s : steps) s.part.change().ifPresent(all::add);
        return all;
    }
}
