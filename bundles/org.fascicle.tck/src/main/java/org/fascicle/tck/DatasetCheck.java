package org.fascicle.tck;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fascicle.data.Column;
import org.fascicle.data.DataException;
import org.fascicle.data.Dataset;
import org.fascicle.data.Sources;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;

/** The promises of a data set, each a method that tells what it found; empty is good. Confined to one thread. */
public final class DatasetCheck {
    private static final float SENTINEL = 12345.678f;
    private static final int BEFORE = 3;
    private static final int BEHIND = 5;
    private static final int ROWS = 300;
    /** Greater indices are not exact in float32. */
    private static final float LARGEST_INDEX = 0x1p24f;

    private final Dataset dataset;
    private final Sources sources;
    private Splits loaded;

    public DatasetCheck(Dataset dataset, Sources sources) {
        this.dataset = dataset;
        this.sources = sources;
    }

    /** What is loaded, once a check. */
    private Splits splits() {
        if (loaded == null) loaded = dataset.load(sources);
        return loaded;
    }

    private static Map<String, Table> parts(Splits s) {
        Map<String, Table> parts = new LinkedHashMap<>();
        parts.put("train", s.train());
        parts.put("test", s.test());
        return parts;
    }

    /** Rows of a table to try: the first, the last, and some between. */
    private static int[] rows(Table t) {
        int n = Math.min(ROWS, t.size());
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) rows[i] = n == 1 ? 0 : (int) ((long) i * (t.size() - 1) / (n - 1));
        return rows;
    }

    private static int width(Table t, int column) {
        return t.columns().get(column).shape().size();
    }

    private static float[] read(Table t, int column, int row) {
        float[] x = new float[width(t, column)];
        Arrays.fill(x, Float.NaN);
        t.read(column, row, x, 0);
        return x;
    }

    private static String place(String part, Table t, int column, int row) {
        return part + " column " + t.columns().get(column).name() + ", row " + row;
    }

    /** There is something to learn from, under names of their own. */
    public List<String> declaresItsColumns() {
        List<String> found = new ArrayList<>();
        Table train = splits().train();
        List<Column> columns = train.columns();
        Set<String> names = new HashSet<>();
        for (Column c : columns) {
            if (c.name().isBlank()) found.add("a column has no name: " + c);
            if (!names.add(c.name())) found.add("two columns have the name " + c.name() + "; names must differ");
            if (!c.classes().isEmpty() && c.type() != Column.Type.INDEX)
                found.add("column " + c.name() + " has classes but is " + c.type() + ": expected " + Column.Type.INDEX);
        }
        if (columns.stream().noneMatch(c -> c.role() == Column.Role.FEATURE))
            found.add("no column is a feature: expected one at least, got " + columns);
        if (train.size() < 1) found.add("train has no samples: expected one at least");
        if (splits().test().size() < 0)
            found.add("test has a negative size: " + splits().test().size());
        if (!columns.equals(train.columns())) found.add("columns differ when asked again");
        return found;
    }

    /** Every value is written, with a finite number, and nothing around it. */
    public List<String> fillsItsPlaces() {
        for (Map.Entry<String, Table> part : parts(splits()).entrySet()) {
            Table t = part.getValue();
            for (int column = 0; column < t.columns().size(); column++) {
                for (int row : rows(t)) {
                    Optional<String> d = place(t, column, row);
                    if (d.isPresent()) return List.of(place(part.getKey(), t, column, row) + ": " + d.get());
                }
            }
        }
        return List.of();
    }

    private static Optional<String> place(Table t, int column, int row) {
        int width = width(t, column);
        float[] to = new float[BEFORE + width + BEHIND];
        Arrays.fill(to, SENTINEL);
        Arrays.fill(to, BEFORE, BEFORE + width, Float.NaN);
        try {
            t.read(column, row, to, BEFORE);
        } catch (IndexOutOfBoundsException e) {
            return Optional.of("read leaves its place: expected " + width + " numbers, got " + e);
        }
        for (int i = 0; i < to.length; i++) {
            boolean inside = i >= BEFORE && i < BEFORE + width;
            if (inside && !Float.isFinite(to[i]))
                return Optional.of("number " + (i - BEFORE) + " of " + width + " is " + to[i]
                        + ": expected every one to be written, and finite");
            if (!inside && to[i] != SENTINEL)
                return Optional.of("read writes at index at " + (i < BEFORE ? "- " : "+ ") + Math.abs(i - BEFORE)
                        + ": expected at to at + " + (width - 1) + " as the shape "
                        + t.columns().get(column).shape() + " says; another sample lies there");
        }
        return Optional.empty();
    }

    /** Indices are whole numbers from 0, below the number of classes where these are named. */
    public List<String> labelsAreClasses() {
        for (Map.Entry<String, Table> part : parts(splits()).entrySet()) {
            Table t = part.getValue();
            for (int column = 0; column < t.columns().size(); column++) {
                Column c = t.columns().get(column);
                if (c.type() != Column.Type.INDEX) continue;
                float end = c.classes().isEmpty() ? LARGEST_INDEX : c.classes().size();
                for (int row = 0; row < t.size(); row++) {
                    for (float k : read(t, column, row)) {
                        if (!(k >= 0 && k < end && k == Math.rint(k)))
                            return List.of(place(part.getKey(), t, column, row) + " is " + k
                                    + ": expected a whole number from 0 to " + ((int) end - 1));
                    }
                }
            }
        }
        return List.of();
    }

    /** A row is the same whenever it is read, in any order. */
    public List<String> readsAlike() {
        for (Map.Entry<String, Table> part : parts(splits()).entrySet()) {
            Table t = part.getValue();
            float[][][] first = all(t);
            int[] rows = rows(t);
            for (int i = rows.length - 1; i >= 0; i--) {
                for (int column = t.columns().size() - 1; column >= 0; column--) {
                    if (!Arrays.equals(first[column][i], read(t, column, rows[i])))
                        return List.of(
                                place(part.getKey(), t, column, rows[i])
                                        + " is something else when it is read again, in another order; read by row, keep no position");
                }
            }
        }
        return List.of();
    }

    private static float[][][] all(Table t) {
        int[] rows = rows(t);
        float[][][] all = new float[t.columns().size()][rows.length][];
        for (int column = 0; column < all.length; column++) {
            for (int i = 0; i < rows.length; i++) all[column][i] = read(t, column, rows[i]);
        }
        return all;
    }

    /** Loading again gives the same rows; {@code like} is a data set made of the same options. */
    public List<String> loadsAlike(Dataset like) {
        Map<String, Table> first = parts(splits());
        Map<String, Dataset> others = new LinkedHashMap<>();
        others.put("when it is loaded again", dataset);
        others.put("when another data set of the same options loads it", like);
        for (Map.Entry<String, Dataset> other : others.entrySet()) {
            Map<String, Table> again = parts(other.getValue().load(sources));
            for (String part : first.keySet()) {
                Table a = first.get(part), b = again.get(part);
                String what = part + " is something else " + other.getKey();
                if (a.size() != b.size() || !a.columns().equals(b.columns()))
                    return List.of(what + ": expected " + a.size() + " of " + a.columns() + ", got " + b.size() + " of "
                            + b.columns());
                if (!Arrays.deepEquals(all(a), all(b)))
                    return List.of(what + "; draw from Philox by a seed, keep no random state");
            }
        }
        return List.of();
    }

    /** Several threads read the same table at once. */
    public List<String> servesManyThreads() throws InterruptedException {
        Table t = splits().train();
        float[][][] expected = all(t);
        int[] rows = rows(t);
        return Together.run(thread -> {
                    for (int i = thread * 7; i < rows.length; i++) {
                        for (int column = 0; column < expected.length; column++) {
                            if (!Arrays.equals(expected[column][i], read(t, column, rows[i])))
                                return Optional.of(place("train", t, column, rows[i]));
                        }
                    }
                    return Optional.empty();
                })
                .map(d -> "several threads that read the same table disturb each other: " + d
                        + " is something else; keep no position and no buffer in the table")
                .stream()
                .toList();
    }

    /** The data set keeps nothing of what it loads, and a table nothing of what is read. */
    public List<String> keepsNothingInFields() {
        List<String> found = new ArrayList<>(Fields.kept(dataset, this::splits));
        found.addAll(Fields.kept(splits().train(), () -> all(splits().train())));
        return found;
    }

    /** Without its files it says what is missing, where it was looked for, and what to do; without need of files it loads. */
    public List<String> tellsWhatIsMissing() {
        Missing missing = new Missing();
        try {
            dataset.load(missing);
            return missing.asked.isEmpty()
                    ? List.of()
                    : List.of("load went on although " + missing.asked + " were not there: expected a DataException");
        } catch (DataException e) {
            String said = e.getMessage();
            if (!missing.asked.isEmpty() && missing.asked.stream().noneMatch(said::contains))
                return List.of("without its files: expected the name of one of " + missing.asked
                        + " in the message, got " + said);
            return said.contains("; ")
                    ? List.of()
                    : List.of("without its files: expected what to do behind '; ', got " + said);
        } catch (RuntimeException e) {
            return List.of("without its files: expected a DataException, got " + e);
        }
    }

    /** Finds nothing. */
    private static final class Missing implements Sources {
        private final Set<String> asked = new TreeSet<>();

        @Override
        public List<Path> directories() {
            return List.of();
        }

        @Override
        public Path find(String... names) {
            asked.addAll(List.of(names));
            throw new DataException(
                    "data: no such file, looked for " + String.join(", ", names) + "; say where it is with --data DIR");
        }
    }
}
