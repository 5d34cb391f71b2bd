package org.fascicle.registry.trust;

import java.io.IOException;
import java.io.InputStream;

/** Everything that is in a bundle. Thread-safe. */
interface Content {
    /** Gives every entry once, directories with a slash at their end; each is read or left before the next comes. */
    void read(Entries to) throws IOException;

    /** Takes entries. */
    interface Entries {
        void entry(String name, InputStream content) throws IOException;
    }
}
