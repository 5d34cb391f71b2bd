package org.fascicle.provisioning;

import java.util.Map;
import java.util.regex.Pattern;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;

/** Whether a capability meets a requirement, as the core specification has it. Stateless. */
final class Matching {
    private Matching() {}

    static boolean matches(Requirement r, Capability c) {
        if (!r.getNamespace().equals(c.getNamespace())) return false;
        String filter = r.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
        return filter(filter, c.getAttributes()) && mandatory(filter, c);
    }

    private static boolean filter(String text, Map<String, Object> attributes) {
        if (text == null) return true;
        try {
            Filter f = FrameworkUtil.createFilter(text);
            return f.matches(attributes);
        } catch (InvalidSyntaxException e) {
            return false;
        }
    }

    /** A capability may insist that certain attributes are asked for. */
    private static boolean mandatory(String filter, Capability c) {
        String names = c.getDirectives().get(PackageNamespace.CAPABILITY_MANDATORY_DIRECTIVE);
        if (names == null) return true;
        for (String n : names.split(",")) {
            boolean asked = filter != null
                    && Pattern.compile("\\(\\s*" + Pattern.quote(n.strip()) + "\\s*[=~<>]")
                            .matcher(filter)
                            .find();
            if (!asked) return false;
        }
        return true;
    }

    static boolean active(Requirement r) {
        return "active".equals(r.getDirectives().get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE));
    }

    static boolean resolving(Requirement r) {
        return Namespace.EFFECTIVE_RESOLVE.equals(
                r.getDirectives().getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE));
    }

    static boolean optional(Requirement r) {
        return Namespace.RESOLUTION_OPTIONAL.equals(r.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE));
    }
}
