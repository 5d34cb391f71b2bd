package org.fascicle.registry;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Range;

/**
 * The options of one part. Values are as JSON libraries and plain Java give them: any {@link Number}, lists or arrays, maps;
 * null stands for an option that is not given. Confined to one {@code create}.
 */
final class Asked implements Config {
    private static final String ACTIVATION = "activation";

    private final Making making;
    private final Kind kind;
    private final Map<String, ?> given;
    private final Set<String> reserved;
    private final Set<String> asked = new LinkedHashSet<>();

    Asked(Making making, Kind kind, Map<String, ?> given) {
        this.making = making;
        this.kind = kind;
        this.given = given;
        reserved = Types.isLayer(kind) ? Set.of("id", "type", "inputs") : Set.of("type");
    }

    @Override
    public int integer(String name, Range range) {
        return whole(name, must(name, integerWords(range)), range, integerWords(range));
    }

    @Override
    public int integer(String name, int fallback, Range range) {
        Object v = get(name);
        return v == null ? fallback : whole(name, v, range, integerWords(range));
    }

    @Override
    public double real(String name, Range range) {
        return number(name, must(name, realWords(range)), range, realWords(range));
    }

    @Override
    public double real(String name, double fallback, Range range) {
        Object v = get(name);
        return v == null ? fallback : number(name, v, range, realWords(range));
    }

    @Override
    public boolean flag(String name, boolean fallback) {
        Object v = get(name);
        if (v == null) return fallback;
        if (v instanceof Boolean b) return b;
        throw invalid(name, "true or false", v);
    }

    @Override
    public String text(String name) {
        return string(name, must(name, "a text"));
    }

    @Override
    public String text(String name, String fallback) {
        Object v = get(name);
        return v == null ? fallback : string(name, v);
    }

    @Override
    public String choice(String name, String fallback, String... allowed) {
        Object v = get(name);
        if (v == null) return fallback;
        List<String> words = List.of(allowed);
        if (v instanceof String s && words.contains(s)) return s;
        String hint = v instanceof String s ? Words.didYouMean(s, words) : "";
        throw new ConfigException(invalid(name, Words.or(words), v).getMessage() + hint);
    }

    @Override
    public int[] integers(String name, int count, Range range) {
        String expected = severalWords(count, range);
        return wholes(name, must(name, expected), count, range, expected);
    }

    @Override
    public int[] integers(String name, int[] fallback, Range range) {
        Object v = get(name);
        if (v == null) return fallback.clone();
        return wholes(name, v, fallback.length, range, severalWords(fallback.length, range));
    }

    @Override
    public int[] list(String name, Range range) {
        String expected = "a list of whole numbers" + each(range);
        Object v = must(name, expected);
        List<?> several = elements(v).orElse(List.of(v));
        int[] values = new int[several.size()];
        for (int i = 0; i < values.length; i++) values[i] = element(name, v, several.get(i), range, expected);
        return values;
    }

    @Override
    public double[] reals(String name, double[] fallback, Range range) {
        Object v = get(name);
        if (v == null) return fallback.clone();
        String expected = "a list of numbers" + each(range);
        List<?> several = elements(v).orElse(List.of(v));
        double[] values = new double[several.size()];
        for (int i = 0; i < values.length; i++) {
            if (!(several.get(i) instanceof Number n) || !range.contains(n.doubleValue()))
                throw invalid(name, expected, v);
            values[i] = n.doubleValue();
        }
        return values;
    }

    @Override
    public Child layer(String name) {
        Object v = must(name, "a layer as an object with type");
        if (!(v instanceof Map)) throw invalid(name, "a layer as an object with type", v);
        return making.child(Kind.LAYER, name, map(v));
    }

    @Override
    public Child activation(String name, String fallback) {
        return making.child(Kind.ACTIVATION, name, described(name, Kind.ACTIVATION, fallback));
    }

    @Override
    public Initializer initializer(String name, String fallback) {
        return (Initializer) making.at(name, Kind.INITIALIZER, described(name, Kind.INITIALIZER, fallback));
    }

    @Override
    public ConfigException invalid(String name, String expected, Object got) {
        return new ConfigException(name + " must be " + expected + ", got " + Words.show(got));
    }

    /** The activation of the node, if the layer did not ask for it itself. */
    Optional<Child> nodeActivation() {
        if (asked.contains(ACTIVATION) || get(ACTIVATION) == null) return Optional.empty();
        return Optional.of(activation(ACTIVATION, ""));
    }

