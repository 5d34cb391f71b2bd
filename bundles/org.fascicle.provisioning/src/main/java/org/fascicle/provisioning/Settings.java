package org.fascicle.provisioning;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.fascicle.provision.Provisioning.Policy;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the configuration {@code org.fascicle.provisioning} says. A value that makes no sense is told in the log, and the safe one
 * stands in its place. Immutable.
 *
 * @param foreign which {@code Repository} services of others are asked; none if empty
 */
record Settings(Policy policy, List<Source> sources, Allowed allowed, Optional<Filter> foreign, Bounds bounds) {
    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    /** The keys, with the values of those that are not given. */
    public @interface Config {
        /** {@code explain}, {@code ask} or {@code install}. */
        String policy() default "explain";

        /** Each {@code name=url}, and {@code #sha256=} with the hash of the index. */
        String[] repositories() default {};

        /** Prefixes of all URLs that may be read. */
        String[] allow() default {};

        /** A filter of the {@code Repository} services that may be asked. */
        String foreign() default "";

        /** {@code index.bytes}: the largest index, packed or not. */
        int index_bytes() default 32 << 20;

        /** {@code bundle.bytes}: the most that the bundles of one plan may have together. */
        int bundle_bytes() default 128 << 20;

        /** {@code read.millis}: how long a server may be silent. */
        int read_millis() default 10_000;

        /** {@code total.millis}: how long one download may take. */
        int total_millis() default 60_000;

        /** {@code start.millis}: how long a plug-in may take to come after its bundle was started. */
        int start_millis() default 10_000;
    }

    /** @param base what URLs without a scheme are relative to */
    static Settings of(Config c, URI base) {
        List<Source> sources = new ArrayList<>();
        for (String s : texts("repositories", c::repositories)) {
            Source source = Source.parse(s, base);
            if (!source.problem().isEmpty()) warn("repositories: " + source.name() + ": " + source.problem());
            if (sources.stream().anyMatch(o -> o.name().equals(source.name())))
                warn("repositories: " + source.name() + " is there twice; the first is taken");
            else sources.add(source);
        }
        List<URI> allow = new ArrayList<>();
        for (String s : texts("allow", c::allow)) {
            try {
                URI u = base.resolve(s.strip());
                Allowed.strange(u).ifPresentOrElse(why -> warn("allow: " + s + ": " + why), () -> allow.add(u));
            } catch (IllegalArgumentException e) {
                warn("allow: this is no URL: " + s);
            }
        }
        Bounds bounds = new Bounds(
                positive("index.bytes", c::index_bytes, 32 << 20),
                positive("bundle.bytes", c::bundle_bytes, 128 << 20),
                positive("read.millis", c::read_millis, 10_000),
                positive("total.millis", c::total_millis, 60_000),
                positive("start.millis", c::start_millis, 10_000));
        return new Settings(
                policy(c), List.copyOf(sources), new Allowed(allow), foreign(value("foreign", c::foreign, "")), bounds);
    }

    private static Policy policy(Config c) {
        String word = value("policy", c::policy, "explain");
        for (Policy p : Policy.values()) if (p.name().toLowerCase(Locale.ROOT).equals(word)) return p;
        warn("policy must be explain, ask or install, got " + word);
        return Policy.EXPLAIN;
    }

    private static Optional<Filter> foreign(String text) {
        if (text.isBlank()) return Optional.empty();
        try {
            return Optional.of(FrameworkUtil.createFilter(text.strip()));
        } catch (InvalidSyntaxException e) {
            warn("foreign must be a filter of Repository services, or empty, got " + text);
            return Optional.empty();
        }
    }

    private static List<String> texts(String key, Supplier<String[]> configured) {
        return Arrays.stream(value(key, configured, new String[0]))
                .filter(s -> !s.isBlank())
                .toList();
    }

    private static int positive(String key, IntSupplier configured, int fallback) {
        int n = value(key, configured::getAsInt, fallback);
        if (n > 0) return n;
        warn(key + " must be above 0, got " + n);
        return fallback;
    }

    /** A value of another type is an exception of the converter. */
    private static <T> T value(String key, Supplier<T> configured, T fallback) {
        try {
            T t = configured.get();
            return t == null ? fallback : t;
        } catch (RuntimeException e) {
            warn(key + " cannot be used: " + Download.reason(e));
            return fallback;
        }
    }

    private static void warn(String what) {
        LOG.warn("org.fascicle.provisioning: {}", what);
    }
}
