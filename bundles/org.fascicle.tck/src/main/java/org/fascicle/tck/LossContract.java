package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fascicle.nn.Child;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every loss must keep: all of {@link LayerContract}, values per sample, and a form from logits that agrees with
 * the loss itself where it has one.
 *
 * @param <P> the plug-in: a {@code Loss}, or a {@code Layer.Factory} that creates one, with a constructor without arguments
 */
public abstract class LossContract<P> extends LayerContract<P> {
    @TestFactory
    @DisplayName("gives values per sample")
    public final Stream<DynamicTest> givesValuesPerSample() {
        return each((s, c) -> {
            List<String> found = new ArrayList<>();
            if (!(s.layer() instanceof Loss))
                return List.of("a plug-in published as a loss must be or create a Loss, got "
                        + s.layer().getClass().getName());
            Plan p = s.layer()
                    .plan(new Shapes(c.inputs().stream().map(Tensor::shape).toList()));
            Shape x = c.inputs().get(0).shape();
            for (Shape y : p.outputs()) {
                if (y.rank() == 0 || y.dim(0) != x.dim(0))
                    found.add("outputs must begin with the batch: expected [" + x.dim(0) + ", …], got " + y);
            }
            if (p.outputs().size() > 2)
                found.add("a loss has a value and at most what it counts for, got outputs " + p.outputs());
            return found;
        });
    }

    @TestFactory
    @DisplayName("the forms from logits agree")
    public final Stream<DynamicTest> formsFromLogitsAgree() {
        return each((s, c) -> {
            List<String> found = new ArrayList<>();
            for (String activation : List.of("softmax", "sigmoid")) {
                Optional<Loss> logits = ((Loss) s.layer()).fromLogits(activation);
                if (logits.isPresent()) found.addAll(compare(s, logits.get(), activation, c));
            }
            return found;
        });
    }

    private static List<String> compare(Child subject, Loss fromLogits, String activation, Case c) {
        Tensor x = Samples.normal(c.inputs().get(0).shape().dims()), y = x.copy();
        if (activation.equals("softmax")) softmax(y);
        else for (int i = 0; i < y.size(); i++) y.data()[i] = Elementary.SIGMOID.apply(x.data()[i]);
        Child other = Child.of(subject.name(), subject.type(), fromLogits);
        Case on = with(c, x);
        List<String> found = new ArrayList<>(GradientCheck.run(other, on, true).findings());
        Trial a = new Trial(subject, with(c, y), 0), b = new Trial(other, on, 0);
        a.forward(true);
        b.forward(true);
        a.outputs().forEach((name, want) -> {
            Tensor got = b.outputs().get(name);
            for (int i = 0; i < want.size(); i++) {
                if (Math.abs(got.data()[i] - want.data()[i]) <= 1e-4 * Math.max(1, Math.abs(want.data()[i]))) continue;
                found.add("from logits of " + activation + ": " + name + " at " + i + ": expected " + want.data()[i]
                        + ", got " + got.data()[i]);
                return;
            }
        });
        return found;
    }

    private static Case with(Case c, Tensor prediction) {
        List<Tensor> inputs = new ArrayList<>(c.inputs());
        inputs.set(0, prediction);
        return new Case(c.name(), c.options(), inputs, c.stateful());
    }

    private static void softmax(Tensor t) {
        int n = t.dim(-1);
        for (int r = 0; r < t.size(); r += n) {
            double sum = 0;
            for (int i = r; i < r + n; i++) sum += Math.exp(t.data()[i]);
            for (int i = r; i < r + n; i++) t.data()[i] = (float) (Math.exp(t.data()[i]) / sum);
        }
    }
}
