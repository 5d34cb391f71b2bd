package org.fascicle.datasets;

import java.io.IOException;
import java.io.InputStream;
import org.fascicle.data.DataException;

/** Reads what is embedded in this bundle. */
final class Resource {
    private Resource() {}

    static byte[] bytes(String name) {
        try (InputStream in = Resource.class.getResourceAsStream(name)) {
            if (in == null)
                throw new DataException(name + ": the bundle lacks this resource; install a complete bundle");
            return in.readAllBytes();
        } catch (IOException e) {
            throw new DataException(
                    name + ": the bundle's resource cannot be read: " + e.getMessage() + "; install the bundle again",
                    e);
        }
    }

    static DataException damaged(String name, String expected, Object got) {
        return new DataException(
                name + ": the bundle's resource must have " + expected + ", got " + got + "; install the bundle again");
    }
}
