package org.fascicle.runtime.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fascicle.model.NonFiniteException;
import org.fascicle.nn.Param;
import org.fascicle.plugin.FascicleException;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.ClosureOptimizer;

/** One batch of one step as a function of the weights. Confined to the step. */
final class Objective implements ClosureOptimizer.Objective {
    private final Training training;
    private final Workspace workspace;
    private final Map<String, Tensor> batch;
    private final double rate;
    private final double clipNorm;
    private final BooleanSupplier closed;
    private final List<Parameter> trained;
    private final Map<String, Double> losses = new LinkedHashMap<>();
    private double loss = Double.NaN;
    private double norm = Double.NaN;

    Objective(
            Training training,
            Workspace workspace,
            Map<String, Tensor> batch,
            double rate,
            double clipNorm,
            BooleanSupplier closed) {
        this.training = training;
        this.workspace = workspace;
        this.batch = batch;
        this.rate = rate;
        this.clipNorm = clipNorm;
        this.closed = closed;
        trained = training.trained();
    }

    /** Of the last evaluation. */
    double loss() {
        return loss;
    }

    Map<String, Double> losses() {
        return losses;
    }

    @Override
    public double evaluate() {
        training.begin();
        workspace.forward(batch, training, true, closed);
        loss = workspace.losses(batch, losses, true);
        if (Double.isFinite(loss)) workspace.backward(closed);
        for (Parameter p : trained) p.completeGradient();
        clip();
        return loss;
    }

    private void clip() {
        double sum = 0;
        for (Parameter p : trained) sum += p.squaredNorm(workspace.ops);
        norm = Math.sqrt(sum);
        if (norm <= clipNorm || !(norm < Double.POSITIVE_INFINITY)) return;
        for (Parameter p : trained) p.scaleGradient((float) (clipNorm / norm));
    }

    /** The last evaluation is what commits; one before may be anything, as a line search goes too far on purpose. */
    void check() {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) throw diagnose();
    }

    /** The same step again, with the same draws, looking at every tensor: names the first that is not finite. */
    private FascicleException diagnose() {
        Inspector i = new Inspector(step());
        batch.forEach((name, t) -> i.look("batch", name, t));
        workspace.inspect(i);
        try {
            training.begin();
            workspace.forward(batch, training, true, closed);
            workspace.losses(batch, losses, true);
            workspace.backward(closed);
        } finally {
            workspace.inspect(null);
        }
        return new NonFiniteException(
                "step " + step() + ": the loss is " + loss + " and the gradient's norm " + norm
                        + ", while every single number is finite; nothing of this step was kept; try a smaller learning rate or smaller inputs");
    }

    @Override
    public List<Param> params() {
        return trained.stream().map(Parameter::param).toList();
    }

    @Override
    public Tensor weight(int i) {
        return trained.get(i).weight();
    }

    @Override
    public Tensor nextWeight(int i) {
        return trained.get(i).nextWeight();
    }

    @Override
    public Tensor gradient(int i) {
        return trained.get(i).gradient();
    }

    @Override
    public Tensor slot(int i, String name) {
        return trained.get(i).slot(name);
    }

    @Override
    public Tensor nextSlot(int i, String name) {
        return trained.get(i).nextSlot(name);
    }

    @Override
    public double rate() {
        return rate;
    }

    @Override
    public long step() {
        return training.step();
    }
}
