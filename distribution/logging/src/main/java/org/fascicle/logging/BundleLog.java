package org.fascicle.logging;

import java.lang.reflect.Proxy;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.slf4j.event.Level;

/** OSGi's log service for one bundle: all it says goes to SLF4J, so there is one log with one level. Thread-safe. */
@Component(
        service = {LogService.class, LoggerFactory.class},
        scope = ServiceScope.BUNDLE)
public final class BundleLog implements LogService {
    private final String bundle;

    @Activate
    public BundleLog(ComponentContext context) {
        Bundle user = context.getUsingBundle();
        bundle = user == null || user.getSymbolicName() == null ? "osgi" : user.getSymbolicName();
    }

    @Override
    public Logger getLogger(String name) {
        return getLogger(name, Logger.class);
    }

    @Override
    public Logger getLogger(Class<?> c) {
        return getLogger(c.getName(), Logger.class);
    }

    @Override
    public <L extends Logger> L getLogger(String name, Class<L> type) {
        return logger(name, type);
    }

    @Override
    public <L extends Logger> L getLogger(Class<?> c, Class<L> type) {
        return logger(c.getName(), type);
    }

    @Override
    public <L extends Logger> L getLogger(Bundle b, String name, Class<L> type) {
        return logger(name, type);
    }

    private static <L extends Logger> L logger(String name, Class<L> type) {
        if (type != Logger.class && type != FormatterLogger.class) {
            throw new IllegalArgumentException(
                    "log service: a logger must be Logger or FormatterLogger, got " + type.getName());
        }
        Forwarding to = new Forwarding(org.slf4j.LoggerFactory.getLogger(name), type == FormatterLogger.class);
        return type.cast(Proxy.newProxyInstance(BundleLog.class.getClassLoader(), new Class<?>[] {type}, to));
    }

    @Deprecated
    @Override
    public void log(int level, String message) {
        log(level, message, null);
    }

    @Deprecated
    @Override
    public void log(int level, String message, Throwable t) {
        org.slf4j.LoggerFactory.getLogger(bundle)
                .atLevel(level(level))
                .setCause(t)
                .log(message);
    }

    @Deprecated
    @Override
    public void log(ServiceReference<?> r, int level, String message) {
        log(level, message, null);
    }

    @Deprecated
    @Override
    public void log(ServiceReference<?> r, int level, String message, Throwable t) {
        log(level, message, t);
    }

    /** OSGi's number of a level, 1 for errors to 4 for debugging. */
    private static Level level(int ordinal) {
        LogLevel[] all = LogLevel.values();
        return Forwarding.level(all[Math.max(LogLevel.ERROR.ordinal(), Math.min(ordinal, all.length - 1))].name());
    }
}
