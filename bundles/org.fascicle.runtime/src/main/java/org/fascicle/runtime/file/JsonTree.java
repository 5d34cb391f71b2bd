package org.fascicle.runtime.file;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.fascicle.model.CorruptFileException;

/** JSON as maps, lists, texts, numbers and booleans: strict, without duplicate keys, of bounded depth. */
final class JsonTree {
    private static final int DEPTH = 64;

    private JsonTree() {}

    /** Reads one object; {@code where} is put before messages. */
    static Map<String, Object> read(String where, String text) {
        try (JsonParser p = Json.createParser(new StringReader(text))) {
            if (p.next() != JsonParser.Event.START_OBJECT)
                throw new CorruptFileException(where + ": must be a JSON object");
            Map<String, Object> m = object(where, p, 1);
            if (p.hasNext()) throw new CorruptFileException(where + ": there is more behind the JSON object");
            return m;
        } catch (JsonException | NoSuchElementException | IllegalStateException e) {
            throw new CorruptFileException(
                    where + ": no valid JSON: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }

    private static Map<String, Object> object(String where, JsonParser p, int depth) {
        Map<String, Object> m = new LinkedHashMap<>();
        while (p.next() != JsonParser.Event.END_OBJECT) {
            String key = p.getString();
            Object v = value(where, p, p.next(), depth);
            if (m.containsKey(key))
                throw new CorruptFileException(where + ": the key \"" + key + "\" stands twice in one object");
            m.put(key, v);
        }
        return m;
    }

    private static List<Object> array(String where, JsonParser p, int depth) {
        List<Object> l = new ArrayList<>();
        for (JsonParser.Event e = p.next(); e != JsonParser.Event.END_ARRAY; e = p.next())
            l.add(value(where, p, e, depth));
        return l;
    }

    private static Object value(String where, JsonParser p, JsonParser.Event e, int depth) {
        if (depth > DEPTH) throw new CorruptFileException(where + ": nested more than " + DEPTH + " deep");
        return switch (e) {
            case START_OBJECT -> object(where, p, depth + 1);
            case START_ARRAY -> array(where, p, depth + 1);
            case VALUE_STRING -> p.getString();
            case VALUE_NUMBER -> number(where, p);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new CorruptFileException(where + ": unexpected " + e);
        };
    }

    /** Whole numbers as long, all others as double; a huge exponent is not expanded. */
    private static Object number(String where, JsonParser p) {
        BigDecimal d;
        try {
            d = p.getBigDecimal();
        } catch (ArithmeticException | NumberFormatException | UnsupportedOperationException e) {
            throw new CorruptFileException(where + ": a number is out of range: " + p.getString(), e);
        }
        if (Math.abs((long) d.scale()) > 400)
            throw new CorruptFileException(where + ": a number is out of range: " + p.getString());
        if (p.isIntegralNumber() && d.precision() - d.scale() <= 18) return d.longValue();
        return d.doubleValue();
    }

    static String write(Map<String, ?> tree) {
        StringWriter w = new StringWriter();
        try (JsonGenerator g = Json.createGenerator(w)) {
            write(g, tree);
        }
        return w.toString();
    }

    private static void write(JsonGenerator g, Object o) {
        if (o == null) g.writeNull();
        else if (o instanceof Map<?, ?> m) {
            g.writeStartObject();
            m.forEach((k, v) -> {
                g.writeKey(String.valueOf(k));
                write(g, v);
            });
            g.writeEnd();
        } else if (o instanceof Iterable<?> l) {
            g.writeStartArray();
            l.forEach(v -> write(g, v));
            g.writeEnd();
        } else if (o instanceof Boolean b) g.write(b);
        else if (o instanceof Integer || o instanceof Long) g.write(((Number) o).longValue());
        else if (o instanceof Number n && Double.isFinite(n.doubleValue())) g.write(n.doubleValue());
        else if (o instanceof Number) g.write(o.toString());
        else g.write(o.toString());
    }
}
