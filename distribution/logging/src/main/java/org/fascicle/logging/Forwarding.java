package org.fascicle.logging;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.Locale;
import org.osgi.service.log.LoggerConsumer;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The forty methods of OSGi's logger, which differ in level and arguments only: {@code warn(…)}, {@code isWarnEnabled()}.
 * Immutable and thread-safe.
 *
 * @param printf true for messages in the manner of {@code String.format}
 */
record Forwarding(Logger log, boolean printf) implements InvocationHandler {
    private static final String ENABLED = "Enabled";

    @Override
    public Object invoke(Object proxy, Method m, Object[] arguments) throws Throwable {
        String name = m.getName();
        if (m.getDeclaringClass() == Object.class) return object(proxy, m, arguments);
        if (name.equals("getName")) return log.getName();
        if (name.endsWith(ENABLED)) {
            return log.isEnabledForLevel(level(name.substring(2, name.length() - ENABLED.length())));
        }
        Level level = level(name);
        if (arguments[0] instanceof LoggerConsumer<?> c) {
            if (log.isEnabledForLevel(level)) accept(c, proxy);
        } else {
            write(level, String.valueOf(arguments[0]), rest(arguments));
        }
        return null;
    }

    private Object object(Object proxy, Method m, Object[] arguments) throws ReflectiveOperationException {
        return switch (m.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> m.invoke(this, arguments);
        };
    }

    @SuppressWarnings("unchecked")
    private static void accept(LoggerConsumer<?> c, Object logger) throws Exception {
        ((LoggerConsumer<Exception>) c).accept((org.osgi.service.log.Logger) logger);
    }

    private static Object[] rest(Object[] arguments) {
        if (arguments.length == 2 && arguments[1] instanceof Object[] all) return all;
        Object[] r = new Object[arguments.length - 1];
        System.arraycopy(arguments, 1, r, 0, r.length);
        return r;
    }

    private void write(Level level, String message, Object[] arguments) {
        if (!log.isEnabledForLevel(level)) return;
        if (printf) log.atLevel(level).log(String.format(Locale.ROOT, message, arguments));
        else log.atLevel(level).log(message, arguments);
    }

    /** SLF4J's level of this name; what is audited is at least shown. */
    static Level level(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.equals("AUDIT") ? Level.ERROR : Level.valueOf(upper);
    }
}
