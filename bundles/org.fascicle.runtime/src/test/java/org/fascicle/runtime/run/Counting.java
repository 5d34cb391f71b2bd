package org.fascicle.runtime.run;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.Splits;
import org.fascicle.data.Table;

/** Samples from {@code first} on: feature x [1] is the number itself, target y [1] twice that. */
record Counting(int first, int size, List<Column> columns) implements Table {
    static final List<Column> COLUMNS = List.of(Column.feature("x", Column.Type.FLOAT32, 1), Column.target("y", 1));

    static Counting of(int first, int size) {
        return new Counting(first, size, COLUMNS);
    }

    /** n samples from 0 to train on, m from 1000 to test on. */
    static Splits splits(int n, int m) {
        return new Splits(of(0, n), of(1000, m));
    }

    @Override
    public void read(int column, int row, float[] to, int at) {
        int n = columns.get(column).shape().size();
        for (int i = 0; i < n; i++) to[at + i] = (first + row) * (column + 1);
    }
}
