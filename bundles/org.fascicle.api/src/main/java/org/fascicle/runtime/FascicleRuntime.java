package org.fascicle.runtime;

import org.fascicle.runtime.dto.RuntimeDTO;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Answers "why does it not work?" in one look: plug-ins that work, are shadowed or failed, models and what they lack, runs
 * and their state. The service property {@code service.changecount} grows with every change. Thread-safe.
 */
@ProviderType
public interface FascicleRuntime {
    /** A snapshot that belongs to the caller. */
    RuntimeDTO getRuntimeDTO();
}
