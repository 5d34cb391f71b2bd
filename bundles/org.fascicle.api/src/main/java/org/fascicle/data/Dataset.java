package org.fascicle.data;

import org.fascicle.plugin.Options;
import org.osgi.annotation.versioning.ConsumerType;

/** Where samples come from. Immutable and thread-safe; what {@link #load} reads belongs to the caller. */
@ConsumerType
public interface Dataset {
    /** Reads everything; {@link DataException} if files are missing, cut short or not what they should be. */
    Splits load(Sources sources);

    /** Makes a data set from options. */
    @ConsumerType
    interface Factory {
        Dataset create(Options o);
    }
}
