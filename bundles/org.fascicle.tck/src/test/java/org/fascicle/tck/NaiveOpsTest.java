package org.fascicle.tck;

import org.fascicle.tck.reference.NaiveOps;
import org.fascicle.tensor.Ops;

/** The plain loops keep the contract they define. */
class NaiveOpsTest extends OpsContract {
    @Override
    protected Ops ops() {
        return new NaiveOps();
    }
}
