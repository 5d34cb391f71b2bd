package org.fascicle.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fascicle.nn.Activation;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Initializer;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Plugins.Option;
import org.fascicle.plugin.Range;

/** Notes what is asked for, and answers with defaults; what must be given is guessed. Confined to one {@code create}. */
final class Recorder implements Config {
    private final int guess;
    private final Map<String, Option> options = new LinkedHashMap<>();

    /** A recorder that answers {@code guess}, or another number that is allowed, where a number must be given. */
    Recorder(int guess) {
        this.guess = guess;
    }

    /** Stands for every child. */
    private record Identity() implements Activation {
        @Override
        public float apply(float x) {
            return x;
        }

        @Override
        public float slope(float x, float y) {
            return 1;
        }

        @Override
        public boolean slopeNeedsInput() {
            return false;
        }
    }

    /** True if nothing was thrown; what was asked until then is noted in any case. */
    boolean run(Runnable create) {
        try {
            create.run();
            return true;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            Catalogue.LOG.debug("A recorded create stopped after {}: {}", options.keySet(), Words.reason(e));
            return false;
        }
    }

    /** What was asked, in the order of asking. */
    List<Option> options() {
        return List.copyOf(options.values());
    }

    @Override
    public int integer(String name, Range range) {
        note(name, "integer", null, range.toString());
        return whole(range);
    }

    @Override
    public int integer(String name, int fallback, Range range) {
        note(name, "integer", Integer.toString(fallback), range.toString());
        return fallback;
    }

    @Override
    public double real(String name, Range range) {
        note(name, "real", null, range.toString());
        return within(range, (range.min() + range.max()) / 2);
    }

    @Override
    public double real(String name, double fallback, Range range) {
        note(name, "real", number(fallback), range.toString());
        return fallback;
    }

    @Override
    public boolean flag(String name, boolean fallback) {
        note(name, "flag", Boolean.toString(fallback), "true or false");
        return fallback;
    }

    @Override
    public String text(String name) {
        note(name, "text", null, "any text");
        return "x";
    }

    @Override
    public String text(String name, String fallback) {
        note(name, "text", fallback, "any text");
        return fallback;
    }

    @Override
    public String choice(String name, String fallback, String... allowed) {
        note(name, "choice", fallback, Words.or(List.of(allowed)));
        return fallback;
    }

    @Override
    public int[] integers(String name, int count, Range range) {
        note(name, "integers", null, severally(count, range));
        int[] values = new int[count];
        Arrays.fill(values, whole(range));
        return values;
    }

    @Override
    public int[] integers(String name, int[] fallback, Range range) {
        note(name, "integers", Arrays.toString(fallback), severally(fallback.length, range));
        return fallback.clone();
    }

    @Override
    public int[] list(String name, Range range) {
        note(name, "integers", null, "any number of them, each " + range);
        return new int[] {whole(range)};
    }

    @Override
    public double[] reals(String name, double[] fallback, Range range) {
        List<String> texts = new ArrayList<>();
        for (double d : fallback) texts.add(number(d));
        note(name, "reals", texts.toString(), "any number of them, each " + range);
        return fallback.clone();
    }

    @Override
    public Child layer(String name) {
        note(name, "layer", null, "an object with type");
        return identity(name);
    }

    @Override
    public Child activation(String name, String fallback) {
        note(name, "activation", fallback, "a name or an object with type");
        return identity(name);
    }

    @Override
    public Initializer initializer(String name, String fallback) {
        note(name, "initializer", fallback, "a name or an object with type");
        return Initializer.ZEROS;
    }

    @Override
    public ConfigException invalid(String name, String expected, Object got) {
        return new ConfigException(name + " must be " + expected + ", got " + Words.show(got));
    }

    private void note(String name, String type, String fallback, String allowed) {
        options.putIfAbsent(name, new Option(name, type, Optional.ofNullable(fallback), allowed));
    }

    /** What stands for a child that is not there. */
    static Child identity(String name) {
        return Child.of(name, "identity", new Identity());
    }

    private int whole(Range range) {
        return (int) within(range, Math.ceil(range.min()));
    }

    /** The first of some candidates that lies in the range; the ends of a range may be open. */
    private double within(Range range, double other) {
        double least = Math.ceil(range.min()), most = Math.floor(range.max());
        for (double x : new double[] {guess, least, least + 1, 0, other, most, most - 1})
            if (range.contains(x)) return x;
        return range.min();
    }

    /** {@code 0.001}, {@code 1}: no more digits than a person would write. */
    private static String number(double x) {
        return x == Math.rint(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : Double.toString(x);
    }

    private static String severally(int count, Range range) {
        return count + " of them, or one for all, each " + range;
    }
}
