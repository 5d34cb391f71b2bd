package org.fascicle.model;

import java.util.Map;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/** The state of one set of streams through a model: zero at first. Not thread-safe. The batch size must stay the same. */
@ProviderType
public interface Session {
    /** As {@link Model#predict(Map)}; afterwards the states are what this call left. */
    Map<String, Tensor> predict(Map<String, Tensor> inputs);

    /** Sets all states to zero. */
    void reset();
}
