package org.fascicle.runtime;

import org.fascicle.runtime.dto.ModelDTO;
import org.fascicle.runtime.dto.PluginDTO;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.fascicle.runtime.dto.ShadowDTO;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Answers "why does it not work?" in one look: plug-ins that work, are shadowed or failed, models and what they lack, runs
 * and their state. The service property {@code service.changecount} grows with every change. Thread-safe.
 */
@ProviderType
public interface FascicleRuntime {
    /** A snapshot that belongs to the caller. */
    RuntimeDTO getRuntimeDTO();

    /**
     * A snapshot without what differs from one start to the next: all bundle ids, service ids and times are 0. Two systems of the same
     * bundles, models and runs give equal texts, in whatever order their bundles were started.
     */
    default RuntimeDTO canonical() {
        RuntimeDTO dto = getRuntimeDTO();
        for (PluginDTO p : dto.plugins) {
            p.bundleId = 0;
            p.serviceId = 0;
        }
        for (ModelDTO m : dto.models) {
            for (ShadowDTO s : m.shadows) {
                s.activeNanos = 0;
                s.shadowNanos = 0;
            }
        }
        return dto;
    }
}
