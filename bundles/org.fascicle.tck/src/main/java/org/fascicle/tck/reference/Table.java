package org.fascicle.tck.reference;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fascicle.plugin.FascicleException;

/** A few named things; asking for another name is an error that lists them. Confined to one thread. */
final class Table<T> {
    private final Map<String, T> values = new LinkedHashMap<>();
    private final String what;

    Table(String what) {
        this.what = what;
    }

    void add(String name, T value) {
        if (values.put(name, value) != null) throw new FascicleException(what + ": two are named \"" + name + "\"");
    }

    T get(String name) {
        T value = values.get(name);
        if (value == null) {
            throw new FascicleException(
                    what + ": \"" + name + "\" was not declared in the plan; declared are " + values.keySet());
        }
        return value;
    }
}
