package org.fascicle.datasets;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.Table;

/** Column 0 in bytes, column 1 a class index. */
final class ByteTable implements Table {
    private final List<Column> columns;
    private final byte[] bytes;
    private final byte[] labels;
    private final int width;
    /** What each byte is delivered as: rounded once, and quicker than to convert and multiply. */
    private final float[] scaled = new float[256];

    /** A table that owns {@code bytes} and {@code labels}. */
    ByteTable(List<Column> columns, byte[] bytes, byte[] labels, double scale) {
        this.columns = List.copyOf(columns);
        this.bytes = bytes;
        this.labels = labels;
        width = columns.get(0).shape().size();
        for (int b = 0; b < scaled.length; b++) scaled[b] = (float) (b * scale);
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public void read(int column, int row, float[] to, int at) {
        if (column == 0) {
            int from = row * width;
            for (int i = 0; i < width; i++) to[at + i] = scaled[bytes[from + i] & 0xFF];
        } else {
            to[at] = labels[row] & 0xFF;
        }
    }
}
