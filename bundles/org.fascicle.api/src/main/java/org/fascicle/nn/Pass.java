package org.fascicle.nn;

import java.util.List;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One layer's view of one step over the whole batch: ports by position, what is the layer's own by name. Confined to the
 * calling thread and valid during one call; bodies run by {@link Ops#parallel} may use tensors taken from it before.
 *
 * <p>Only outputs, kept tensors, next statistics and states, scratch, and sinks may be written. In backward, inputs and
 * outputs that the plan did not declare as read are garbage.
 */
@ProviderType
public interface Pass {
    /** True in training, false in inference; backward runs in either. */
    boolean training();

    Ops ops();

    /** How many inputs were given: more than ports, if the last is MANY. */
    int inputs();

    /** True if an optional input was given. */
    boolean has(int input);

    Tensor input(int i);

    Tensor output(int i);

    Tensor parameter(String name);

    /** The parameter in the form the backend likes best for this use; packed once per version. */
    Operand operand(String name, Use use);

    /** A statistic as the steps before, and this layer's uses before in this step, left it; the same in backward as in forward. */
    Tensor statistic(String name);

    /** Where to write a statistic's next value, all of it; committed with the step; thrown away when not training. */
    Tensor nextStatistic(String name);

    /** A state as the session holds it; zero without a session. */
    Tensor state(String name);

    /** Where to write a state's next value, all of it. */
    Tensor nextState(String name);

    /** True if somebody used this output and sent a gradient. */
    boolean hasOutputGradient(int i);

    /** The gradient by output i; for output 0 always before any activation that the runtime applies. Not to be written. */
    Tensor outputGradient(int i);

    /** An optimisation only: the sink of what nobody wants may be filled and is thrown away. */
    boolean wants(int input);

    /** As {@link #wants(int)}. */
    boolean wants(String parameter);

    /** The same sink for the whole of one backward, however often asked; sinks of one layer never overlap. Every wanted one must be filled. */
    Sink inputGradient(int i);

    /** As {@link #inputGradient}. */
    Sink gradient(String parameter);

    Tensor kept(String name);

    Tensor kept(String name, int index);

    /** Lives until the method returns; content undefined. */
    Tensor scratch(Shape shape);

    /** As {@link #scratch(Shape)}. */
    default Tensor scratch(int... dims) {
        return scratch(Shape.of(dims));
    }

    /** What a layer with {@link Trait#EPILOGUE} hands to the product that makes output 0. */
    Epilogue epilogue();

    /** The specialised loop of this function, made once per compiled graph. */
    Kernel kernel(ScalarFunction f);

    /** Random numbers of one of this layer's streams, from 0: the same in backward as in forward, and in a repeated step. */
    Draws random(int stream);

    /**
     * Runs a child on tensors that live until its backward if it reads them, and gives its outputs, activation included.
     *
     * @param instance 0 to the planned instances - 1, each used once a step
     */
    List<Tensor> call(Child c, int instance, Tensor... in);

    /** What that call gave. In backward, and after other calls of a recomputed child, only the shapes count, unless it was called again. */
    List<Tensor> result(Child c, int instance);

    /** Runs the child's backward. Parameter gradients go to the model; a missing dx or dy is {@link Tensor#ABSENT}. */
    void callBackward(Child c, int instance, List<Sink> dx, Tensor... dy);
}
