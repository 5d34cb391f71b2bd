package org.fascicle.runtime.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;

/** A registry of objects given by hand. */
final class Registry implements Plugins {
    private record Given(Origin origin, Function<Map<String, ?>, Object> maker) implements Plugin {
        @Override
        public Object instance() {
            return maker;
        }
    }

    private final Map<String, Given> given = new LinkedHashMap<>();
    final List<Listener> listeners = new CopyOnWriteArrayList<>();

    Registry put(Kind kind, String name, String content, Function<Map<String, ?>, Object> maker) {
        synchronized (this) {
            given.put(kind + " " + name, new Given(new Origin(kind, name, "test", "1.0.0", content, name, 0), maker));
        }
        listeners.forEach(l -> l.changed(kind, name));
        return this;
    }

    void remove(Kind kind, String name) {
        Given g;
        synchronized (this) {
            g = given.remove(kind + " " + name);
        }
        listeners.forEach(l -> l.leaving(g));
        listeners.forEach(l -> l.changed(kind, name));
    }

    @Override
    public List<Lack> missing(Kind kind, Map<String, ?> options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized List<Plugin> providers(Kind kind, String name) {
        Given g = given.get(kind + " " + name);
        return g == null ? List.of() : List.of(g);
    }

    @Override
    public Created create(Kind kind, String where, Map<String, ?> options, Choice choice) {
        String type = (String) options.get("type");
        Plugin p = choice.pick(kind, type, providers(kind, type))
                .orElseThrow(() -> new MissingPluginException(where + ": there is no " + kind.word() + " " + type));
        return new Created(((Given) p).maker().apply(options), new ArrayList<>(List.of(p)));
    }

    @Override
    public Watch listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<Plugin> providers(Kind kind) {
        return List.of();
    }

    @Override
    public Set<String> names(Kind kind) {
        return Set.of();
    }

    @Override
    public Optional<Origin> last(Kind kind, String name) {
        return Optional.empty();
    }

    @Override
    public List<Option> describe(Kind kind, String name) {
        return List.of();
    }
}
