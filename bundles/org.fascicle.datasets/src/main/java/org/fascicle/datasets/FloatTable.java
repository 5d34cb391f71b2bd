package org.fascicle.datasets;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.Table;

/** Columns of float32, each one array. */
final class FloatTable implements Table {
    private final List<Column> columns;
    private final float[][] values;
    private final int[] widths;
    private final int size;

    /** A table that owns {@code values}, one array of {@code size} samples a column. */
    FloatTable(List<Column> columns, float[][] values, int size) {
        this.columns = List.copyOf(columns);
        this.values = values;
        this.size = size;
        widths = this.columns.stream().mapToInt(c -> c.shape().size()).toArray();
    }

    /** A copy of some rows, in their order. */
    FloatTable rows(int[] rows) {
        float[][] copy = new float[values.length][];
        for (int c = 0; c < copy.length; c++) {
            int width = widths[c];
            copy[c] = new float[rows.length * width];
            for (int i = 0; i < rows.length; i++)
                System.arraycopy(values[c], rows[i] * width, copy[c], i * width, width);
        }
        return new FloatTable(columns, copy, rows.length);
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void read(int column, int row, float[] to, int at) {
        int width = widths[column];
        System.arraycopy(values[column], row * width, to, at, width);
    }
}
