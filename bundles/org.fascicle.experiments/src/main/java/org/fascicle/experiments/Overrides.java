package org.fascicle.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fascicle.plugin.ConfigException;

/**
 * Puts single values into a tree: {@code training.epochs=2}, {@code model.layers.hidden.units=64}, {@code activation=linear} for a
 * parameter. Elements of lists are named by index from 0 or by id. Confined to one reading.
 */
final class Overrides {
    private final Document document;
    private final boolean newParameters;
    private String path = "";
    private List<String> words = List.of();
    private Object value;

    /** @param newParameters whether parameters may be set that are not there */
    Overrides(Document document, boolean newParameters) {
        this.document = document;
        this.newParameters = newParameters;
    }

    /** Puts in one {@code path=value}; the value is JSON or else a text. */
    void put(String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1)
            throw new ConfigException("setting \"" + setting + "\": must be path=value, e.g. training.epochs=2");
        String to = setting.substring(0, equals).strip();
        put(to, Json.lenient("setting " + to, setting.substring(equals + 1)));
    }

    void put(String to, Object what) {
        path = to;
        value = what;
        words = Arrays.asList(to.split("\\.", -1));
        if (words.contains("")) throw unknown();
        if (words.size() == 1 && parameters().containsKey(to)) words = List.of("parameters", to);
        into(document.tree(), 0);
    }

    private Map<?, ?> parameters() {
        return document.tree().get("parameters") instanceof Map<?, ?> m ? m : Map.of();
    }

    @SuppressWarnings("unchecked")
    private void into(Object container, int at) {
        if (container instanceof Map<?, ?> m) {
            Map<String, Object> map = (Map<String, Object>) m;
            String key = key(map, at);
            int next = at + key.split("\\.", -1).length;
            map.put(key, next == words.size() ? value : opened(map.get(key), next));
        } else {
            List<Object> list = (List<Object>) container;
            int i = index(list, words.get(at));
            list.set(i, at + 1 == words.size() ? value : opened(list.get(i), at + 1));
        }
    }

    /** The child with the value put into it; a plug-in's mere name becomes an object, for it is to have options. */
    private Object opened(Object child, int at) {
        Object open = child == null
                ? new LinkedHashMap<String, Object>()
                : child instanceof String type ? named(type) : child;
        if (!(open instanceof Map<?, ?> || open instanceof List<?>)) throw unknown();
        into(open, at);
        return open;
    }

    private static Map<String, Object> named(String type) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("type", type);
        return m;
    }

    /** A key that is there, or one that may be: keys may themselves have dots, as {@code hidden.kernel} of weights. */
    private String key(Map<String, Object> map, int at) {
        for (int end = at + 1; end <= words.size(); end++) {
            String k = String.join(".", words.subList(at, end));
            if (map.containsKey(k)) return k;
        }
        String word = words.get(at);
        List<String> parent = words.subList(0, at);
        if (parent.equals(List.of("weights"))) return String.join(".", words.subList(at, words.size()));
        if (parent.equals(List.of("parameters")) && newParameters) return word;
        if (Keys.of(parent).map(known -> known.contains(word)).orElse(!parent.equals(List.of("parameters"))))
            return word;
        throw unknown();
    }

    private int index(List<?> list, String word) {
        List<String> ids = ids(list);
        if (ids.contains(word)) return ids.indexOf(word);
        if (word.matches("\\d{1,6}") && Integer.parseInt(word) < list.size()) return Integer.parseInt(word);
        throw unknown();
    }

    /** The id of each element as a model has it: given, or type and count; the index where there is neither. */
    private static List<String> ids(List<?> list) {
        Map<Object, Integer> count = new HashMap<>();
        List<String> ids = new ArrayList<>();
        for (Object o : list) {
            Object type = o instanceof Map<?, ?> m ? m.get("type") : o instanceof String ? o : null;
            String id = type == null
                    ? Integer.toString(ids.size())
                    : type + Integer.toString(count.merge(type, 1, Integer::sum));
            ids.add(o instanceof Map<?, ?> m && m.get("id") instanceof String given ? given : id);
        }
        return ids;
    }

    private ConfigException unknown() {
        Set<String> known = new LinkedHashSet<>();
        parameters().keySet().forEach(k -> known.add((String) k));
        Training.KEYS.forEach(k -> known.add("training." + k));
        collect("", document.tree(), known);
        List<String> ending =
                known.stream().filter(k -> k.endsWith("." + path)).limit(3).toList();
        List<String> near = ending.isEmpty() ? Nearest.of(path, known, 3) : ending;
        return new ConfigException(document.where() + ": setting " + path + ": there is no such place"
                + (near.isEmpty()
                        ? "; places are, for example, training.epochs, or the name of a parameter"
                        : "; did you mean " + String.join(" or ", near) + "?"));
    }

    private static void collect(String before, Object o, Set<String> paths) {
        if (o instanceof Map<?, ?> m) {
            m.forEach((k, v) -> {
                paths.add(before + k);
                collect(before + k + ".", v, paths);
            });
        } else if (o instanceof List<?> l && l.stream().noneMatch(x -> x instanceof Number || x instanceof List<?>)) {
            List<String> ids = ids(l);
            for (int i = 0; i < l.size(); i++) {
                paths.add(before + ids.get(i));
                collect(before + ids.get(i) + ".", l.get(i), paths);
            }
        }
    }
}
