package org.fascicle.plugin;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The options of a part, asked for rather than bound: the asked keys are the known keys, so an unknown key is an error
 * that lists them. Ask every key unconditionally, and state its default only here. A method without a fallback asks for
 * an option that must be given. Every method throws {@link ConfigException} if the value is missing, of another type or
 * out of range. Confined to one {@code create}.
 */
@ProviderType
public interface Options {
    /** A whole number within {@code range} that must be given. */
    int integer(String name, Range range);

    /** A whole number within {@code range}. */
    int integer(String name, int fallback, Range range);

    /** A number within {@code range} that must be given. */
    double real(String name, Range range);

    /** A number within {@code range}. */
    double real(String name, double fallback, Range range);

    boolean flag(String name, boolean fallback);

    /** A text that must be given. */
    String text(String name);

    String text(String name, String fallback);

    /** One of a few words. */
    String choice(String name, String fallback, String... allowed);

    /** Exactly {@code count} whole numbers that must be given; a single number stands for all of them. */
    int[] integers(String name, int count, Range range);

    /** Exactly {@code fallback.length} whole numbers; a single number stands for all of them. */
    int[] integers(String name, int[] fallback, Range range);

    /** Any number of whole numbers that must be given. */
    int[] list(String name, Range range);

    /** Any number of numbers. */
    double[] reals(String name, double[] fallback, Range range);

    /** An error about one option, to be thrown by the caller: {@code invalid("groups", "a divisor of filters = 6", 4)}. */
    ConfigException invalid(String name, String expected, Object got);
}
