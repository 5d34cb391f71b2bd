package org.fascicle.data;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Samples in named columns. Immutable and thread-safe once loaded. */
@ConsumerType
public interface Table {
    List<Column> columns();

    /** The number of samples. */
    int size();

    /** Writes one sample of one column, as float32, to {@code to[at..]}; bytes are scaled as the data set was told to. */
    void read(int column, int row, float[] to, int at);
}
