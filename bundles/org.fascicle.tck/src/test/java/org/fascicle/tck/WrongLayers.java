package org.fascicle.tck;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.fascicle.nn.Child;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;

/** Layers that break one promise each, and right ones to make them of. */
final class WrongLayers {
    private WrongLayers() {}

    /** y = x²: right, unless a method is overridden by a wrong one. */
    interface Square extends Layer {
        @Override
        default Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0);
        }

        @Override
        default void forward(Pass p) {
            float[] x = p.input(0).data(), y = p.output(0).data();
            for (int i = 0, n = p.input(0).size(); i < n; i++) y[i] = x[i] * x[i];
        }

        @Override
        default void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * x[i] * dy[i];
        }
    }

    /** y = x + b with a bias per channel. */
    interface Shift extends Layer {
        @Override
        default Plan plan(Shapes in) {
            return Plan.of(in.get(0)).param(Param.bias("b", in.get(0).dim(1)));
        }

        @Override
        default void forward(Pass p) {
            float[] b = p.parameter("b").data();
            p.output(0).set(p.input(0));
            for (int i = 0; i < p.output(0).size(); i++) p.output(0).data()[i] += b[i % b.length];
        }

        @Override
        default void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
            p.ops().sumRows(p.gradient("b"), p.outputGradient(0).matrix());
        }
    }

    record RightSquare() implements Square {}

    record RightShift() implements Shift {}

    record SteepSoftmax() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).readsOutputs(0);
        }

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data(), y = p.output(0).data();
            int c = p.input(0).dim(-1);
            for (int r = 0; r < p.input(0).size(); r += c) {
                double sum = 0;
                for (int i = r; i < r + c; i++) sum += Math.exp(x[i]);
                for (int i = r; i < r + c; i++) y[i] = (float) (Math.exp(x[i]) / sum);
            }
        }

        @Override
        public void backward(Pass p) {
            float[] y = p.output(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            int c = p.output(0).dim(-1);
            for (int r = 0; r < p.output(0).size(); r += c) {
                double dot = 0;
                for (int i = r; i < r + c; i++) dot += y[i] * dy[i];
                for (int i = r; i < r + c; i++) dx[i] += (float) (1.02 * y[i] * (dy[i] - dot));
            }
        }
    }

    record UndeclaredRead() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }
    }

    record UndeclaredOutput() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    y = p.output(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * y[i] / x[i] * dy[i];
        }
    }

    record Unfilled() implements Shift {
        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    record HalfFilled() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).tensor().data();
            for (int i = 0, n = p.outputGradient(0).size() - 1; i < n; i++) dx[i] = 2 * x[i] * dy[i];
        }
    }

    record AddsToGarbage() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).tensor().data();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * x[i] * dy[i];
        }
    }

    record Overwrites() implements Square {
        @Override
        public void backward(Pass p) {
            float[] x = p.input(0).data(),
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).tensor().data();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] = 2 * x[i] * dy[i];
        }
    }

    record WritesInput() implements Square {
        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.input(0).data()[1] += 1;
        }
    }

    record WritesInputGoingBack() implements Square {
        @Override
        public void backward(Pass p) {
            Square.super.backward(p);
            p.input(0).data()[1] += 1;
        }
    }

    record WritesParameter() implements Shift {
        @Override
        public void forward(Pass p) {
            Shift.super.forward(p);
            p.parameter("b").data()[0] *= 2;
        }
    }

    record WritesOutputGradient() implements Square {
        @Override
        public void backward(Pass p) {
            Square.super.backward(p);
            p.outputGradient(0).data()[0] = 0;
        }
    }

    static final class HiddenState implements Square {
        private float[] input = {};

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            input = p.input(0).data().clone();
        }

        @Override
        public void backward(Pass p) {
            float[] x = input,
                    dy = p.outputGradient(0).data(),
                    dx = p.inputGradient(0).accumulator();
            for (int i = 0, n = p.outputGradient(0).size(); i < n; i++) dx[i] += 2 * x[i] * dy[i];
        }
    }

    static final class SharedScratch implements Square {
        private final float[] squares = new float[100];

        @Override
        public void forward(Pass p) {
            float[] x = p.input(0).data();
            int n = p.input(0).size();
            for (int i = 0; i < n; i++) squares[i] = x[i] * x[i];
            System.arraycopy(squares, 0, p.output(0).data(), 0, n);
        }
    }

    record Unrepeatable() implements Square {
        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.output(0).data()[0] += (float) Math.random();
        }
    }

    record PlansMore() implements Square {
        @Override
        public Plan plan(Shapes in) {
            Shape x = in.get(0);
            return Plan.of(x.with(-1, x.dim(-1) + 1)).reads(0);
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).tensor().fill(0);
        }
    }

    record PlansLess() implements Square {
        @Override
        public Plan plan(Shapes in) {
            Shape x = in.get(0);
            return Plan.of(x.with(-1, x.dim(-1) - 1)).reads(0);
        }
    }

    record ReadsScratch() implements Square {
        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.output(0).data()[0] += p.scratch(p.input(0).shape()).data()[0];
        }
    }

    record ForgetsKept() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).keep("slope", in.get(0));
        }

        @Override
        public void backward(Pass p) {
            Square.super.backward(p);
            p.inputGradient(0).tensor().data()[0] += p.kept("slope").data()[0];
        }
    }

    record ForgetsHalfTheStatistic() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).param(Param.statistic("mean", 2, 0));
        }

        @Override
        public void forward(Pass p) {
            Square.super.forward(p);
            p.nextStatistic("mean").data()[0] = p.statistic("mean").data()[0];
        }
    }

    record IndexesBlindly() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            int rows = p.input(0).dim(0), cols = p.input(0).shape().dims()[1];
            for (int i = 0; i < rows * cols; i++)
                p.output(0).data()[i] = p.input(0).data()[i];
            for (int i = rows * cols; i < p.output(0).size(); i++) p.output(0).data()[i] = 0;
        }

        @Override
        public void backward(Pass p) {
            p.inputGradient(0).put(p.outputGradient(0));
        }
    }

    record InPlaceThoughItReads() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).trait(Trait.IN_PLACE);
        }
    }

    record ReversesInPlace() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).trait(Trait.IN_PLACE);
        }

        @Override
        public void forward(Pass p) {
            int n = p.input(0).size();
            for (int i = 0; i < n; i++) p.output(0).data()[i] = p.input(0).data()[n - 1 - i];
        }

        @Override
        public void backward(Pass p) {
            int n = p.outputGradient(0).size();
            float[] dx = p.inputGradient(0).accumulator();
            for (int i = 0; i < n; i++) dx[i] += p.outputGradient(0).data()[n - 1 - i];
        }
    }

    record DropsTheEpilogue() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).trait(Trait.EPILOGUE);
        }
    }

    record NoView() implements Square {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).trait(Trait.VIEW);
        }
    }

    static final class ChangesItsPlan implements Square {
        private static final AtomicInteger CALLS = new AtomicInteger();

        @Override
        public Plan plan(Shapes in) {
            return CALLS.incrementAndGet() % 2 == 0
                    ? Plan.of(in.get(0)).reads(0)
                    : Plan.of(in.get(0)).reads(0).keep("more", in.get(0));
        }
    }

    /** Draws anew in backward: another stream than in forward. */
    record DrawsTwice() implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0));
        }

        @Override
        public void forward(Pass p) {
            Draws d = p.random(0);
            for (int i = 0; i < p.input(0).size(); i++)
                p.output(0).data()[i] = p.input(0).data()[i] * d.uniform(i);
        }

        @Override
        public void backward(Pass p) {
            Draws d = p.random(1);
            float[] dx = p.inputGradient(0).accumulator();
            for (int i = 0; i < p.outputGradient(0).size(); i++)
                dx[i] += p.outputGradient(0).data()[i] * d.uniform(i);
        }
    }

    /** Does not ask whether the second output has a gradient. */
    record AsksForNoGradient() implements Layer {
        @Override
        public List<String> outputs() {
            return List.of("y", "twice");
        }

        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0), in.get(0));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.input(0));
            for (int i = 0; i < p.input(0).size(); i++)
                p.output(1).data()[i] = 2 * p.input(0).data()[i];
        }

        @Override
        public void backward(Pass p) {
            float[] dx = p.inputGradient(0).accumulator();
            for (int i = 0; i < p.outputGradient(0).size(); i++)
                dx[i] += p.outputGradient(0).data()[i] + 2 * p.outputGradient(1).data()[i];
        }
    }

    /** Hands its own input to a child that reads it in backward, without declaring it. */
    record Careless(Child f) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).child(f, 1, in.get(0));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.call(f, 0, p.input(0)).get(0));
        }

        @Override
        public void backward(Pass p) {
            p.callBackward(f, 0, List.of(p.inputGradient(0)), p.outputGradient(0));
        }
    }

    /** Does not compute its recomputed child again. */
    record Forgetful(Child f) implements Layer {
        @Override
        public Plan plan(Shapes in) {
            return Plan.of(in.get(0)).reads(0).recomputed(f, 1, in.get(0));
        }

        @Override
        public void forward(Pass p) {
            p.output(0).set(p.call(f, 0, p.input(0)).get(0));
        }

        @Override
        public void backward(Pass p) {
            p.callBackward(f, 0, List.of(p.inputGradient(0)), p.outputGradient(0));
        }
    }
}
