package org.fascicle.experiments;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fascicle.plugin.ConfigException;

/**
 * What was read, and where in the file each key stands. The tree may be changed by its one reader.
 *
 * @param where the file or whatever else it came from
 * @param places line and column of each key and list element by its path
 */
record Document(String where, Map<String, Object> tree, Map<List<String>, Place> places) {
    /** A place in a file, both numbers from 1. */
    record Place(int line, int column) {
        @Override
        public String toString() {
            return "line " + line + ", column " + column;
        }
    }

    /** {@code digits.json, line 3, column 5: training.epochs}: what a message begins with. */
    String at(List<String> path) {
        Place p = places.get(path);
        return where + (p == null ? "" : ", " + p) + ": " + String.join(".", path);
    }

    /** {@link ConfigException} if an object has a key that is none of these. */
    void known(List<String> path, Map<String, ?> object, Collection<String> keys) {
        for (String k : object.keySet()) {
            if (!keys.contains(k)) {
                String of = path.isEmpty() ? "" : " of " + String.join(".", path);
                throw new ConfigException(at(append(path, k)) + ": unknown key" + of + Nearest.hint(k, keys));
            }
        }
    }

    static List<String> append(List<String> path, String key) {
        return Stream.concat(path.stream(), Stream.of(key)).toList();
    }
}
