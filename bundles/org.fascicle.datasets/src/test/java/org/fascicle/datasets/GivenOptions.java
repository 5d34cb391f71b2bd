package org.fascicle.datasets;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;

/** Options from a map, checked as the registry checks them. */
final class GivenOptions implements Options {
    private final Map<String, Object> given;
    private final Set<String> asked = new HashSet<>();

    GivenOptions(Map<String, Object> given) {
        this.given = given;
    }

    /** The keys that nobody asked for. */
    Set<String> unknown() {
        Set<String> unknown = new HashSet<>(given.keySet());
        unknown.removeAll(asked);
        return unknown;
    }

    private Object get(String name, Object fallback) {
        asked.add(name);
        Object value = given.getOrDefault(name, fallback);
        if (value == null) throw new ConfigException(name + ": must be given");
        return value;
    }

    private double number(String name, Object fallback, Range range) {
        if (!(get(name, fallback) instanceof Number n) || !range.contains(n.doubleValue())) {
            throw invalid(name, range.toString(), given.get(name));
        }
        return n.doubleValue();
    }

    @Override
    public int integer(String name, Range range) {
        return (int) number(name, null, range);
    }

    @Override
    public int integer(String name, int fallback, Range range) {
        return (int) number(name, fallback, range);
    }

    @Override
    public double real(String name, Range range) {
        return number(name, null, range);
    }

    @Override
    public double real(String name, double fallback, Range range) {
        return number(name, fallback, range);
    }

    @Override
    public boolean flag(String name, boolean fallback) {
        return (Boolean) get(name, fallback);
    }

    @Override
    public String text(String name) {
        return (String) get(name, null);
    }

    @Override
    public String text(String name, String fallback) {
        return (String) get(name, fallback);
    }

    @Override
    public String choice(String name, String fallback, String... allowed) {
        String word = text(name, fallback);
        if (!List.of(allowed).contains(word)) throw invalid(name, Arrays.toString(allowed), word);
        return word;
    }

    @Override
    public int[] integers(String name, int count, Range range) {
        throw new UnsupportedOperationException("no data set asks for " + name);
    }

    @Override
    public int[] integers(String name, int[] fallback, Range range) {
        throw new UnsupportedOperationException("no data set asks for " + name);
    }

    @Override
    public int[] list(String name, Range range) {
        throw new UnsupportedOperationException("no data set asks for " + name);
    }

    @Override
    public double[] reals(String name, double[] fallback, Range range) {
        throw new UnsupportedOperationException("no data set asks for " + name);
    }

    @Override
    public ConfigException invalid(String name, String expected, Object got) {
        return new ConfigException(name + ": must be " + expected + ", got " + got);
    }
}
