package org.fascicle.runtime.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Port;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Operand;
import org.fascicle.tensor.Ops;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.ScalarFunction;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;

/** The buffers of one unit in one workspace, and the pass its layer sees. Belongs to the thread that holds the workspace. */
final class Cell implements Pass {
    private static final Tensor[] NONE = {};
    private static final Sink[] NOWHERE = {};

    final Unit unit;
    final Tensor[] out;
    private final Workspace workspace;
    private int instance;
    private final Tensor[][] kept;
    private final String[] stateKeys;
    private final Compound[][] children;
    private final Arena forwardScratch = new Arena();
    private final Arena backwardScratch = new Arena();
    private final Sink[] sinks;
    private final Epilogue epilogue;
    private final Kernel fused;
    private final boolean[] asked;
    private final boolean[] nextStatistics;
    private final boolean moving;
    /** Statistics as forward of each instance saw them: for its backward and its repetition, when later users have moved them on. */
    private final Map<Integer, Tensor[]> seen = new HashMap<>();

    private Tensor[] in = NONE;
    private Tensor[] dy = NONE;
    private Sink[] dx = NOWHERE;
    private boolean backward;

    Cell(Unit unit, int instance, Workspace workspace, Tensor[] out) {
        this.unit = unit;
        this.workspace = workspace;
        this.out = out;
        kept = new Tensor[unit.plan.kept().size()][];
        for (int i = 0; i < kept.length; i++) {
            Slot s = unit.plan.kept().get(i);
            kept[i] = new Tensor[s.count()];
            for (int k = 0; k < s.count(); k++) kept[i][k] = Tensor.zeros(s.shape());
        }
        stateKeys = new String[unit.plan.state().size()];
        children = new Compound[unit.children.length][];
        for (int i = 0; i < children.length; i++) {
            Unit.Nested n = unit.children[i];
            children[i] = new Compound[n.recomputed() ? 1 : n.instances()];
            for (int k = 0; k < children[i].length; k++) children[i][k] = new Compound(n, workspace);
        }
        sinks = new Sink[unit.params.length];
        nextStatistics = new boolean[unit.params.length];
        moving = unit.plan.params().stream().anyMatch(p -> p.kind() == Param.Kind.STATISTIC);
        asked = new boolean[unit.in.count()];
        epilogue = unit.epilogue();
        fused = epilogue.kernel().orElse(null);
        instance(instance);
    }

    /** Which of all the uses of this layer in one step this is: draws and states differ by it. Children count on from it. */
    void instance(int number) {
        instance = number;
        for (int i = 0; i < stateKeys.length; i++)
            stateKeys[i] =
                    unit.path + "#" + number + "." + unit.plan.state().get(i).name();
        for (int i = 0; i < children.length; i++) {
            for (int k = 0; k < children[i].length; k++)
                children[i][k].instance(number * unit.children[i].instances() + k);
        }
    }

    /** Forgets the tensors it was called with. */
    void letGo() {
        in = NONE;
        dy = NONE;
        dx = NOWHERE;
        for (Compound[] all : children) for (Compound child : all) child.letGo();
    }

    /** Fresh tensors for the outputs of a plan. */
    static Tensor[] outputs(Unit u) {
        return u.plan.outputs().stream().map(Tensor::zeros).toArray(Tensor[]::new);
    }

    void forward(Tensor[] inputs) {
        in = inputs;
        forwardScratch.reset();
        if (moving && workspace.training && !workspace.backward) noteStatistics();
        unit.layer.forward(this);
        if (workspace.training && !workspace.backward) commitStatistics();
        if (workspace.inspector != null)
            for (int i = 0; i < out.length; i++)
                workspace.inspector.look(unit.path + ": forward", "output " + unit.outputNames.get(i), out[i]);
    }

