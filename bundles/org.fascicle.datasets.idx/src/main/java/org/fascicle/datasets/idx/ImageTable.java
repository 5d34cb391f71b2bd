package org.fascicle.datasets.idx;

import java.util.List;
import org.fascicle.data.Column;
import org.fascicle.data.Table;

/** Column 0 images in bytes, column 1 class indices. */
final class ImageTable implements Table {
    private final List<Column> columns;
    private final byte[] images;
    private final byte[] labels;
    private final int pixels;
    /** What each byte is delivered as: rounded once, and quicker than to convert and multiply. */
    private final float[] scaled = new float[256];

    /** A table that owns {@code images} and {@code labels}. */
    ImageTable(List<Column> columns, byte[] images, byte[] labels, double scale) {
        this.columns = List.copyOf(columns);
        this.images = images;
        this.labels = labels;
        pixels = columns.get(0).shape().size();
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
            int from = row * pixels;
            for (int i = 0; i < pixels; i++) to[at + i] = scaled[images[from + i] & 0xFF];
        } else {
            to[at] = labels[row] & 0xFF;
        }
    }
}
