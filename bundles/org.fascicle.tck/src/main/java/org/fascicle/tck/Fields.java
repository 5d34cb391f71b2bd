package org.fascicle.tck;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the fields of a plug-in hold at one moment: numbers and arrays by value, everything else by identity. Immutable. */
final class Fields {
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Fields() {}

    static Fields of(Object plugin) {
        Fields f = new Fields();
        f.object(plugin.getClass().getSimpleName(), plugin, new IdentityHashMap<>());
        return f;
    }

    /** The fields of a plug-in that may be assigned again, or that hold something else after it has worked. */
    static List<String> kept(Object plugin, Runnable work) {
        List<String> found = new ArrayList<>(mutable(plugin));
        Fields before = of(plugin);
        work.run();
        for (String field : before.changed(of(plugin)))
            found.add("field " + field + " changes while it works: a plug-in is immutable and shared by threads; "
                    + "work with the arguments and local variables only");
        return found;
    }

    /** The fields of a plug-in's own class that may be assigned again. */
    static List<String> mutable(Object plugin) {
        List<String> found = new ArrayList<>();
        for (Class<?> c = plugin.getClass(); own(c); c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (f.isSynthetic() || Modifier.isFinal(f.getModifiers())) continue;
                found.add(
                        "field " + c.getSimpleName() + "." + f.getName()
                                + " is not final: a plug-in is immutable and shared by threads; make it final, and work with the arguments only");
            }
        }
        return found;
    }

    /** The names of fields that hold something else in a later state. */
    List<String> changed(Fields later) {
        List<String> names = new ArrayList<>();
        values.forEach((name, v) -> {
            Object now = later.values.get(name);
            boolean same =
                    (v instanceof Held h && now instanceof Held g) ? h.object == g.object : Objects.deepEquals(v, now);
            if (!same) names.add(name);
        });
        return names;
    }

    /** Something that is compared by identity. */
    private record Held(Object object) {}

    private static boolean own(Class<?> c) {
        return c != null && !c.isPrimitive() && !c.isArray() && c.getClassLoader() != null;
    }

    private void object(String path, Object o, Map<Object, Boolean> seen) {
        if (seen.put(o, true) != null) return;
        for (Class<?> c = o.getClass(); own(c); c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (f.isSynthetic() || f.isEnumConstant() || !f.trySetAccessible()) continue;
                try {
                    value(path + "." + f.getName(), f.get(o), seen);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(path + "." + f.getName() + " cannot be read", e);
                }
            }
        }
    }

    private void value(String path, Object v, Map<Object, Boolean> seen) {
        if (v == null || v instanceof Number || v instanceof Boolean || v instanceof Character || v instanceof String) {
            values.put(path, v == null ? "null" : v);
        } else if (v.getClass().isArray() && v.getClass().getComponentType().isPrimitive()) {
            Object copy = Array.newInstance(v.getClass().getComponentType(), Array.getLength(v));
            System.arraycopy(v, 0, copy, 0, Array.getLength(v));
            values.put(path, copy);
        } else if (v instanceof Object[] a) {
            for (int i = 0; i < a.length; i++) value(path + "[" + i + "]", a[i], seen);
        } else if (v instanceof Collection<?> l) {
            int i = 0;
            values.put(path + ".size", l.size());
            for (Object x : l) value(path + "[" + i++ + "]", x, seen);
        } else if (v instanceof Map<?, ?> m) {
            values.put(path + ".size", m.size());
            m.forEach((k, x) -> value(path + "[" + k + "]", x, seen));
        } else if (v instanceof Optional<?> x) {
            x.ifPresent(y -> value(path, y, seen));
        } else {
            values.put(path, new Held(v));
            if (own(v.getClass()) && !(v instanceof Enum)) object(path, v, seen);
        }
    }
}
