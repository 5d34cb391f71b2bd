package org.fascicle.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.fascicle.data.Augmentation;
import org.fascicle.data.Column;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;

/**
 * What is done to every sample of a data set, for training, testing and predicting alike: augmentations that draw nothing. It is done
 * once, when the data is loaded, so the tables need no plug-in afterwards; the column takes four bytes a number from then on. Immutable.
 */
record Preprocessing(String where, List<Map<String, Object>> steps) {
    /** Makes a part from options and does something with it, again if it leaves meanwhile. */
    interface Parts {
        <T> T use(Kind kind, String where, Map<String, ?> options, Function<Object, T> work);
    }

    /** One description or a list of them; null for none. The key {@code column} names the column, by default the only feature. */
    static Preprocessing of(String where, Object given) {
        List<Map<String, Object>> steps = new ArrayList<>();
        if (given != null) {
            for (Object o : given instanceof List<?> l ? l : List.of(given))
                steps.add(Typed.options(where + "." + steps.size(), o));
        }
        return new Preprocessing(where, steps);
    }

    Splits apply(Splits s, Parts parts) {
        Splits result = s;
        for (Map<String, Object> step : steps) {
            Map<String, Object> options = new LinkedHashMap<>(step);
            Object column = options.remove("column");
            String here = where + ": " + options.get("type");
            Splits before = result;
            result = parts.use(Kind.AUGMENTATION, here, options, a -> {
                Augmentation augmentation = (Augmentation) a;
                if (augmentation.random()) {
                    throw new ConfigException(
                            here + ": it draws, and tests and predictions must not; put it into training.augmentation");
                }
                int c = Column.index(here, before.train().columns(), column);
                return new Splits(made(before.train(), c, augmentation), made(before.test(), c, augmentation));
            });
        }
        return result;
    }

    private static Table made(Table t, int column, Augmentation a) {
        Column c = t.columns().get(column);
        Shape in = c.shape(), out = a.shape(in);
        float[] from = new float[in.size()];
        float[][] rows = new float[t.size()][out.size()];
        Philox none = Philox.of(0, "preprocessing", 0, 0, 0);
        for (int i = 0; i < rows.length; i++) {
            t.read(column, i, from, 0);
            a.apply(none, in, from, 0, rows[i], 0);
        }
        List<Column> columns = new ArrayList<>(t.columns());
        columns.set(column, new Column(c.name(), out, c.role(), Column.Type.FLOAT32, c.classes()));
        return new Made(t, columns, column, rows);
    }

    /** A table with one column in other numbers. */
    private static final class Made implements Table {
        private final Table table;
        private final List<Column> columns;
        private final int made;
        private final float[][] rows;

        Made(Table table, List<Column> columns, int made, float[][] rows) {
            this.table = table;
            this.columns = List.copyOf(columns);
            this.made = made;
            this.rows = rows;
        }

        @Override
        public List<Column> columns() {
            return columns;
        }

        @Override
        public int size() {
            return rows.length;
        }

        @Override
        public void read(int column, int row, float[] to, int at) {
            if (column == made) System.arraycopy(rows[row], 0, to, at, rows[row].length);
            else table.read(column, row, to, at);
        }
    }
}
