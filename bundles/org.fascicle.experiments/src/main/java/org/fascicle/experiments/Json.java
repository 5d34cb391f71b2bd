package org.fascicle.experiments;

import jakarta.json.JsonException;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParsingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.ConfigException;

/**
 * Reads strict JSON (RFC 8259) into maps, lists, texts, numbers, truth values and null. Whole numbers are Integer, or Long if
 * they are too large; others Double. A file is bounded in size and depth, and no key may stand twice. Confined to one reading.
 */
final class Json {
    private static final int LARGEST = 8 << 20;
    private static final int DEEPEST = 64;

    private final String where;
    private final String text;
    private final JsonParser parser;
    private final Map<List<String>, Document.Place> places = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();

    private Json(String where, String text) {
        this.where = where;
        this.text = text;
        parser = provider().createParser(new StringReader(text));
    }

    /** The provider that comes with the API: the thread's own class loader may see another that does not fit. */
    private static JsonProvider provider() {
        Thread t = Thread.currentThread();
        ClassLoader before = t.getContextClassLoader();
        t.setContextClassLoader(JsonProvider.class.getClassLoader());
        try {
            return JsonProvider.provider();
        } finally {
            t.setContextClassLoader(before);
        }
    }

    /** An object in a file. */
    static Document read(Path file) {
        String where = file.toString();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST)
                throw new ConfigException(where + ": must be at most " + LARGEST + " bytes; is it an experiment?");
            return read(
                    where,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new ConfigException(where + ": must be UTF-8, and is not", e);
        } catch (IOException e) {
            throw new ConfigException(
                    where + ": cannot be read: " + (Files.exists(file) ? e.getMessage() : "there is no such file"), e);
        }
    }

    /** An object in a text; {@code where} is put before messages. */
    static Document read(String where, String text) {
        Json json = new Json(where, text);
        return new Document(where, json.object(json.document()), json.places);
    }

    /** Any value; {@code where} is put before messages. */
    static Object value(String where, String text) {
        return new Json(where, text).document();
    }

    /** A value if the text is JSON, else the text itself; what begins like an object, list or quoted text must be JSON. */
    static Object lenient(String where, String text) {
        if (text.isEmpty() || text.length() > LARGEST) return text;
        try {
            return value(where, text);
        } catch (ConfigException e) {
            if ("{[\"".indexOf(text.strip().isEmpty() ? ' ' : text.strip().charAt(0)) >= 0) throw e;
            return text;
        }
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> object(Object value) {
        if (value instanceof Map<?, ?> m) return (Map<String, Object>) m;
        throw new ConfigException(where + ": must be an object { … }, got " + value);
    }

    private Object document() {
        try (parser) {
            if (!parser.hasNext()) throw new ConfigException(where + ": must be JSON, and is empty");
            Object value = value(parser.next());
            if (parser.hasNext()) throw new ConfigException(where + ", " + place() + ": nothing may follow the end");
            return value;
        } catch (JsonParsingException e) {
            Document.Place p = new Document.Place(
                    (int) e.getLocation().getLineNumber(), (int) e.getLocation().getColumnNumber());
            throw new ConfigException(where + ", " + p + ": is no JSON: " + plain(e.getMessage()), e);
        } catch (JsonException e) {
            throw new ConfigException(where + ": is no JSON: " + e.getMessage(), e);
        }
    }

    /** The parser's message without the place, which stands before it already. */
    private static String plain(String message) {
        return message == null
                ? ""
                : message.replaceAll("\\s*(at|on)?\\s*\\(line no=[^)]*\\)\\.?", "")
                        .strip();
    }

    private Object value(JsonParser.Event e) {
        if (path.size() >= DEEPEST)
            throw new ConfigException(where + ", " + place() + ": must not be nested deeper than " + DEEPEST);
        return switch (e) {
            case START_OBJECT -> object();
            case START_ARRAY -> list();
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER -> number();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new ConfigException(where + ", " + place() + ": unexpected " + e);
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (JsonParser.Event e = parser.next(); e != JsonParser.Event.END_OBJECT; e = parser.next()) {
            String key = parser.getString();
            Document.Place here = keyPlace();
            path.addLast(key);
            List<String> whole = List.copyOf(path);
            if (map.containsKey(key)) {
                throw new ConfigException(where + ", " + here + ": key " + String.join(".", whole)
                        + " stands twice, first at " + places.get(whole));
            }
            places.put(whole, here);
            map.put(key, value(parser.next()));
            path.removeLast();
        }
        return map;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        for (JsonParser.Event e = parser.next(); e != JsonParser.Event.END_ARRAY; e = parser.next()) {
            path.addLast(Integer.toString(list.size()));
            // Lists of numbers, such as weights, need no places.
            if (e == JsonParser.Event.START_OBJECT || e == JsonParser.Event.VALUE_STRING)
                places.put(List.copyOf(path), place());
            list.add(value(e));
            path.removeLast();
        }
        return list;
    }

    private Object number() {
        if (parser.isIntegralNumber() && parser.getBigDecimal().precision() <= 18) {
            long n = parser.getLong();
            if (n == (int) n) return (int) n;
            return n;
        }
        double d = parser.getBigDecimal().doubleValue();
        if (Double.isInfinite(d))
            throw new ConfigException(where + ", " + place() + ": the number " + parser.getString() + " is too large");
        return d;
    }

    private Document.Place place() {
        return new Document.Place((int) parser.getLocation().getLineNumber(), (int)
                parser.getLocation().getColumnNumber());
    }

    /** Where the key that was just read begins; the parser only knows where it ends. */
    private Document.Place keyPlace() {
        Document.Place end = place();
        int last = (int) parser.getLocation().getStreamOffset() - 1, first = last - 1;
        while (first > 0 && !(text.charAt(first) == '"' && !escaped(first))) first--;
        return new Document.Place(end.line(), Math.max(1, end.column() - (last - first) - 1));
    }

    private boolean escaped(int at) {
        int slashes = 0;
        while (at - slashes > 0 && text.charAt(at - slashes - 1) == '\\') slashes++;
        return slashes % 2 == 1;
    }
}
