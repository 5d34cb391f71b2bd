package org.fascicle.tck.jar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.model.CorruptFileException;

/**
 * One clause of a manifest header (OSGi Core, 3.2.4): paths, then attributes and directives, {@code a;b;version="[1,2)";resolution:=optional}.
 * Immutable.
 *
 * @param paths package names, a namespace, a symbolic name
 * @param attributes without their types: {@code version:Version=1} is {@code version}
 * @param directives without the colon
 */
public record Clause(List<String> paths, Map<String, String> attributes, Map<String, String> directives) {
    /** The first path. */
    public String path() {
        return paths.get(0);
    }

    /** The clauses of a header; none if it is empty. */
    static List<Clause> parse(String where, String header) {
        List<Clause> all = new ArrayList<>();
        for (String clause : split(where, header, ',')) {
            List<String> paths = new ArrayList<>();
            Map<String, String> attributes = new LinkedHashMap<>(), directives = new LinkedHashMap<>();
            for (String part : split(where, clause, ';')) {
                int equals = unquoted(part, '=');
                if (equals < 0) paths.add(part);
                else if (equals > 0 && part.charAt(equals - 1) == ':')
                    directives.put(part.substring(0, equals - 1).strip(), value(part, equals));
                else attributes.put(name(part.substring(0, equals)), value(part, equals));
            }
            if (paths.isEmpty())
                throw new CorruptFileException(where + ": a clause must begin with a name, got " + clause);
            all.add(new Clause(List.copyOf(paths), Map.copyOf(attributes), Map.copyOf(directives)));
        }
        return all;
    }

    private static String name(String typed) {
        int colon = typed.indexOf(':');
        return (colon < 0 ? typed : typed.substring(0, colon)).strip();
    }

    private static String value(String part, int equals) {
        String v = part.substring(equals + 1).strip();
        if (v.length() < 2 || v.charAt(0) != '"') return v;
        return v.substring(1, v.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static int unquoted(String text, char c) {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char at = text.charAt(i);
            if (quoted && at == '\\') i++;
            else if (at == '"') quoted = !quoted;
            else if (at == c && !quoted) return i;
        }
        return quoted ? Integer.MIN_VALUE : -1;
    }

    private static List<String> split(String where, String text, char by) {
        List<String> parts = new ArrayList<>();
        String rest = text;
        while (!rest.isBlank()) {
            int end = unquoted(rest, by);
            if (end == Integer.MIN_VALUE)
                throw new CorruptFileException(where + ": a quotation mark is not closed in " + rest);
            String part = (end < 0 ? rest : rest.substring(0, end)).strip();
            if (!part.isEmpty()) parts.add(part);
            rest = end < 0 ? "" : rest.substring(end + 1);
        }
        return parts;
    }
}
