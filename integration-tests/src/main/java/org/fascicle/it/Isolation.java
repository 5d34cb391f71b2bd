package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevisions;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** All bundles, their wires in every namespace and their components at one moment. Immutable. */
record Isolation(Map<Bundle, Picture> bundles) {
    /** @param components name and properties' hash to id and state */
    record Picture(
            int state,
            BundleWiring wiring,
            List<BundleWire> required,
            List<BundleWire> provided,
            Map<String, String> components) {
        /** Without the wires from bundles that were touched. */
        Picture without(Collection<Bundle> touched) {
            List<BundleWire> others = provided.stream()
                    .filter(w -> !touched.contains(w.getRequirer().getBundle()))
                    .toList();
            return new Picture(state, wiring, required, others, components);
        }
    }

    static Isolation of(BundleContext context, ServiceComponentRuntime declarativeServices) {
        Map<Bundle, Picture> all = new LinkedHashMap<>();
        for (Bundle b : context.getBundles()) {
            BundleWiring w = b.adapt(BundleWiring.class);
            if (w == null) continue;
            Map<String, String> components = new TreeMap<>();
            for (ComponentDescriptionDTO c : declarativeServices.getComponentDescriptionDTOs(b)) {
                for (ComponentConfigurationDTO i : declarativeServices.getComponentConfigurationDTOs(c))
                    components.put(c.name + " " + i.id, state(i.state));
            }
            all.put(
                    b,
                    new Picture(
                            b.getState(),
                            w,
                            List.copyOf(w.getRequiredWires(null)),
                            List.copyOf(w.getProvidedWires(null)),
                            components));
        }
        return new Isolation(all);
    }

    /** Whether somebody uses it just now is nobody's concern. */
    private static String state(int state) {
        return switch (state) {
            case ComponentConfigurationDTO.SATISFIED, ComponentConfigurationDTO.ACTIVE -> "satisfied";
            default -> "state " + state;
        };
    }

    /** Demands that nothing has changed since then but these bundles; gives the number of components that stayed. */
    int unchanged(Isolation before, Collection<Bundle> touched) {
        int components = 0;
        for (Map.Entry<Bundle, Picture> e : before.bundles.entrySet()) {
            if (touched.contains(e.getKey())) continue;
            Picture then = e.getValue().without(touched), now = bundles.get(e.getKey());
            assertThat(now).as("%s, which nobody touched", e.getKey()).isNotNull();
            assertThat(now.wiring).as("wiring of %s", e.getKey()).isSameAs(then.wiring);
            assertThat(now.state).as("state of %s", e.getKey()).isEqualTo(then.state);
            assertThat(now.required).as("wires of %s", e.getKey()).isEqualTo(then.required);
            assertThat(now.without(touched).provided)
                    .as("wires to %s", e.getKey())
                    .isEqualTo(then.provided);
            assertThat(now.components).as("components of %s", e.getKey()).isEqualTo(then.components);
            components += now.components.size();
        }
        return components;
    }

    /** Demands that every bundle has one revision. */
    void tidy() {
        bundles.keySet()
                .forEach(b -> assertThat(b.adapt(BundleRevisions.class).getRevisions())
                        .as("revisions of %s", b)
                        .hasSize(1));
    }
}
