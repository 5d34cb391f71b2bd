package org.fascicle.runtime.graph;

import java.util.Arrays;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** Parameters of a learning model as the backend likes them: packed once for each change, into the memory of the time before. One thread at a time. */
final class Operands {
    private static final int USES = Use.values().length;

    private final Ops ops;
    private final Operand[] packed;
    private final boolean[] current;

    Operands(Ops ops, int params) {
        this.ops = ops;
        packed = new Operand[params * USES];
        current = new boolean[params * USES];
    }

    /** All parameters may have changed. */
    void expire() {
        Arrays.fill(current, false);
    }

    Operand get(int param, Use use, Tensor value) {
        int k = param * USES + use.ordinal();
        if (!current[k]) {
            packed[k] = packed[k] == null ? ops.pack(value, use) : ops.repack(value, use, packed[k]);
            current[k] = true;
        }
        return packed[k];
    }
}
