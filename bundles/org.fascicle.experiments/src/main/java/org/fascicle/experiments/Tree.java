package org.fascicle.experiments;

import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fascicle.plugin.ConfigException;

/** Trees of maps, lists and scalars, as JSON has them. */
final class Tree {
    private Tree() {}

    /** A deep copy that may be changed: arrays and collections become lists, numbers Integer, Long or Double. */
    static Map<String, Object> copy(String where, Map<String, ?> tree) {
        Map<String, Object> r = new LinkedHashMap<>();
        tree.forEach((k, v) -> r.put(k, copy(where + "." + k, v)));
        return r;
    }

    private static Object copy(String where, Object o) {
        if (o instanceof Map<?, ?> m) {
            Map<String, Object> r = new LinkedHashMap<>();
            m.forEach((k, v) -> r.put(String.valueOf(k), copy(where + "." + k, v)));
            return r;
        }
        if (o instanceof Collection<?> c) return list(where, c);
        if (o != null && o.getClass().isArray()) {
            List<Object> l = new ArrayList<>();
            for (int i = 0; i < Array.getLength(o); i++) l.add(Array.get(o, i));
            return list(where, l);
        }
        if (o instanceof Byte || o instanceof Short) return ((Number) o).intValue();
        if (o instanceof Float f) return Double.valueOf(f.toString()); // 0.1f is meant as 0.1
        if (o instanceof Character c) return c.toString();
        if (o == null
                || o instanceof String
                || o instanceof Boolean
                || o instanceof Integer
                || o instanceof Long
                || o instanceof Double) return o;
        throw new ConfigException(where + ": must be a text, number, truth value, list or object, got "
                + o.getClass().getName());
    }

    private static List<Object> list(String where, Collection<?> c) {
        List<Object> r = new ArrayList<>();
        for (Object x : c) r.add(copy(where + "." + r.size(), x));
        return r;
    }

    /** A deep copy that cannot be changed. */
    static Map<String, Object> frozen(Map<?, ?> tree) {
        Map<String, Object> r = new LinkedHashMap<>();
        tree.forEach((k, v) -> r.put((String) k, freeze(v)));
        return Collections.unmodifiableMap(r);
    }

    private static Object freeze(Object o) {
        if (o instanceof Map<?, ?> m) return frozen(m);
        if (o instanceof List<?> l)
            return Collections.unmodifiableList(l.stream().map(Tree::freeze).collect(Collectors.toList()));
        return o;
    }

    /** SHA-256 of the tree in hexadecimal; the order of keys does not count, nor does 1 differ from 1.0. */
    static String hash(Map<String, ?> tree) {
        StringBuilder s = new StringBuilder();
        write(tree, s);
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(s.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private static void write(Object o, StringBuilder s) {
        if (o instanceof Map<?, ?> m) {
            s.append('{');
            new TreeMap<>(m).forEach((k, v) -> {
                write(k, s);
                write(v, s.append(':'));
                s.append(',');
            });
            s.append('}');
        } else if (o instanceof List<?> l) {
            s.append('[');
            for (Object x : l) {
                write(x, s);
                s.append(',');
            }
            s.append(']');
        } else if (o instanceof String t) {
            // The length makes it unambiguous without escapes.
            s.append('"').append(t.length()).append('"').append(t);
        } else if (o instanceof Long n && (long) n.doubleValue() != n) {
            s.append(n);
        } else if (o instanceof Number n) {
            s.append(n.doubleValue());
        } else {
            s.append(o);
        }
    }
}
