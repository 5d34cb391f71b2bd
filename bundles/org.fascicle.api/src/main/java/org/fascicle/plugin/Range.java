package org.fascicle.plugin;

/** The numbers an option may take, both ends included unless open. Immutable. */
public record Range(double min, boolean minOpen, double max, boolean maxOpen) {
    public static final Range ANY = new Range(Double.NEGATIVE_INFINITY, true, Double.POSITIVE_INFINITY, true);
    /** Zero or more. */
    public static final Range NOT_NEGATIVE = atLeast(0);
    /** More than zero. */
    public static final Range POSITIVE = new Range(0, true, Double.POSITIVE_INFINITY, true);
    /** From 0 to 1, both included. */
    public static final Range UNIT = new Range(0, false, 1, false);
    /** From 0, included, to 1, excluded. */
    public static final Range BELOW_ONE = new Range(0, false, 1, true);

    public static Range atLeast(double min) {
        return new Range(min, false, Double.POSITIVE_INFINITY, true);
    }

    public static Range between(double min, double max) {
        return new Range(min, false, max, false);
    }

    public boolean contains(double x) {
        return (minOpen ? x > min : x >= min) && (maxOpen ? x < max : x <= max);
    }

    /** For people: {@code > 0}, {@code 0 to 1}, {@code any finite number}. */
    @Override
    public String toString() {
        boolean low = min != Double.NEGATIVE_INFINITY, high = max != Double.POSITIVE_INFINITY;
        if (!low && !high) return "any finite number";
        if (!high) return (minOpen ? "> " : ">= ") + text(min);
        if (!low) return (maxOpen ? "< " : "<= ") + text(max);
        return (minOpen ? "more than " : "") + text(min) + " to " + (maxOpen ? "less than " : "") + text(max);
    }

    private static String text(double x) {
        return x == Math.rint(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : Double.toString(x);
    }
}
