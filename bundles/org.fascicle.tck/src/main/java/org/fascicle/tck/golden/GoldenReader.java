package org.fascicle.tck.golden;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.fascicle.model.CorruptFileException;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.osgi.framework.Version;

/** Reads golden outputs; the file may be anything. Confined to one reading. */
final class GoldenReader {
    private final String where;

    GoldenReader(String where) {
        this.where = where;
    }

    Golden read(byte[] json) {
        Map<String, ?> strict = Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE);
        try (JsonReader reader = Json.createReaderFactory(strict).createReader(new ByteArrayInputStream(json))) {
            JsonObject root = reader.readObject();
            String[] plugin = string(root, "plugin").split("\\.", 2);
            if (plugin.length < 2) throw corrupt("plugin must be kind.name, got " + plugin[0]);
            List<Recording> recordings = new ArrayList<>();
            for (JsonValue v : get(root, "cases", JsonArray.class))
                recordings.add(recording(as(v, "cases", JsonObject.class)));
            return new Golden(Kind.of(plugin[0]), plugin[1], recordings);
        } catch (JsonException | ConfigException | ArithmeticException e) {
            throw new CorruptFileException(
                    where + ": are no golden outputs: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }

    private CorruptFileException corrupt(String what) {
        return new CorruptFileException(where + ": " + what);
    }

    private Recording recording(JsonObject o) {
        List<Tensor> inputs = new ArrayList<>();
        for (JsonValue v : get(o, "inputs", JsonArray.class))
            inputs.add(v == JsonValue.NULL ? Tensor.ABSENT : tensor("inputs", v));
        String version = string(o, "version");
        try {
            Version.parseVersion(version);
        } catch (IllegalArgumentException e) {
            throw corrupt("version is none: " + version);
        }
        double tolerance = get(o, "tolerance", JsonNumber.class).doubleValue();
        if (!(tolerance >= 0 && tolerance < 1)) throw corrupt("tolerance must be from 0 to below 1, got " + tolerance);
        JsonValue stateful = get(o, "stateful", JsonValue.class);
        if (stateful != JsonValue.TRUE && stateful != JsonValue.FALSE)
            throw corrupt("stateful must be true or false, got " + stateful);
        return new Recording(
                string(o, "name"),
                version,
                tolerance,
                string(o, "node"),
                options(get(o, "options", JsonObject.class)),
                stateful == JsonValue.TRUE,
                inputs,
                tensors(o, "given"),
                tensors(o, "training"),
                tensors(o, "inference"));
    }

    private Map<String, Tensor> tensors(JsonObject o, String key) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        get(o, key, JsonObject.class).forEach((name, v) -> all.put(name, tensor(name, v)));
        return all;
    }

    private Tensor tensor(String name, JsonValue value) {
        JsonObject o = as(value, name, JsonObject.class);
        JsonArray dims = get(o, "shape", JsonArray.class), data = get(o, "data", JsonArray.class);
        int[] d = new int[dims.size()];
        for (int i = 0; i < d.length; i++)
            d[i] = as(dims.get(i), "shape of " + name, JsonNumber.class).intValueExact();
        Shape shape;
        try {
            shape = Shape.of(d);
        } catch (ShapeException e) {
            throw corrupt(name + ": " + e.getMessage());
        }
        if (data.size() != shape.size())
            throw corrupt(name + " has shape " + shape + " and " + data.size() + " numbers, expected " + shape.size());
        Tensor t = Tensor.zeros(shape);
        for (int i = 0; i < data.size(); i++) {
            t.data()[i] =
                    as(data.get(i), name, JsonNumber.class).bigDecimalValue().floatValue();
            if (!Float.isFinite(t.data()[i])) throw corrupt(name + " has a number that is too large: " + data.get(i));
        }
        return t;
    }

    private Map<String, Object> options(JsonObject o) {
        Map<String, Object> all = new LinkedHashMap<>();
        o.forEach((k, v) -> all.put(k, option(v)));
        return all;
    }

    /** As {@code Config} wants them; nothing is null there. */
    private Object option(JsonValue v) {
        return switch (v.getValueType()) {
            case OBJECT -> options(v.asJsonObject());
            case ARRAY -> v.asJsonArray().stream().map(this::option).toList();
            case STRING -> ((JsonString) v).getString();
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> throw corrupt("an option is null; leave it out");
            case NUMBER -> {
                JsonNumber n = (JsonNumber) v;
                if (!n.isIntegral()) yield n.doubleValue();
                long l = n.longValueExact();
                if (l == (int) l) yield (int) l;
                yield l;
            }
        };
    }

    private String string(JsonObject o, String key) {
        return get(o, key, JsonString.class).getString();
    }

    private <T> T get(JsonObject o, String key, Class<T> type) {
        JsonValue v = o.get(key);
        if (v == null) throw corrupt("\"" + key + "\" is missing");
        return as(v, key, type);
    }

    private <T> T as(JsonValue v, String what, Class<T> type) {
        if (type.isInstance(v)) return type.cast(v);
        String got = v.toString();
        throw corrupt(what + " must be a "
                + type.getSimpleName().replace("Json", "JSON ").toLowerCase(Locale.ROOT) + ", got "
                + (got.length() > 40 ? got.substring(0, 40) + "…" : got));
    }
}
