package org.fascicle.tck;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Range;

/** Options as a plug-in asks for them: the asked keys are the known keys. Confined to one thread. */
final class Asked implements Config {
    private final Parts parts;
    private final String where;
    private final Map<String, ?> options;
    private final Set<String> known = new TreeSet<>();
    private final Set<String> numbers = new TreeSet<>();

    Asked(Parts parts, String where, Map<String, ?> options) {
        this.parts = parts;
        this.where = where;
        this.options = options;
    }

    /** What was asked for until now. */
    Set<String> known() {
        return known;
    }

    /** What of it must be a number or numbers. */
    Set<String> numbers() {
        return numbers;
    }

    /** An unknown key is an error. */
    void close() {
        known.add("type");
        for (String key : options.keySet()) {
            if (!known.contains(key))
                throw new ConfigException(where + ": unknown option " + key + "; known are " + known);
        }
    }

    private Object given(String name) {
        known.add(name);
        return options.get(name);
    }

    private Object number(String name) {
        numbers.add(name);
        return given(name);
    }

    private Object required(String name) {
        Object v = given(name);
        if (v == null) throw new ConfigException(where + ": option " + name + " must be given");
        return v;
    }

    @Override
    public ConfigException invalid(String name, String expected, Object got) {
        return new ConfigException(where + ": option " + name + " must be " + expected + ", got " + got);
    }

    private double number(String name, Object v, Range range, boolean whole) {
        String expected = (whole ? "a whole number " : "a number ") + range;
        if (!(v instanceof Number n)) throw invalid(name, expected, v);
        double x = n.doubleValue();
        if (!Double.isFinite(x)
                || !range.contains(x)
                || (whole && (x != Math.rint(x) || Math.abs(x) > Integer.MAX_VALUE))) {
            throw invalid(name, expected, v);
        }
        return x;
    }

    @Override
    public int integer(String name, Range range) {
        numbers.add(name);
        return (int) number(name, required(name), range, true);
    }

    @Override
    public int integer(String name, int fallback, Range range) {
        Object v = number(name);
        return v == null ? fallback : (int) number(name, v, range, true);
    }

    @Override
    public double real(String name, Range range) {
        numbers.add(name);
        return number(name, required(name), range, false);
    }

    @Override
    public double real(String name, double fallback, Range range) {
        Object v = number(name);
        return v == null ? fallback : number(name, v, range, false);
    }

    @Override
    public boolean flag(String name, boolean fallback) {
        Object v = given(name);
        if (v == null) return fallback;
        if (v instanceof Boolean b) return b;
        throw invalid(name, "true or false", v);
    }

    @Override
    public String text(String name) {
        if (required(name) instanceof String s) return s;
        throw invalid(name, "a text", options.get(name));
    }

    @Override
    public String text(String name, String fallback) {
        return given(name) == null ? fallback : text(name);
    }

    @Override
    public String choice(String name, String fallback, String... allowed) {
        String v = text(name, fallback);
        if (Arrays.asList(allowed).contains(v)) return v;
        throw invalid(name, "one of " + Arrays.toString(allowed), v);
    }

    @Override
    public int[] integers(String name, int count, Range range) {
        numbers.add(name);
        Object v = required(name);
        if (v instanceof Number) {
            int[] same = new int[count];
            Arrays.fill(same, (int) number(name, v, range, true));
            return same;
        }
        int[] list = list(name, range);
        if (list.length != count) throw invalid(name, count + " whole numbers", v);
        return list;
    }

    @Override
    public int[] integers(String name, int[] fallback, Range range) {
        return number(name) == null ? fallback.clone() : integers(name, fallback.length, range);
    }

    @Override
    public int[] list(String name, Range range) {
        Object v = required(name);
        if (v instanceof int[] a) return a.clone();
        if (!(v instanceof List<?> l)) throw invalid(name, "a list of whole numbers", v);
        return l.stream().mapToInt(x -> (int) number(name, x, range, true)).toArray();
    }

    @Override
    public double[] reals(String name, double[] fallback, Range range) {
        Object v = number(name);
        if (v == null) return fallback.clone();
        if (v instanceof Number) return new double[] {number(name, v, range, false)};
        if (v instanceof double[] a)
            return Arrays.stream(a).map(x -> number(name, x, range, false)).toArray();
        if (!(v instanceof List<?> l)) throw invalid(name, "a list of numbers", v);
        return l.stream().mapToDouble(x -> number(name, x, range, false)).toArray();
    }

    @Override
    public Child layer(String name) {
        return parts.layer(name, Parts.described(required(name)));
    }

    @Override
    public Child activation(String name, String fallback) {
        Object v = given(name);
        return parts.child(name, Kind.ACTIVATION, Parts.described(v == null ? fallback : v));
    }

    @Override
    public Initializer initializer(String name, String fallback) {
        Object v = given(name);
        Object made = parts.create(Kind.INITIALIZER, where + ": " + name, Parts.described(v == null ? fallback : v));
        if (made instanceof Initializer i) return i;
        throw invalid(name, "an initializer", made);
    }
}
