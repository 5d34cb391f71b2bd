package org.fascicle.runtime.golden;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.runtime.live.Workbench;
import org.fascicle.tensor.Tensor;

/**
 * A case of a golden file, in the names of its format.
 *
 * @param seeds the upstream gradients of outputs
 * @param gradients the gradients of inputs
 * @param rtol for float32
 * @param atol for float32
 */
record GoldenCase(
        String group,
        String name,
        String op,
        JsonObject attributes,
        Map<String, GoldenTensor> inputs,
        Map<String, GoldenTensor> expected,
        Map<String, GoldenTensor> seeds,
        Map<String, GoldenTensor> gradients,
        double rtol,
        double atol) {

    static GoldenCase read(String group, JsonObject o) {
        JsonObject gradients =
                o.getOrDefault("gradients", JsonValue.EMPTY_JSON_OBJECT).asJsonObject();
        JsonObject tolerance = o.getJsonObject("tolerance_f32");
        return new GoldenCase(
                group,
                o.getString("case"),
                o.getString("op"),
                o.getOrDefault("attributes", JsonValue.EMPTY_JSON_OBJECT).asJsonObject(),
                tensors(o, "inputs"),
                tensors(o, "expected"),
                tensors(gradients, "dy"),
                tensors(gradients, "of"),
                tolerance.getJsonNumber("rtol").doubleValue(),
                tolerance.getJsonNumber("atol").doubleValue());
    }

    private static Map<String, GoldenTensor> tensors(JsonObject o, String key) {
        Map<String, GoldenTensor> m = new LinkedHashMap<>();
        o.getOrDefault(key, JsonValue.EMPTY_JSON_OBJECT)
                .asJsonObject()
                .forEach((name, t) -> m.put(name, GoldenTensor.read(t.asJsonObject())));
        return m;
    }

    /** This case with the inputs of another. */
    GoldenCase inputs(Map<String, GoldenTensor> others) {
        return new GoldenCase(group, name, op, attributes, others, expected, seeds, gradients, rtol, atol);
    }

    /** Where its inputs stand if not here: {@code file#case}. */
    Optional<String> inputsIn() {
        return Optional.ofNullable(attributes.getString("inputs_in", null));
    }

    /**
     * What a framework needs to pass it: the operation; for groups that hold many under one, with its name behind. A case of
     * metrics is one operation for each number.
     */
    List<String> operations() {
        if (op.startsWith("optimizer_")) return List.of("optimizer " + text("optimizer"));
        if (op.equals("initializer")) return List.of("initializer " + text("name"));
        if (op.startsWith("metrics_"))
            return expected.keySet().stream().map(k -> op + " " + k).toList();
        return List.of(op);
    }

    Tensor input(String input) {
        return inputs.get(input).tensor();
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    String text(String attribute) {
        return attributes.getString(attribute);
    }

    double real(String attribute) {
        return attributes.getJsonNumber(attribute).doubleValue();
    }

    int integer(String attribute) {
        return attributes.getInt(attribute);
    }

    boolean flag(String attribute) {
        return attributes.getBoolean(attribute);
    }

    /** The numbers of an attribute, lists within it included, in order. */
    List<Integer> integers(String attribute) {
        return attributes.getJsonArray(attribute).stream()
                .flatMap(v -> v instanceof JsonArray a ? a.stream() : List.of(v).stream())
                .map(v -> ((JsonNumber) v).intValueExact())
                .toList();
    }

    /** Options of a plug-in: each {@code option, attribute} of the pairs that this case has. */
    Map<String, Object> options(String type, String... pairs) {
        return options(attributes, type, pairs);
    }

    static Map<String, Object> options(JsonObject attributes, String type, String... pairs) {
        Map<String, Object> options = Workbench.layer(type);
        for (int i = 0; i < pairs.length; i += 2) {
            JsonValue v = attributes.get(pairs[i + 1]);
            if (v != null) options.put(pairs[i], plain(v));
        }
        return options;
    }

    private static Object plain(JsonValue v) {
        return switch (v.getValueType()) {
            case NUMBER -> ((JsonNumber) v).doubleValue();
            case STRING -> ((JsonString) v).getString();
            case TRUE -> true;
            case FALSE -> false;
            case ARRAY -> v.asJsonArray().stream().map(GoldenCase::plain).toList();
            default -> throw new IllegalArgumentException("not an option: " + v);
        };
    }

    @Override
    public String toString() {
        return group + "/" + name;
    }
}
