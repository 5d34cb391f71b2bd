package org.fascicle.experiments;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fascicle.plugin.ConfigException;

/** Puts the values of parameters where {@code ${name}} stands; a text that is nothing but that becomes the value itself. */
final class Parameters {
    private static final Pattern NAME = Pattern.compile("\\$\\{([^{}]*)}");

    private final Document document;
    private final Map<String, Object> values;

    private Parameters(Document document, Map<String, Object> values) {
        this.document = document;
        this.values = values;
    }

    /** Changes the tree; the parameters themselves stay as they are. */
    static void apply(Document d) {
        Object given = d.tree().get("parameters");
        Map<String, Object> values = given == null ? Map.of() : Typed.object(d.at(List.of("parameters")), given);
        Parameters p = new Parameters(d, values);
        d.tree().replaceAll((k, v) -> k.equals("parameters") ? v : p.put(List.of(k), v));
    }

    @SuppressWarnings("unchecked")
    private Object put(List<String> path, Object o) {
        if (o instanceof Map<?, ?> m) ((Map<String, Object>) m).replaceAll((k, v) -> put(Document.append(path, k), v));
        if (o instanceof List<?> l) {
            List<Object> list = (List<Object>) l;
            for (int i = 0; i < list.size(); i++)
                list.set(i, put(Document.append(path, Integer.toString(i)), list.get(i)));
        }
        return o instanceof String s && s.contains("${") ? text(path, s) : o;
    }

    private Object text(List<String> path, String s) {
        Matcher m = NAME.matcher(s);
        if (m.matches()) return value(path, m.group(1));
        return m.reset().replaceAll(r -> Matcher.quoteReplacement(String.valueOf(value(path, r.group(1)))));
    }

    private Object value(List<String> path, String name) {
        if (values.containsKey(name)) return values.get(name);
        throw new ConfigException(document.at(path) + ": there is no parameter " + name
                + (values.isEmpty()
                        ? "; add \"parameters\": {\"" + name + "\": …}"
                        : Nearest.hint(name, values.keySet())));
    }
}
