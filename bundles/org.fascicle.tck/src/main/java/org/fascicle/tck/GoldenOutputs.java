package org.fascicle.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.fascicle.nn.Child;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.golden.Golden;
import org.fascicle.tck.golden.Recording;
import org.fascicle.tck.jar.BundleFile;
import org.fascicle.tck.jar.Component;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/**
 * The golden outputs of one plug-in while it is built: found beside its class, compared, written. A recording stays as it is until
 * the major version is raised, so that small differences do not add up from release to release. Confined to one thread.
 */
final class GoldenOutputs {
    private final BundleFile bundle;
    private final Kind kind;
    private final String name;
    private final BiFunction<String, Map<String, Object>, Child> subject;

    private GoldenOutputs(
            BundleFile bundle, Kind kind, String name, BiFunction<String, Map<String, Object>, Child> subject) {
        this.bundle = bundle;
        this.kind = kind;
        this.name = name;
        this.subject = subject;
    }

    /**
     * What a class is published as, by the descriptions of components beside it; none if the class is in no bundle.
     *
     * @param subject makes the layer of a name and options
     */
    static List<GoldenOutputs> of(Class<?> plugin, BiFunction<String, Map<String, Object>, Child> subject) {
        List<GoldenOutputs> all = new ArrayList<>();
        bundle(plugin).ifPresent(b -> {
            for (Component c : b.components()) {
                if (!c.implementation().equals(plugin.getName())) continue;
                c.published()
                        .forEach((kind, names) -> names.forEach(n -> all.add(new GoldenOutputs(b, kind, n, subject))));
            }
        });
        return all;
    }

    private static Optional<BundleFile> bundle(Class<?> plugin) {
        CodeSource source = plugin.getProtectionDomain().getCodeSource();
        if (source == null
                || source.getLocation() == null
                || !source.getLocation().getProtocol().equals("file")) return Optional.empty();
        try {
            Path path = Path.of(source.getLocation().toURI());
            // Classes that no build has made a bundle of: those of tests, or compiled by an editor.
            if (Files.isDirectory(path) && !Files.exists(path.resolve("META-INF/MANIFEST.MF"))) return Optional.empty();
            return Optional.of(BundleFile.read(path));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(source.getLocation() + " is no place of a file", e);
        }
    }

    String path() {
        return Golden.path(kind, name);
    }

    /** What the bundle ships. */
    Optional<Golden> shipped() {
        return bundle.text(path()).map(json -> Golden.parse(path() + " of " + bundle.name(), json));
    }

    private GoldenCheck check() {
        return new GoldenCheck(kind.word() + " " + name, bundle.version(), r -> subject.apply(r.node(), r.options()));
    }

    /** What is computed now is what was recorded. */
    List<String> computesTheSame(Recording r) {
        return check().computesTheSame(r);
    }

    /** Every case has a recording, and is still what was recorded; by the cases' names in the file. */
    List<String> complete(Golden shipped, Map<String, Case> cases) {
        List<String> found = new ArrayList<>();
        cases.forEach((title, c) -> {
            Optional<Recording> r = shipped.recording(title);
            if (r.isEmpty())
                found.add(path() + " has no case " + title
                        + ", so its numbers could change unseen; add it: mvn test -Dfascicle.golden=write");
            else if (!same(r.get(), c))
                found.add(
                        path() + ": case " + title
                                + " has other options or shapes than were recorded; give it another name, for the old one is kept too");
        });
        return found;
    }

    private static boolean same(Recording r, Case c) {
        return r.hasOptions(c.options())
                && r.stateful() == c.stateful()
                && shapes(r.inputs()).equals(shapes(c.inputs()));
    }

    private static List<Shape> shapes(List<Tensor> inputs) {
        return inputs.stream().map(Tensor::shape).toList();
    }

    /**
     * Writes what is missing, and all that a new major version computes differently; what differs without one is found, and
     * then nothing is written.
     *
     * @param folder of the sources, where the file is to lie
     */
    List<String> write(Path folder, Map<String, Case> cases, double tolerance) {
        Path file = folder.resolve(path());
        List<String> found = new ArrayList<>();
        List<Recording> all = new ArrayList<>();
        try {
            if (Files.exists(file)) {
                Golden old = Golden.parse(file.toString(), Files.readAllBytes(file));
                for (Recording r : old.recordings()) {
                    List<String> differs = computesTheSame(r);
                    if (differs.isEmpty()) all.add(r);
                    else if (!check().mayDiffer(r)) found.addAll(differs);
                    else again(r).ifPresent(all::add);
                }
            }
            if (!found.isEmpty()) return found;
            cases.forEach((title, c) -> {
                if (all.stream().noneMatch(r -> r.name().equals(title)))
                    all.add(GoldenCheck.record(
                            title, bundle.version(), tolerance, subject.apply(name, c.options()), c));
            });
            Files.createDirectories(file.getParent());
            Path unfinished = Files.createTempFile(file.getParent(), "golden", ".new");
            Files.writeString(unfinished, new Golden(kind, name, all).text());
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
        }
        return found;
    }

    /** The same case by the new version; gone if the new version does not take its options or shapes any more. */
    private Optional<Recording> again(Recording r) {
        try {
            return Optional.of(GoldenCheck.record(
                    r.name(),
                    bundle.version(),
                    r.tolerance(),
                    subject.apply(r.node(), r.options()),
                    GoldenCheck.replay(r)));
        } catch (ConfigException | ShapeException e) {
            return Optional.empty();
        }
    }
}
