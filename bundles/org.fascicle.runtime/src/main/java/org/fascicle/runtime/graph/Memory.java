package org.fascicle.runtime.graph;

import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** What a pass reads and writes of a model's numbers; parameters by their number in the {@link Layout}. */
public interface Memory {
    long seed();

    /** The step being made, from 1: part of every draw. */
    long step();

    Tensor value(int param);

    Operand operand(int param, Use use);

    /** A statistic as the last user left it. */
    Tensor statistic(int param);

    /** Where the next value of a statistic goes; {@link #wrote} then makes it the one that the next user sees. */
    Tensor nextStatistic(int param);

    void wrote(int param);

    /** Where a gradient goes; from the second call of one backward on it adds. */
    Sink gradient(int param);

    /** Gives {current, next} of a state; zero at first. */
    Tensor[] state(String key, org.fascicle.tensor.Shape shape);
}
