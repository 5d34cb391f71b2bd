package org.fascicle.runtime;

import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.osgi.annotation.versioning.ProviderType;

/** What one of Fascicle's own bundles adds to the {@link FascicleRuntime}: registry, runtime and trainer each publish one. Thread-safe. */
@ProviderType
public interface RuntimePart {
    /** Fills in what this part knows. */
    void fill(RuntimeDTO dto);

    /** Grows with every change of what {@link #fill} would give. */
    long changeCount();

    /** Runs {@code changed} whenever the count has grown, until closed; it must return at once. */
    Plugins.Watch watch(Runnable changed);
}
