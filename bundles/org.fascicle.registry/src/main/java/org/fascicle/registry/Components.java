package org.fascicle.registry;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What Declarative Services knows of components that do not work. Thread-safe. */
final class Components {
    private static final String CAUSE = "Caused by: ";
    /** How the JDK calls a constructor: since 18 these frames are not in common with the cause's. */
    private static final Pattern REFLECTION =
            Pattern.compile("^at (java\\.base/)?(jdk\\.internal|java\\.lang\\.(reflect|invoke))\\.");

    private static final Pattern FRAME = Pattern.compile("^at .*\\.([^.(]+)\\(");
    /** The package, and outer classes, of the class that a trace starts with. */
    private static final Pattern EXCEPTION = Pattern.compile("^((?:[\\w$]+[.$])+)\\w+");

    private final Optional<ServiceComponentRuntime> runtime;

    Components(Optional<ServiceComponentRuntime> runtime) {
        this.runtime = runtime;
    }

    /** Why a component of this scope cannot be a plug-in. */
    static String scopeObjection(Object scope) {
        return "its service has scope " + scope + "; plug-ins are singletons, leave the scope out";
    }

    /** What is wrong with the component behind a service, before its object is asked for. */
    Optional<String> objection(ServiceReference<?> reference) {
        return description(reference)
                .map(d -> d.scope)
                .filter(scope -> !Constants.SCOPE_SINGLETON.equals(scope))
                .map(Components::scopeObjection);
    }

    /** Why the component behind a service gave no object, as one line, if it can be told. */
    Optional<String> failure(ServiceReference<?> reference) {
        Object id = reference.getProperty("component.id");
        return description(reference)
                .flatMap(d -> runtime.orElseThrow().getComponentConfigurationDTOs(d).stream()
                        .filter(c -> Long.valueOf(c.id).equals(id))
                        .findFirst()
                        .flatMap(Components::failure));
    }

    private Optional<ComponentDescriptionDTO> description(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        if (runtime.isEmpty() || bundle == null) return Optional.empty();
        if (!(reference.getProperty("component.name") instanceof String name)) return Optional.empty();
        return Optional.ofNullable(runtime.get().getComponentDescriptionDTO(bundle, name));
    }

    /** Why the component that should offer this has no service. */
    Optional<String> whyAbsent(Bundle bundle, Name name) {
        if (runtime.isEmpty()) return Optional.empty();
        Collection<ComponentDescriptionDTO> descriptions = runtime.get().getComponentDescriptionDTOs(bundle);
        return descriptions.stream()
                .filter(d -> name.name().equals(d.properties.get(name.kind().property())))
                .findFirst()
                .map(this::why);
    }

    private String why(ComponentDescriptionDTO d) {
        String component = "component " + d.name + " ";
        if (!runtime.orElseThrow().isComponentEnabled(d)) return component + "is not enabled";
        List<ComponentConfigurationDTO> configurations =
                List.copyOf(runtime.orElseThrow().getComponentConfigurationDTOs(d));
        if (configurations.isEmpty())
            return component + "needs a configuration " + String.join(" or ", d.configurationPid);
        ComponentConfigurationDTO c = configurations.get(0);
        return switch (c.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                component + "needs a configuration " + String.join(" or ", d.configurationPid);
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                component + "waits for its reference "
                        + Arrays.stream(c.unsatisfiedReferences)
                                .map(r -> r.name + (r.target == null ? "" : " " + r.target))
                                .collect(Collectors.joining(", "));
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                component + failure(c).orElse("could not be activated");
            default -> component + "has no service yet";
        };
    }

    private static Optional<String> failure(ComponentConfigurationDTO c) {
        return Optional.ofNullable(c.failure).filter(f -> !f.isBlank()).map(Components::summary);
    }

    /**
     * One line of a stack trace as text, all that DS tells of a failure: {@code constructor threw IllegalStateException: no
     * table}. Of what the component threw, the last frame that is not in common with the reflective call is its own method.
     */
    static String summary(String stackTrace) {
        List<String> lines = stackTrace.lines().map(String::strip).toList();
        int head = 0;
        for (int i = 1; i < lines.size() && lines.get(head).contains("InvocationTargetException"); i++) {
            if (lines.get(i).startsWith(CAUSE)) head = i;
        }
        String method = "";
        for (int i = head + 1; i < lines.size() && head > 0; i++) {
            Matcher frame = FRAME.matcher(lines.get(i));
            if (!frame.find() || REFLECTION.matcher(lines.get(i)).find()) break;
            method = frame.group(1).equals("<init>") ? "constructor" : frame.group(1);
        }
        String thrown = lines.get(head).startsWith(CAUSE) ? lines.get(head).substring(CAUSE.length()) : lines.get(head);
        Matcher exception = EXCEPTION.matcher(thrown);
        String shortly = exception.find() ? thrown.substring(exception.end(1)) : thrown;
        return (method.isEmpty() ? "it could not be activated: " : method + " threw ") + shortly;
    }
}
