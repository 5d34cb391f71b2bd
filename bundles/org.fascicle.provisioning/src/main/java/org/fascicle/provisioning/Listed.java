package org.fascicle.provisioning;

import java.util.ArrayList;
import java.util.List;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/** A resource of an index. Filled by its reader, unchanged afterwards. */
final class Listed implements Resource {
    final List<Capability> capabilities = new ArrayList<>();
    final List<Requirement> requirements = new ArrayList<>();

    @Override
    public List<Capability> getCapabilities(String namespace) {
        return capabilities.stream()
                .filter(c -> namespace == null || c.getNamespace().equals(namespace))
                .toList();
    }

    @Override
    public List<Requirement> getRequirements(String namespace) {
        return requirements.stream()
                .filter(r -> namespace == null || r.getNamespace().equals(namespace))
                .toList();
    }

    @Override
    public String toString() {
        return getCapabilities("osgi.identity").stream()
                .findFirst()
                .map(c -> c.getAttributes().get("osgi.identity") + " "
                        + c.getAttributes().get("version"))
                .orElse("a resource");
    }
}