    /** What was asked is what is known: any other key is a mistake. */
    void rejectUnknown(String type) {
        Set<String> known = new LinkedHashSet<>(asked);
        if (kind == Kind.LAYER) known.add(ACTIVATION);
        for (Object key : given.keySet()) {
            if (reserved.contains(key) || known.contains(key)) continue;
            throw new ConfigException("unknown option " + key + " of " + type
                    + (known.isEmpty() ? "; it has no options" : "; known are " + String.join(", ", known))
                    + Words.didYouMean(String.valueOf(key), known));
        }
    }

    private Object get(String name) {
        if (reserved.contains(name)) {
            throw new IllegalArgumentException(
                    "option " + name + " is reserved for the description itself; call it otherwise");
        }
        asked.add(name);
        return given.get(name);
    }

    private Object must(String name, String expected) {
        Object v = get(name);
        if (v != null) return v;
        Set<String> others = given.keySet().stream()
                .filter(k -> !asked.contains(k) && !reserved.contains(k) && !k.equals(ACTIVATION))
                .collect(Collectors.toSet());
        String hint = Words.near(name, others).stream()
                .findFirst()
                .map(k -> "; " + k + " looks like it")
                .orElse("");
        throw new ConfigException(name + " must be given: " + expected + hint);
    }

    private String string(String name, Object v) {
        if (v instanceof String s) return s;
        throw invalid(name, "a text", v);
    }

    private int whole(String name, Object v, Range range, String expected) {
        return element(name, v, v, range, expected);
    }

    private int element(String name, Object whole, Object v, Range range, String expected) {
        if (v instanceof Number n && Double.isFinite(n.doubleValue())) {
            BigDecimal d = exact(n);
            boolean integral = d.signum() == 0 || d.stripTrailingZeros().scale() <= 0;
            if (integral && range.contains(n.doubleValue())) {
                if (Math.abs(n.doubleValue()) <= Integer.MAX_VALUE) return d.intValueExact();
                throw invalid(name, expected + " and at most " + Integer.MAX_VALUE, whole);
            }
        }
        throw invalid(name, expected, whole);
    }

    private static BigDecimal exact(Number n) {
        return n instanceof BigDecimal d
                ? d
                : n instanceof Double || n instanceof Float
                        ? new BigDecimal(n.doubleValue())
                        : new BigDecimal(n.toString());
    }

    private double number(String name, Object v, Range range, String expected) {
        if (v instanceof Number n && range.contains(n.doubleValue())) return n.doubleValue();
        throw invalid(name, expected, v);
    }

    private int[] wholes(String name, Object v, int count, Range range, String expected) {
        int[] values = new int[count];
        Optional<List<?>> several = elements(v);
        if (several.isEmpty()) {
            Arrays.fill(values, element(name, v, v, range, expected));
            return values;
        }
        if (several.get().size() != count) throw invalid(name, expected, v);
        for (int i = 0; i < count; i++)
            values[i] = element(name, v, several.get().get(i), range, expected);
        return values;
    }

    /** The elements of a list or an array; empty for a single value. */
    private static Optional<List<?>> elements(Object v) {
        if (v instanceof List<?> l) return Optional.of(l);
        if (v instanceof Object[] a) return Optional.of(Arrays.asList(a));
        if (v instanceof int[] a) return Optional.of(Arrays.stream(a).boxed().toList());
        if (v instanceof double[] a) return Optional.of(Arrays.stream(a).boxed().toList());
        return Optional.empty();
    }

    private Map<String, ?> described(String name, Kind of, String fallback) {
        Object v = get(name);
        if (v == null) return Map.of("type", fallback);
        if (v instanceof String s) return Map.of("type", s);
        if (v instanceof Map) return map(v);
        throw invalid(name, Words.a(of) + " as a name or an object with type", v);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> map(Object v) {
        return (Map<String, ?>) v;
    }

    private static String integerWords(Range range) {
        return Words.within("a whole number", range);
    }

    private static String realWords(Range range) {
        return Words.within("a number", range);
    }

    private static String severalWords(int count, Range range) {
        return count == 1 ? integerWords(range) : count + " whole numbers, or one for all" + each(range);
    }

    private static String each(Range range) {
        return range.equals(Range.ANY) ? "" : Words.within(", each", range);
    }
}
