package org.fascicle.runtime.golden;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;

/** A tensor of a golden file: row-major numbers in double precision, not to be written. */
final class GoldenTensor {
    private final Shape shape;
    private final double[] data;

    private GoldenTensor(Shape shape, double... data) {
        this.shape = shape;
        this.data = data;
    }

    static GoldenTensor read(JsonObject o) {
        JsonArray numbers = o.getJsonArray("data");
        double[] data = new double[numbers.size()];
        for (int i = 0; i < data.length; i++) data[i] = number(numbers.get(i));
        Shape shape = Shape.of(o.getJsonArray("shape").stream()
                .mapToInt(d -> ((JsonNumber) d).intValueExact())
                .toArray());
        if (shape.size() != data.length) {
            throw new IllegalArgumentException("shape " + shape + " does not fit " + data.length + " numbers");
        }
        return new GoldenTensor(shape, data);
    }

    /** Numbers, flags, and the texts NaN, Infinity, -Infinity, -0.0. */
    private static double number(JsonValue v) {
        return switch (v.getValueType()) {
            case NUMBER -> ((JsonNumber) v).doubleValue();
            case STRING -> Double.parseDouble(((JsonString) v).getString());
            case TRUE -> 1;
            case FALSE -> 0;
            default -> throw new IllegalArgumentException("not a number: " + v);
        };
    }

    Shape shape() {
        return shape;
    }

    double[] data() {
        return data;
    }

    /** The number of a tensor that has only one. */
    double number() {
        if (data.length != 1) throw new IllegalArgumentException("a single number was expected, got " + shape);
        return data[0];
    }

    /** The same numbers in float32. */
    Tensor tensor() {
        float[] x = new float[data.length];
        for (int i = 0; i < x.length; i++) x[i] = (float) data[i];
        return Tensor.of(shape, x);
    }

    /** One index of axis 0. */
    Tensor row(int i) {
        Tensor all = tensor(), row = Tensor.zeros(shape.part(1, shape.rank()));
        System.arraycopy(all.data(), i * row.size(), row.data(), 0, row.size());
        return row;
    }
}