    private void noteStatistics() {
        Arrays.fill(nextStatistics, false);
        Tensor[] mine = seen.computeIfAbsent(instance, k -> new Tensor[unit.params.length]);
        for (int i = 0; i < mine.length; i++) {
            Param p = unit.plan.params().get(i);
            if (p.kind() != Param.Kind.STATISTIC) continue;
            if (mine[i] == null) mine[i] = Tensor.zeros(p.shape());
            mine[i].set(workspace.memory.statistic(unit.params[i]));
        }
    }

    /** The layer wrote next statistics: the next user of the same statistic in this step sees them. */
    private void commitStatistics() {
        for (int i = 0; i < nextStatistics.length; i++) {
            if (nextStatistics[i]) workspace.memory.wrote(unit.params[i]);
            nextStatistics[i] = false;
        }
    }

    /**
     * Runs backward.
     *
     * @param gradients by the outputs, ABSENT where there is none
     * @param inPlace true if the gradient of output 0 may be overwritten
     */
    void backward(Sink[] sinkArray, Tensor[] gradients, boolean inPlace) {
        dx = sinkArray;
        dy = gradients;
        backwardScratch.reset();
        backward = true;
        Arrays.fill(sinks, null);
        Arrays.fill(asked, false);
        try {
            if (fused != null && hasOutputGradient(0)) {
                Tensor dz = inPlace ? dy[0] : backwardScratch.take(out[0].shape());
                fused.slope(Sink.set(dz), out[0], out[0], dy[0]);
                if (!inPlace) {
                    dy = gradients.clone();
                    dy[0] = dz;
                }
            }
            unit.layer.backward(this);
            checkFilled();
        } finally {
            backward = false;
        }
        if (workspace.inspector != null) inspectGradients();
    }

    private void checkFilled() {
        for (int i = 0; i < unit.in.count(); i++) {
            if (wants(i) && !asked[i])
                throw new FascicleException(unit.path + ": backward of " + unit.type
                        + " did not fill the gradient of input " + unit.port(i).name());
        }
        List<Param> params = unit.plan.params();
        for (int i = 0; i < sinks.length; i++) {
            if (params.get(i).kind().trained() && sinks[i] == null) {
                throw new FascicleException(unit.path + ": backward of " + unit.type + " did not fill the gradient of "
                        + params.get(i).name());
            }
        }
    }

    private void inspectGradients() {
        for (int i = 0; i < unit.in.count(); i++) {
            if (wants(i))
                workspace.inspector.look(
                        unit.path + ": backward",
                        "gradient of input " + unit.port(i).name(),
                        dx[i].tensor());
        }
        for (int i = 0; i < sinks.length; i++) {
            if (sinks[i] != null)
                workspace.inspector.look(
                        unit.path + ": backward",
                        "gradient of " + unit.plan.params().get(i).name(),
                        sinks[i].tensor());
        }
    }

    private Tensor take(Shape s) {
        return (backward ? backwardScratch : forwardScratch).take(s);
    }

    @Override
    public boolean training() {
        return workspace.training;
    }

    @Override
    public Ops ops() {
        return workspace.ops;
    }

    @Override
    public int inputs() {
        return in.length;
    }

    @Override
    public boolean has(int i) {
        return i < in.length && in[i] != Tensor.ABSENT;
    }

    @Override
    public Tensor input(int i) {
        if (!has(i))
            throw new FascicleException(
                    unit.path + ": input " + unit.port(i).name() + " is absent; ask has(" + i + ") first");
        return in[i];
    }

    @Override
    public Tensor output(int i) {
        return out[i];
    }

    @Override
    public Tensor parameter(String name) {
        return workspace.memory.value(unit.params[unit.paramNames.index(name)]);
    }

    @Override
    public Operand operand(String name, Use use) {
        return workspace.memory.operand(unit.params[unit.paramNames.index(name)], use);
    }

    @Override
    public Tensor statistic(String name) {
        int i = unit.paramNames.index(name);
        Tensor[] mine = moving && workspace.training ? seen.get(instance) : null;
        return mine != null && mine[i] != null ? mine[i] : workspace.memory.statistic(unit.params[i]);
    }

