package org.fascicle.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fascicle.nn.Child;
import org.fascicle.tck.golden.Recording;
import org.fascicle.tensor.Tensor;
import org.osgi.framework.Version;

/** Records what a layer computes, and compares a layer with a recording. Immutable; confined to one thread. */
public final class GoldenCheck {
    /** Below this, differences are not relative: as in gradient checks. */
    private static final double SMALLEST = 1e-3;

    private static final String REMEDY =
            "raise the major version and write the golden outputs again: mvn test -Dfascicle.golden=write";

    private final String plugin;
    private final Version version;
    private final Function<Recording, Child> subject;

    /**
     * Compares one plug-in.
     *
     * @param plugin for messages, {@code activation mish}
     * @param version of the bundle as it is now
     * @param subject the layer as it is now, named as the recording's node and made from its options
     */
    public GoldenCheck(String plugin, Version version, Function<Recording, Child> subject) {
        this.plugin = plugin;
        this.version = version;
        this.subject = subject;
    }

    /** What a layer computes in a case. */
    static Recording record(String name, Version version, double tolerance, Child subject, Case c) {
        Map<String, Tensor> given = new LinkedHashMap<>();
        new Trial(subject, c, 0).given().forEach((n, t) -> given.put(n, t.copy()));
        Map<String, Tensor> training = new Trial(subject, c, 0).all(true), inference = new LinkedHashMap<>();
        new Trial(subject, c, 0).all(false).forEach((n, t) -> {
            if (!training.containsKey(n)
                    || Numbers.difference(Map.of(n, t), training).isPresent()) inference.put(n, t);
        });
        return new Recording(
                name,
                numbers(version),
                tolerance,
                subject.name(),
                c.options(),
                c.stateful(),
                c.inputs(),
                given,
                training,
                inference);
    }

    /** Without the qualifier, which says nothing about numbers. */
    private static String numbers(Version v) {
        return v.getMajor() + "." + v.getMinor() + "." + v.getMicro();
    }

    /** The case of a recording. */
    static Case replay(Recording r) {
        return new Case(r.name(), r.options(), r.inputs(), r.stateful());
    }

    /** Whether other numbers than those recorded are allowed. */
    boolean mayDiffer(Recording r) {
        return version.getMajor() > Version.parseVersion(r.version()).getMajor();
    }

    /** What is computed now is what was recorded, within the tolerance. */
    public List<String> computesTheSame(Recording r) {
        return difference(r)
                .map(d -> plugin + " " + numbers(version) + ": case " + r.name() + ", " + d + "; "
                        + (mayDiffer(r)
                                ? "the new major version allows it, so write the golden outputs again: mvn test -Dfascicle.golden=write"
                                : "compute the same again, or " + REMEDY))
                .stream()
                .toList();
    }

    private Optional<String> difference(Recording r) {
        try {
            Child now = subject.apply(r);
            Optional<String> d = compare(r, now, true);
            return d.isPresent() ? d : compare(r, now, false);
        } catch (RuntimeException e) {
            return Optional.of("runs no longer: " + e);
        }
    }

    private Optional<String> compare(Recording r, Child now, boolean training) {
        Trial trial = new Trial(now, replay(r), 0);
        Map<String, Tensor> given = trial.given();
        Optional<String> other = names("takes", r.given(), given);
        if (other.isPresent()) return other;
        r.given().forEach((name, t) -> given.get(name).set(t));
        Map<String, Tensor> got = trial.all(training), want = new LinkedHashMap<>();
        for (String name : training ? r.training().keySet() : got.keySet()) {
            Tensor t = training
                    ? r.training().get(name)
                    : r.inference().getOrDefault(name, r.training().get(name));
            if (t != null) want.put(name, t);
        }
        if (!training) want.putAll(r.inference());
        other = names("gives", want, got);
        if (other.isPresent()) return other;
        for (Map.Entry<String, Tensor> e : want.entrySet()) {
            Optional<String> d = compare(e.getValue(), got.get(e.getKey()), r);
            if (d.isPresent()) return Optional.of(e.getKey() + (training ? " (training) " : " (inference) ") + d.get());
        }
        return Optional.empty();
    }

    private static Optional<String> names(String verb, Map<String, Tensor> was, Map<String, Tensor> is) {
        List<String> a = shapes(was), b = shapes(is);
        return a.equals(b) ? Optional.empty() : Optional.of(verb + " " + b + " where it was " + a);
    }

    private static List<String> shapes(Map<String, Tensor> all) {
        List<String> list = new ArrayList<>();
        all.forEach((name, t) -> list.add(name + " " + t.shape()));
        list.sort(null);
        return list;
    }

    private Optional<String> compare(Tensor want, Tensor got, Recording r) {
        double scale = Math.max(Numbers.max(want), SMALLEST), worst = 0;
        int at = -1;
        for (int i = 0; i < want.size(); i++) {
            double d = Math.abs((double) got.data()[i] - want.data()[i]) / scale;
            if (Double.isNaN(d)) d = Double.POSITIVE_INFINITY;
            if (d <= worst) continue;
            worst = d;
            at = i;
        }
        if (worst <= r.tolerance()) return Optional.empty();
        return Optional.of("differs from " + r.version() + " by " + (float) worst + " of its largest value, tolerance "
                + r.tolerance() + ": at " + Numbers.place(want.shape(), at) + " expected " + want.data()[at] + ", got "
                + got.data()[at]);
    }
}
