package org.fascicle.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.ConfigException;

/** Values of an experiment as what they must be; {@code where} is put before the message if one is something else. */
final class Typed {
    private Typed() {}

    static int whole(String where, Object o, int min) {
        if (o instanceof Number n
                && n.doubleValue() == Math.rint(n.doubleValue())
                && n.doubleValue() >= min
                && n.doubleValue() <= Integer.MAX_VALUE) {
            return n.intValue();
        }
        throw wrong(where, "a whole number, at least " + min, o);
    }

    static long whole(String where, Object o) {
        if (o instanceof Integer || o instanceof Long) return ((Number) o).longValue();
        throw wrong(where, "a whole number", o);
    }

    static double real(String where, Object o, String expected) {
        if (o instanceof Number n && Double.isFinite(n.doubleValue())) return n.doubleValue();
        throw wrong(where, expected, o);
    }

    static boolean flag(String where, Object o) {
        if (o instanceof Boolean b) return b;
        throw wrong(where, "true or false", o);
    }

    static String text(String where, Object o) {
        if (o instanceof String s && !s.isBlank()) return s;
        throw wrong(where, "a text", o);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String where, Object o) {
        if (o instanceof Map<?, ?> m) return (Map<String, Object>) m;
        throw wrong(where, "an object { … }", o);
    }

    static List<?> list(String where, Object o) {
        if (o instanceof List<?> l) return l;
        throw wrong(where, "a list [ … ]", o);
    }

    /** A plug-in with its options: an object with {@code type}, or the type alone. */
    static Map<String, Object> options(String where, Object o) {
        if (o instanceof String s && !s.isBlank()) return Map.of("type", s);
        if (o instanceof Map<?, ?> m && m.get("type") instanceof String) return new LinkedHashMap<>(object(where, m));
        throw wrong(where, "a name, or an object with \"type\"", o);
    }

    static ConfigException wrong(String where, String expected, Object got) {
        return new ConfigException(where + ": must be " + expected + ", got " + (got == null ? "nothing" : got));
    }
}
