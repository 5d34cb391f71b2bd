package org.fascicle.train;

import java.util.Map;
import org.fascicle.model.Learner;
import org.fascicle.model.Model;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A run as it is lent to a driver: what it is to do, where it stands, what it has learnt. Belongs to the runtime, holds
 * nothing of the driver, and survives it. Confined to the run's thread.
 */
@ProviderType
public interface Lease {
    /** The run's name for messages. */
    String where();

    RunSpec spec();

    Model model();

    /** What learns; steps are made by {@link #step}. */
    Learner learner();

    /** Where the run stands. */
    Progress progress();

    /** The run stands here from now on. */
    void progress(Progress next);

    /**
     * One step of the learner from where the run stands. Asked again before the run has moved on, gives the same result
     * and makes no second step: so what comes after a step may fail and be done again.
     */
    Learner.Result step(Map<String, Tensor> batch, double rate);

    /** Tells those who listen, after the run has moved on. */
    void tell(RunEvent.Type type, String message);
}
