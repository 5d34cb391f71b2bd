package org.fascicle.tck;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.fascicle.plugin.FascicleException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;

/** What all contracts share: the plug-in is the type argument, made by its constructor without arguments. */
public abstract class Contract<P> {
    Contract() {}

    /** The plug-in under test: a new object of the type argument. Override it for a plug-in without such a constructor. */
    protected P plugin() {
        Class<P> type = type();
        try {
            Constructor<P> c = type.getDeclaredConstructor();
            c.setAccessible(true);
            return c.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    type.getName() + " must have a constructor without arguments, or the test overrides plugin()", e);
        }
    }

    @SuppressWarnings("unchecked")
    private Class<P> type() {
        for (Class<?> c = getClass(); c != Object.class; c = c.getSuperclass()) {
            if (c.getGenericSuperclass() instanceof ParameterizedType p
                    && p.getActualTypeArguments()[0] instanceof Class<?> t) return (Class<P>) t;
        }
        throw new IllegalStateException(
                getClass().getName() + " must name the plug-in: extends ActivationContract<Mish>");
    }

    /** Other plug-ins that options may name; some activations and initializers are there already. */
    protected void plugins(Parts parts) {}

    final Parts parts() {
        Parts p = new Parts();
        plugins(p);
        return p;
    }

    /** The plug-in's name for messages: {@code dense} for {@code Dense.Factory}. */
    final String name(Object plugin) {
        Class<?> c = plugin.getClass();
        while (c.getEnclosingClass() != null && c.getSimpleName().equals("Factory")) c = c.getEnclosingClass();
        String name = c.getSimpleName();
        return name.isEmpty() ? "plugin" : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** The plug-in, or what it makes of options if it is a factory. */
    final Object part(Map<String, Object> options) {
        P plugin = plugin();
        return parts().object(name(plugin), plugin, options);
    }

    /** Each number among the options in turn is -1, then 0: who does not refuse it must keep the promises with it. */
    final List<String> withOddNumbers(Map<String, Object> options, Function<Object, List<String>> promises) {
        return oddNumbers(options, odd -> promises.apply(part(odd)));
    }

    /** The same for what is made in another way. */
    final List<String> oddNumbers(Map<String, Object> options, Function<Map<String, Object>, List<String>> promises) {
        P plugin = plugin();
        Asked asked = parts().asking(plugin, options);
        List<String> found = new ArrayList<>();
        for (String option : asked.numbers()) {
            for (int number : new int[] {-1, 0}) {
                Map<String, Object> odd = new LinkedHashMap<>(options);
                odd.put(option, number);
                String with = "with " + option + " = " + number + ": ";
                try {
                    if (!asked.known().equals(parts().asking(plugin, odd).known()))
                        found.add(with + "asks for other options; ask every option unconditionally");
                    for (String what : promises.apply(odd))
                        found.add(with + what + "; or ask for the option with a Range that refuses this number");
                } catch (FascicleException e) {
                    // Refused, as it may be.
                } catch (RuntimeException e) {
                    found.add(with + "expected a ConfigException or a part that works, got " + e
                            + "; ask for the option with a Range");
                }
            }
        }
        return found;
    }

    static void check(List<String> found) {
        if (!found.isEmpty()) Assertions.fail(String.join(System.lineSeparator(), found));
    }

    /** A check that tells what it found. */
    @FunctionalInterface
    interface Check {
        List<String> run() throws Exception;
    }

    static DynamicTest test(String name, Check check) {
        return DynamicTest.dynamicTest(name, () -> {
            List<String> found;
            try {
                found = check.run();
            } catch (RuntimeException e) {
                found = Assertions.fail("expected no exception, got " + e, e);
            }
            check(found);
        });
    }
}
