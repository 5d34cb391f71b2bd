package org.fascicle.provisioning;

import java.util.Map;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/** A capability or a requirement of a resource; equal only to itself, as the resolver wants it. Immutable. */
final class Part implements Capability, Requirement {
    private final String namespace;
    private final Map<String, Object> attributes;
    private final Map<String, String> directives;
    private final Resource resource;

    Part(String namespace, Map<String, Object> attributes, Map<String, String> directives, Resource resource) {
        this.namespace = namespace;
        this.attributes = Map.copyOf(attributes);
        this.directives = Map.copyOf(directives);
        this.resource = resource;
    }

    @Override
    public String getNamespace() {
        return namespace;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public Map<String, String> getDirectives() {
        return directives;
    }

    @Override
    public Resource getResource() {
        return resource;
    }

    @Override
    public String toString() {
        return namespace + " " + (attributes.isEmpty() ? directives.getOrDefault("filter", "") : attributes);
    }
}
