package org.fascicle.runtime.graph;

import java.util.List;
import org.fascicle.plugin.FascicleException;

/** A few names in order. Literals are interned, so identity finds them in a nanosecond; equals is the fallback. Immutable. */
final class Names {
    private final String[] names;
    private final String what;

    /** Names of what, for messages: {@code parameters of conv1}. */
    Names(String what, List<String> names) {
        this.what = what;
        this.names = names.stream().map(String::intern).toArray(String[]::new);
        if (names.stream().distinct().count() != names.size()) {
            throw new FascicleException(what + ": two have the same name: " + names);
        }
    }

    @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // identity is the fast path; equals follows
    int index(String name) {
        for (int i = 0; i < names.length; i++) if (names[i] == name) return i;
        for (int i = 0; i < names.length; i++) if (names[i].equals(name)) return i;
        throw new FascicleException(
                what + ": \"" + name + "\" was not declared in the plan; declared are " + List.of(names));
    }
}
