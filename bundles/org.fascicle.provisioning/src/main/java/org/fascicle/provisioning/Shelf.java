package org.fascicle.provisioning;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.osgi.service.repository.Repository;

/** The resources of one repository. Thread-safe. */
interface Shelf {
    String name();

    /** What would meet this, the newest first. */
    List<Capability> find(Requirement r);

    Content content(Resource r);

    Comparator<Capability> NEWEST = Comparator.<Capability, String>comparing(c -> Content.name(c.getResource()))
            .thenComparing(c -> Content.version(c.getResource()), Comparator.reverseOrder());

    /** An index that was read; its capabilities by namespace. */
    record Index(String name, int bundles, Map<String, List<Capability>> capabilities) implements Shelf {
        static Index of(String name, List<Listed> resources) {
            Map<String, List<Capability>> all = new HashMap<>();
            for (Listed r : resources) {
                for (Capability c : r.capabilities)
                    all.computeIfAbsent(c.getNamespace(), n -> new ArrayList<>())
                            .add(c);
            }
            all.values().forEach(l -> l.sort(NEWEST));
            return new Index(name, resources.size(), all);
        }

        @Override
        public List<Capability> find(Requirement r) {
            return capabilities.getOrDefault(r.getNamespace(), List.of()).stream()
                    .filter(c -> Matching.matches(r, c))
                    .toList();
        }

        @Override
        public Content content(Resource r) {
            return Content.of(r, false);
        }
    }

    /** A repository service of somebody else. What it throws is the caller's to catch. */
    record Foreign(String name, Repository repository) implements Shelf {
        @Override
        public List<Capability> find(Requirement r) {
            Collection<Capability> found = repository.findProviders(List.of(r)).get(r);
            if (found == null) return List.of();
            return found.stream()
                    .filter(c -> Matching.matches(r, c))
                    .filter(c ->
                            !c.getResource().getCapabilities("osgi.identity").isEmpty())
                    .sorted(NEWEST)
                    .toList();
        }

        @Override
        public Content content(Resource r) {
            return Content.of(r, true);
        }
    }
}
