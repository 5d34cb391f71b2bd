package org.fascicle.tck.golden;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fascicle.tensor.Tensor;

/** Writes golden outputs: JSON, a tensor a line. */
final class GoldenWriter {
    private GoldenWriter() {}

    static String text(Golden g) {
        return "{\"plugin\": " + quoted(g.kind().word() + "." + g.name()) + ", \"cases\": [\n"
                + g.recordings().stream().map(GoldenWriter::recording).collect(Collectors.joining(",\n")) + "\n]}\n";
    }

    private static String recording(Recording r) {
        return "  {\"name\": " + quoted(r.name())
                + ", \"version\": " + quoted(r.version())
                + ", \"tolerance\": " + r.tolerance()
                + ",\n    \"node\": " + quoted(r.node())
                + ", \"options\": " + object(r.options())
                + ", \"stateful\": " + r.stateful()
                + ",\n    \"inputs\": ["
                + r.inputs().stream()
                        .map(t -> "\n      " + (t == Tensor.ABSENT ? "null" : tensor(t)))
                        .collect(Collectors.joining(","))
                + "],\n    \"given\": " + tensors(r.given())
                + ",\n    \"training\": " + tensors(r.training())
                + ",\n    \"inference\": " + tensors(r.inference()) + "}";
    }

    private static String tensors(Map<String, Tensor> all) {
        return all.entrySet().stream()
                .map(e -> "\n      " + quoted(e.getKey()) + ": " + tensor(e.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String tensor(Tensor t) {
        JsonArrayBuilder shape = Json.createArrayBuilder(), data = Json.createArrayBuilder();
        for (int d : t.shape().dims()) shape.add(d);
        // The shortest text that is this float and no other.
        for (int i = 0; i < t.size(); i++) data.add(new BigDecimal(Float.toString(t.data()[i])));
        return Json.createObjectBuilder()
                .add("shape", shape)
                .add("data", data)
                .build()
                .toString();
    }

    private static String quoted(String s) {
        return Json.createValue(s).toString();
    }

    static JsonObject object(Map<?, ?> options) {
        JsonObjectBuilder o = Json.createObjectBuilder();
        options.forEach((k, v) -> o.add(String.valueOf(k), value(v)));
        return o.build();
    }

    private static JsonValue value(Object v) {
        if (v instanceof Map<?, ?> m) return object(m);
        if (v instanceof List<?> l) {
            JsonArrayBuilder a = Json.createArrayBuilder();
            l.forEach(e -> a.add(value(e)));
            return a.build();
        }
        if (v.getClass().isArray()) {
            JsonArrayBuilder a = Json.createArrayBuilder();
            for (int i = 0; i < Array.getLength(v); i++) a.add(value(Array.get(v, i)));
            return a.build();
        }
        if (v instanceof Boolean b) return b ? JsonValue.TRUE : JsonValue.FALSE;
        if (v instanceof Number n) return Json.createValue(new BigDecimal(n.toString()));
        return Json.createValue(v.toString());
    }
}
