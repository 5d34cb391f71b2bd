package org.fascicle.shell;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParsingException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.ConfigException;

/** JSON as maps, lists, texts, numbers. Stateless. What is not finite is written as a text, for JSON has no number for it. */
final class Json {
    private Json() {}

    static String text(Map<String, ?> object) {
        return object(object).toString();
    }

    private static JsonValue object(Map<?, ?> m) {
        JsonObjectBuilder b = jakarta.json.Json.createObjectBuilder();
        m.forEach((k, v) -> b.add(k.toString(), value(v)));
        return b.build();
    }

    private static JsonValue value(Object o) {
        if (o == null) return JsonValue.NULL;
        if (o instanceof Map<?, ?> m) return object(m);
        if (o instanceof Iterable<?> l) {
            JsonArrayBuilder b = jakarta.json.Json.createArrayBuilder();
            l.forEach(v -> b.add(value(v)));
            return b.build();
        }
        if (o instanceof Boolean f) return f ? JsonValue.TRUE : JsonValue.FALSE;
        if (o instanceof Integer || o instanceof Long) return jakarta.json.Json.createValue(((Number) o).longValue());
        // A float as its own shortest decimal, not as that of the double beside it.
        if (o instanceof Float f && Float.isFinite(f))
            return jakarta.json.Json.createValue(new java.math.BigDecimal(f.toString()));
        if (o instanceof Double d && Double.isFinite(d)) return jakarta.json.Json.createValue(d);
        if (o instanceof java.math.BigDecimal d) return jakarta.json.Json.createValue(d);
        if (o instanceof java.math.BigInteger i) return jakarta.json.Json.createValue(i);
        return jakarta.json.Json.createValue(o.toString());
    }

    /** What a setting's text says: JSON if it is some, else the text itself. */
    static Object lenient(String text) {
        try (JsonParser p = jakarta.json.Json.createParser(new StringReader("[" + text + "]"))) {
            p.next();
            List<?> all = (List<?>) plain(p.getValue());
            return all.size() == 1 ? all.get(0) : text;
        } catch (jakarta.json.JsonException e) {
            return text;
        }
    }

    /** Reads a whole file; {@code what} is put before messages. */
    static Object read(String what, Path file) {
        if (file.toFile().length() == 0) throw new ConfigException(what + ": " + file + " is empty");
        try (Reader in = Files.newBufferedReader(file);
                JsonParser p = jakarta.json.Json.createParser(in)) {
            p.next();
            Object o = plain(p.getValue());
            if (p.hasNext()) throw new ConfigException(what + ": " + file + " goes on after its end at " + place(p));
            return o;
        } catch (JsonParsingException e) {
            throw new ConfigException(
                    what + ": " + file + ", line " + e.getLocation().getLineNumber() + ", column "
                            + e.getLocation().getColumnNumber() + " is no JSON: " + Failures.oneLine(e.getMessage()),
                    e);
        } catch (jakarta.json.JsonException | java.util.NoSuchElementException e) {
            throw new ConfigException(
                    what + ": " + file + " is no JSON: " + Failures.oneLine(String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new ConfigException(what + ": " + file + " cannot be read: " + Failures.reason(e), e);
        }
    }

    private static String place(JsonParser p) {
        return "line " + p.getLocation().getLineNumber() + ", column "
                + p.getLocation().getColumnNumber();
    }

    private static Object plain(JsonValue v) {
        switch (v.getValueType()) {
            case OBJECT -> {
                Map<String, Object> m = new LinkedHashMap<>();
                v.asJsonObject().forEach((k, x) -> m.put(k, plain(x)));
                return m;
            }
            case ARRAY -> {
                List<Object> l = new ArrayList<>();
                v.asJsonArray().forEach(x -> l.add(plain(x)));
                return l;
            }
            case STRING -> {
                return ((jakarta.json.JsonString) v).getString();
            }
            case NUMBER -> {
                jakarta.json.JsonNumber n = (jakarta.json.JsonNumber) v;
                if (n.isIntegral() && n.bigDecimalValue().precision() < 10) return n.intValue();
                return n.doubleValue();
            }
            case TRUE -> {
                return true;
            }
            case FALSE -> {
                return false;
            }
            default -> {
                return null;
            }
        }
    }
}
