package org.fascicle.runtime.live;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fascicle.runtime.FascicleRuntime;
import org.fascicle.runtime.RuntimePart;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Merges what each part of Fascicle knows into one picture. */
@Component(immediate = true)
public final class Introspection implements FascicleRuntime {
    private final List<RuntimePart> parts = new CopyOnWriteArrayList<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPart(RuntimePart p) {
        parts.add(p);
    }

    void removePart(RuntimePart p) {
        parts.remove(p);
    }

    @Override
    public RuntimeDTO getRuntimeDTO() {
        RuntimeDTO dto = new RuntimeDTO();
        for (RuntimePart p : parts) p.fill(dto);
        dto.models.sort(Comparator.comparing(m -> m.name));
        dto.runs.sort(Comparator.comparing(r -> r.id));
        return dto;
    }
}
