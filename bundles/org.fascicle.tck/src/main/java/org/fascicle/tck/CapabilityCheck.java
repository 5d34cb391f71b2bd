package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fascicle.plugin.Kind;
import org.fascicle.tck.jar.BundleFile;
import org.fascicle.tck.jar.Clause;
import org.fascicle.tck.jar.Component;

/** Compares what components publish with what the bundle's capabilities tell. Confined to one thread. */
final class CapabilityCheck {
    private static final String NAMESPACE = "fascicle.";

    private final BundleFile bundle;
    private final List<Component> components;
    private final List<String> found = new ArrayList<>();

    CapabilityCheck(BundleFile bundle, List<Component> components) {
        this.bundle = bundle;
        this.components = components;
    }

    List<String> findings() {
        Map<String, String> published = published();
        Set<String> told = told();
        for (String p : new TreeSet<>(published.keySet()))
            if (!told.contains(p))
                found.add(published.get(p) + " publishes " + p
                        + " without a capability: no resolver finds it; use Fascicle's annotation, not a property");
        for (String t : told)
            if (!published.containsKey(t))
                found.add("capability " + t
                        + " without a component that publishes it: put @Component beside the annotation");
        return found;
    }

    /** The components by what they publish, {@code fascicle.activation=mish}. */
    private Map<String, String> published() {
        Map<String, String> all = new HashMap<>();
        for (Component c : components) {
            c.published().forEach((kind, names) -> {
                if (names.size() != 1)
                    found.add(c.name() + " has " + kind.property() + " " + names
                            + ": expected one name; make a component for each");
                for (String name : names) {
                    String other = all.put(kind.property() + "=" + name, c.name());
                    if (other != null)
                        found.add(c.name() + " and " + other + " both publish the " + kind.word() + " " + name
                                + ": give one of them another name");
                }
            });
            for (String p : c.properties().keySet())
                if (p.startsWith(NAMESPACE) && !isKind(p))
                    found.add(c.name() + " has the property " + p + ", which is no kind of plug-in; known are "
                            + kinds());
        }
        return all;
    }

    /** What the capabilities tell, {@code fascicle.activation=mish}. */
    private Set<String> told() {
        Set<String> all = new TreeSet<>();
        for (Clause c : bundle.clauses("Provide-Capability")) {
            if (!c.path().startsWith(NAMESPACE)) continue;
            String name = c.attributes().get(c.path());
            if (!isKind(c.path()) || name == null) {
                found.add("capability " + c.path() + " " + c.attributes() + " is none of a plug-in: expected one of "
                        + kinds() + " with its name as the attribute of the same name");
                continue;
            }
            all.add(c.path() + "=" + name);
            if (!c.directives().getOrDefault("effective", "resolve").equals("active"))
                found.add("capability " + c.path() + "=" + name
                        + " is not effective:=active: the framework would wire to it; use Fascicle's annotation");
        }
        return all;
    }

    private static boolean isKind(String namespace) {
        return kinds().contains(namespace);
    }

    private static List<String> kinds() {
        return Arrays.stream(Kind.values()).map(Kind::property).toList();
    }
}