    @Override
    public Tensor nextStatistic(String name) {
        int i = unit.paramNames.index(name);
        if (!workspace.training || workspace.backward)
            return take(unit.plan.params().get(i).shape());
        nextStatistics[i] = true;
        return workspace.memory.nextStatistic(unit.params[i]);
    }

    @Override
    public Tensor state(String name) {
        return states(name)[0];
    }

    @Override
    public Tensor nextState(String name) {
        return states(name)[1];
    }

    private Tensor[] states(String name) {
        int i = unit.stateNames.index(name);
        return workspace.memory.state(stateKeys[i], unit.plan.state().get(i).shape());
    }

    @Override
    public boolean hasOutputGradient(int i) {
        return i < dy.length && dy[i] != Tensor.ABSENT;
    }

    @Override
    public Tensor outputGradient(int i) {
        if (!hasOutputGradient(i)) {
            throw new FascicleException(unit.path + ": output " + unit.outputNames.get(i)
                    + " has no gradient; ask hasOutputGradient(" + i + ") first");
        }
        return dy[i];
    }

    @Override
    public boolean wants(int i) {
        return has(i) && unit.port(i).role() == Port.Role.VALUE && i < dx.length && dx[i].tensor() != Tensor.ABSENT;
    }

    @Override
    public boolean wants(String parameter) {
        return unit.plan.params().get(unit.paramNames.index(parameter)).kind().trained();
    }

    @Override
    public Sink inputGradient(int i) {
        if (wants(i)) {
            asked[i] = true;
            return dx[i];
        }
        return Sink.set(take(in[i].shape()));
    }

    @Override
    public Sink gradient(String parameter) {
        int i = unit.paramNames.index(parameter);
        if (sinks[i] == null) {
            Param p = unit.plan.params().get(i);
            sinks[i] = p.kind().trained() ? workspace.memory.gradient(unit.params[i]) : Sink.set(take(p.shape()));
        }
        return sinks[i];
    }

    @Override
    public Tensor kept(String name) {
        return kept[unit.keptNames.index(name)][0];
    }

    @Override
    public Tensor kept(String name, int index) {
        return kept[unit.keptNames.index(name)][index];
    }

    @Override
    public Tensor scratch(Shape shape) {
        return take(shape);
    }

    @Override
    public Epilogue epilogue() {
        return epilogue;
    }

    @Override
    public Kernel kernel(ScalarFunction f) {
        return unit.kernel(f);
    }

    @Override
    public Draws random(int stream) {
        return Philox.of(workspace.memory.seed(), unit.path, instance, stream, workspace.memory.step());
    }

    private Compound child(org.fascicle.nn.Child c, int i) {
        Compound[] all = children[unit.childNames.index(c.name())];
        if (all.length == 1 && all[0].nested.recomputed()) {
            all[0].instance(instance * all[0].nested.instances() + i);
            return all[0];
        }
        if (i < 0 || i >= all.length)
            throw new FascicleException(
                    unit.path + ": child " + c.name() + " has " + all.length + " instances, got " + i);
        return all[i];
    }

    @Override
    public List<Tensor> call(org.fascicle.nn.Child c, int i, Tensor... inputs) {
        return child(c, i).forward(inputs);
    }

    @Override
    public List<Tensor> result(org.fascicle.nn.Child c, int i) {
        return child(c, i).results();
    }

    @Override
    public void callBackward(org.fascicle.nn.Child c, int i, List<Sink> sinkList, Tensor... gradients) {
        child(c, i).backward(sinkList.toArray(Sink[]::new), gradients);
    }

    /** Scratch tensors in the order they are asked for, which is the same in every call of one method. */
    private static final class Arena {
        private final List<Tensor> tensors = new ArrayList<>();
        private int next;

        void reset() {
            next = 0;
        }

        Tensor take(Shape s) {
            if (next == tensors.size()) tensors.add(Tensor.zeros(s));
            else if (!tensors.get(next).shape().equals(s)) tensors.set(next, Tensor.zeros(s));
            return tensors.get(next++);
        }
    }
}
